# SPDX-License-Identifier: Apache-2.0
"""One load on one server: wrk, on a processor of its own, with what the server took of the other meanwhile."""

import dataclasses
import json
import os
import pathlib
import re
import subprocess

SCRIPT = pathlib.Path(__file__).with_suffix(".lua")
TICKS = os.sysconf("SC_CLK_TCK")
PROCESSORS = sorted(os.sched_getaffinity(0))
OF_SERVERS, OF_WRK = {PROCESSORS[-1]}, {PROCESSORS[0]}  # one and the same where there is only one


@dataclasses.dataclass(frozen=True)
class Run:
    """Requests a second; microseconds of the server's processor for one; microseconds until half, or 99 %, are back."""

    rate: float
    processor: float
    busy: float  # the server's part of its processor
    median: float
    late: float


def load(server, request, connections, seconds):
    """As many requests as can be, each connection sending the next when it has its answer."""
    method, path, headers = request
    before = processor_time(server.process.pid)
    run = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), f"http://127.0.0.1:{server.port}{path}",
         "--", method, *(part for header in headers for part in header)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 30, check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, OF_WRK),
    )
    used = processor_time(server.process.pid) - before
    said = json.loads(run.stdout.splitlines()[-1])
    if said["errors"] or not said["requests"]:
        raise RuntimeError(f"{said['errors']} of {said['requests']} requests failed:\n{run.stdout}")
    passed = said["microseconds"] / 1e6
    return Run(said["requests"] / passed, used * 1e6 / said["requests"], used / passed, said["p50"], said["p99"])


def processor_time(process):
    """Seconds of processor time that a process and its children, and theirs, have used."""
    with open(f"/proc/{process}/stat", encoding="latin-1") as stat:
        fields = stat.read().rpartition(") ")[2].split()
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as children:
        of_children = sum(processor_time(int(child)) for child in children.read().split())
    return (int(fields[11]) + int(fields[12])) / TICKS + of_children


def whole_machine():
    """Seconds that all processors have been busy with anything."""
    with open("/proc/stat", encoding="ascii") as stat:
        fields = [int(field) for field in stat.readline().split()[1:]]
    idle, waiting = fields[3], fields[4]
    return (sum(fields[:8]) - idle - waiting) / TICKS


def version():
    """wrk's."""
    said = subprocess.run(["wrk", "-v"], check=False, capture_output=True, text=True).stdout
    return f"wrk {re.search(r'[0-9]+(?:[.][0-9]+)+', said)[0]}"
