# SPDX-License-Identifier: Apache-2.0
"""Instructions a request: every probe of every configuration, with what it adds to httpd without CORS."""

import concurrent.futures
import dataclasses
import os
import sys

import callgrind
import server
import setups

JOBS = int(os.environ.get("JOBS", "2"))


@dataclasses.dataclass(frozen=True)
class Figure:
    """One probe: what the whole request takes, and how much of it is because of CORS."""

    setup: str
    probe: str
    module: str
    whole: float
    adds: float
    profile: callgrind.Profile

    @property
    def name(self):
        """What tables and the stored figures call it."""
        return f"{self.setup}: {self.probe}"


class Figures:
    """All of them, by configuration and probe."""

    def __init__(self, measured, bases):
        self.all = []
        self._bases = bases
        for setup, profiles in measured:
            for probe, profile in zip(setup.probes, profiles):
                adds = profile.whole - bases[setup.base][probe.request].whole
                self.all.append(Figure(setup.name, probe.name, setup.module, profile.whole, adds, profile))

    def __call__(self, setup, probe):
        return next(figure for figure in self.all if (figure.setup, figure.probe) == (setup, probe))

    def of(self, *names):
        """Those of some configurations, in their order."""
        return [figure for name in names for figure in self.all if figure.setup == name]

    def bare(self, request, base=setups.BARE):
        """The profile of a request without CORS."""
        return self._bases[base][request]


def _measure(setup, lists):
    """The profiles of a configuration's probes, if they were answered as they should."""
    site = server.site(setup.lines, lists, setup.module, setup.files)
    found = callgrind.profiles(site, [probe.request for probe in setup.probes])
    for probe, (_, answer) in zip(setup.probes, found):
        got = (answer.status, "Access-Control-Allow-Origin" in answer.cors)
        if got != (probe.status, probe.shared):
            raise RuntimeError(f"{setup.name}: {probe.name} was answered {got}, not {(probe.status, probe.shared)}")
    print(f"  BENCH {setup.name}", file=sys.stderr, flush=True)
    return [profile for profile, _ in found]


def measure(lists):
    """Measure everything in the tables, some at a time: instructions do not care."""
    bases = setups.bases()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        running = [(setup, pool.submit(_measure, setup, lists)) for setup in (*setups.SETUPS, *bases)]
        try:
            done = [(setup, profiles.result()) for setup, profiles in running]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    profiles_of_bases = {
        setup.name: dict(zip((probe.request for probe in setup.probes), profiles))
        for setup, profiles in done[len(setups.SETUPS) :]
    }
    return Figures(done[: len(setups.SETUPS)], profiles_of_bases)
