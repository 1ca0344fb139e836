# SPDX-License-Identifier: Apache-2.0
"""Instructions a request of nginx, with the map recipe and without."""

import dataclasses

import callgrind
import setups
from peers import nginx

# All of its work is within this function, the look for the next event too; what takes a connection is a part of
# the first request of a hundred.
TOOL = (
    "valgrind --tool=callgrind --vgdb=no --collect-atstart=no --toggle-collect=ngx_process_events_and_timers"
    " --dump-before=ngx_http_init_connection --callgrind-out-file={root}/out"
).split()
PROBES = (*setups.actual(), setups.ANSWERED)


@dataclasses.dataclass(frozen=True)
class Figure:
    """A request: with the recipe, and without."""

    probe: str
    recipe: float
    bare: float


def _profiles(start):
    with start(TOOL) as server:
        # The first connection was to see whether it listens.
        return callgrind.counted(server, server.root, [probe.request for probe in PROBES], connections=1)


def measure():
    """A figure for each kind of request."""
    with_recipe, without = (_profiles(start) for start in (nginx.recipe, nginx.bare))
    for probe, (_, answer) in zip(PROBES, with_recipe):
        got = (answer.status, "Access-Control-Allow-Origin" in answer.cors)
        if got != (probe.status, probe.shared):
            raise RuntimeError(f"nginx: {probe.name} was answered {got}, not {(probe.status, probe.shared)}")
    return [Figure(probe.name, recipe.whole, bare.whole)
            for probe, (recipe, _), (bare, _) in zip(PROBES, with_recipe, without)]
