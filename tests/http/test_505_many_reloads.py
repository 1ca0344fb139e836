# SPDX-License-Identifier: Apache-2.0
"""A hundred lists that all change again and again under load, and memory stays where it was.

CORS_SOAK_RELOADS says how many reloads there are to be, of all lists together; `make soak` wants ten thousand.
"""

import os
import threading

import pytest
from harness import Site
from harness.answer import NOT_SHARED, shared
from harness.client import origin_headers
from harness.reload import BOTH, NEW, OLD, Reloading, replace, until

RELOADS = int(os.environ.get("CORS_SOAK_RELOADS", "600"))
LISTS = 100
LINES = 200
ROUNDS = max(6, RELOADS // LISTS)
WARM = max(4, ROUNDS // 5)  # rounds until each thread has what it needs for itself
MARGIN_KB = 3000
OTHERS = "".join(f"https://o{number}.example\n" for number in range(LINES))
CONTENTS = [f"{OTHERS}{BOTH}\n{OLD}\n", f"{BOTH}\n{OTHERS}{NEW}\n"]

site = Site("CorsReloadInterval 1\nMaxKeepAliveRequests 0\nStartServers 2\nLogLevel cors:notice")
PATHS = [site.location(f"CorsOriginsFile conf/lists/{number}") for number in range(LISTS)]
for index in range(LISTS):
    site.file(f"conf/lists/{index}", CONTENTS[0])


class Client(threading.Thread):
    """Asks one list after the other, on one connection; notes what no list says."""

    def __init__(self, server, first):
        super().__init__(daemon=True)
        self.server, self.number = server, first
        self.stopped, self.wrong, self.count = threading.Event(), [], 0

    def run(self):
        try:
            with self.server.connection() as connection:
                while not self.stopped.is_set():
                    self.ask(connection, PATHS[self.number % LISTS])
                    self.number += 7
        except Exception as error:  # of whatever kind: the case fails with it
            self.wrong.append(repr(error))

    def ask(self, connection, path):
        verdicts = {}
        for origin in (BOTH, OLD, NEW):
            answer = connection.request("GET", path, origin_headers(origin))
            verdicts[origin] = answer.cors == shared(origin)
            if answer.status != 200 or not (verdicts[origin] or (answer.cors == NOT_SHARED and origin != BOTH)):
                self.wrong.append((path, origin, answer.status, answer.cors))
        self.count += 3


def loaded(server):
    """How many reloads the log tells of."""
    return sum("CORS0301" in line for line in server.log.lines())


def memory(server):
    """Resident kB of each child."""
    found = {}
    for child in server.children():
        with open(f"/proc/{child}/smaps_rollup", encoding="ascii") as rollup:
            found[child] = next(int(line.split()[1]) for line in rollup if line.startswith("Rss:"))
    return found


def go_round(server, number):
    """Change all lists, and wait until each was loaded once more."""
    server.log.mark()
    for index in range(LISTS):
        replace(server.root.path / f"conf/lists/{index}", CONTENTS[number % 2])
    until(lambda: loaded(server) >= LISTS, lambda: f"round {number}: {loaded(server)} of {LISTS} lists", 30)
    assert loaded(server) == LISTS


@pytest.mark.skipif("CORS_TEST_PRELOAD" in os.environ, reason="a sanitizer keeps what is freed")
def test_memory_and_verdicts():
    with Reloading(site) as server:
        clients = [Client(server, number) for number in range(4)]
        for client in clients:
            client.start()
        go_round(server, 1)
        born_early = memory(server)  # who is born later still grows up
        for number in range(2, WARM + 1):
            go_round(server, number)
        before = memory(server)
        for number in range(WARM + 1, ROUNDS + 1):
            go_round(server, number)
        after = memory(server)
        for client in clients:
            client.stopped.set()
            client.join(30)
        assert [client.wrong[:3] for client in clients] == [[]] * len(clients)
        stayed = born_early.keys() & before.keys() & after.keys()
        assert stayed
        grown = {child: after[child] - before[child] for child in stayed}
        print(f"{ROUNDS * LISTS} reloads, {sum(client.count for client in clients)} requests; grown by (kB): {grown}")
        assert max(grown.values()) < MARGIN_KB
