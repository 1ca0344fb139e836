# SPDX-License-Identifier: Apache-2.0
"""What requests notice of a list that is loaded again, and what is left of those it replaced."""

import dataclasses
import gc
import multiprocessing
import os
import socket
import time

import origins
from harness import Site
from harness.reload import Reloading, everywhere, until, write

ROUNDS, SECONDS = 5, 4.0
CLIENTS, PAUSE = 4, 0.001
LATE = 0.010
NICE = 10  # as the module's own threads
QUIET, BUSY, RELOAD = "no reload", "no reload, a busy program", "reload"
LINES = """\
CorsReloadInterval 1
MaxKeepAliveRequests 0
StartServers 2
ServerLimit 2
ThreadsPerChild 8
MaxRequestWorkers 16
MinSpareThreads 1
MaxSpareThreads 16
LogLevel cors:notice
"""


@dataclasses.dataclass(frozen=True)
class Phase:
    """Requests during all rounds of one kind, in seconds, sorted."""

    name: str
    times: list

    def quantile(self, share):
        """So many took no longer."""
        return self.times[min(int(len(self.times) * share), len(self.times) - 1)]

    @property
    def late(self):
        """How many of 1,000 took longer than 10 ms."""
        return 1000 * sum(each > LATE for each in self.times) / len(self.times)

    @property
    def waiting(self):
        """Of 1,000 ms that clients had, how many passed after a request's first 10 ms."""
        return 1000 * sum(each - LATE for each in self.times if each > LATE) / (ROUNDS * SECONDS * CLIENTS)


@dataclasses.dataclass(frozen=True)
class Reloads:
    """The phases, and the resident memory of the process that has grown most, in bytes."""

    phases: list
    before: int
    after: int

    def __call__(self, name):
        return next(phase for phase in self.phases if phase.name == name)

    @property
    def grown(self):
        """What is left of the lists that were replaced."""
        return self.after - self.before


def _ask(port, path, origin, stopped, results):
    """One connection, request by request: when each began, and what it took."""
    gc.disable()
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\n\r\n".encode()
    expected = f"Access-Control-Allow-Origin: {origin}\r\n".encode()
    taken = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        while not stopped.is_set():
            start = time.monotonic()
            connection.sendall(request)
            answer = connection.recv(65536)
            taken.append((start, time.monotonic() - start))
            if expected not in answer:
                break
            time.sleep(PAUSE)
        else:
            results.put(taken)
            return
    results.put(None)


def _keep_busy():
    os.nice(NICE)
    while True:
        pass


class _Run:
    """A server with a list, clients that ask it all the time, and what happens meanwhile."""

    def __init__(self, server, path, text):
        self.server, self.path, self.text = server, path, text
        self.list = server.root.path / "conf/list"
        self.spans, self.number = [], 0

    def _span(self, name, begin=lambda: None, end=lambda: None):
        begin()
        start = time.monotonic()
        time.sleep(SECONDS)
        self.spans.append((name, start, start + SECONDS))
        end()

    def round(self):
        """Each kind of phase once."""
        self._span(QUIET)
        busy = multiprocessing.Process(target=_keep_busy, daemon=True)
        self._span(BUSY, busy.start, lambda: (busy.kill(), busy.join()))
        self.number += 1
        self._span(RELOAD, self._replace, self._wait)

    def _replace(self):
        new = write(self.list.with_name("new"), f"{self.text}https://turn{self.number}.example\n")
        os.replace(new, self.list)

    def _wait(self):
        origin = f"https://turn{self.number}.example"
        everywhere(lambda: self.server.get(self.path, origin).cors.get("Access-Control-Allow-Origin") == origin,
                   "all processes have the list", 120)

    def times(self, name, taken):
        """Of all that clients have measured, what began in phases of this kind."""
        return sorted(each for start, each in taken if any(
            kind == name and begin <= start < end for kind, begin, end in self.spans))


def _resident(server):
    """Of each child, the least of some looks: no list may be on its way just now."""
    looks = []
    for _ in range(20):
        looks.append({})
        for child in server.children():
            with open(f"/proc/{child}/smaps_rollup", encoding="ascii") as rollup:
                looks[-1][child] = next(int(line.split()[1]) for line in rollup if line.startswith("Rss:")) * 1024
        time.sleep(0.1)
    return {child: min(look[child] for look in looks) for child in looks[0]}


def measure(size=origins.SIZES[-1]):
    """Load a list of so many again and again, while clients ask."""
    site = Site(LINES)
    path = site.location("CorsOriginsFile conf/list")
    text = "".join(f"{origins.pattern(kind, number)}\n" for number in range(size)
                   for kind in (origins.KINDS[number % len(origins.KINDS)],))
    site.file("conf/list", text)
    asked = origins.sent("exact", origins.member(size, "exact"))
    with Reloading(site) as server:
        until(lambda: len(server.children()) == 2, "both children are there")
        run = _Run(server, path, text)
        stopped, results = multiprocessing.Event(), multiprocessing.Queue()
        clients = [multiprocessing.Process(target=_ask, args=(server.port, path, asked, stopped, results), daemon=True)
                   for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        run.round()  # so that each thread has what it needs for itself
        run.spans.clear()
        before = _resident(server)
        for _ in range(ROUNDS):
            run.round()
        after = _resident(server)
        stopped.set()
        all_taken = [results.get(timeout=60) for _ in clients]
        for client in clients:
            client.join()
        server.log.check()
    if None in all_taken:
        raise RuntimeError("an answer that no list gives")
    taken = [each for part in all_taken for each in part]
    worst = max(after, key=lambda child: after[child] - before[child])
    return Reloads([Phase(name, run.times(name, taken)) for name in (QUIET, BUSY, RELOAD)],
                   before[worst], after[worst])
