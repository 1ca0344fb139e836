# SPDX-License-Identifier: Apache-2.0
"""What lists of origins take to load, and to keep."""

import dataclasses
import resource
import statistics

import origins
import server
import setups
from harness.serverroot import ServerRoot

TIMES = 3
WITHOUT = setups.POLICY


@dataclasses.dataclass(frozen=True)
class Row:
    """One list: how many, their text, what loading adds to a configtest, what they add to a process."""

    size: int
    text: int      # bytes
    load: float    # seconds of processor time
    resident: int  # bytes

    @property
    def overhead(self):
        """Bytes an origin, beyond its text."""
        return (self.resident - self.text) / self.size


def _seconds_of_children():
    """Processor time: others on the machine do not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _configtest(site):
    root = ServerRoot(site, (1, 2))
    try:
        before = _seconds_of_children()
        run = root.run("-t")
        seconds = _seconds_of_children() - before
    finally:
        root.remove()
    if run.returncode != 0:
        raise RuntimeError(f"refused:\n{run.stdout + run.stderr}")
    return seconds


def _resident(site):
    with server.Httpd(site) as httpd:
        return httpd.resident()


def _median(measure, lines, lists):
    return statistics.median(measure(server.site(lines, lists)) for _ in range(TIMES))


def measure(lists, texts):
    """A row for each list with patterns of all kinds; more figures of a list are more fields of a row."""
    load, resident = (_median(each, WITHOUT, lists) for each in (_configtest, _resident))
    rows = []
    for size, text in texts.items():
        lines = f'CorsOriginsFile "${{LISTS}}/{origins.name(size)}"\n{setups.RULES}'
        added = (_median(_configtest, lines, lists) - load, _median(_resident, lines, lists) - resident)
        rows.append(Row(size, text, *added))
    return rows
