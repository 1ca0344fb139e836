# SPDX-License-Identifier: Apache-2.0
"""A list that changes all the time under load: every answer is that of a list there has been, and memory stays.

CORS_SOAK_RELOADS says how many reloads there are to be, 6 unless it does; a soak is some thousands.
"""

import collections
import os
import threading

import pytest
from harness import Site, rows
from harness.answer import NOT_SHARED, shared
from harness.client import origin_headers
from harness.reload import BOTH, LISTS, NEW, OLD, Reloading, everywhere, replace, until

RELOADS = max(6, int(os.environ.get("CORS_SOAK_RELOADS", "6")))
WARM = 3  # reloads after which memory should not grow any more
LINES = 20_000
OTHERS = "".join(f"https://o{number}.example\n" for number in range(LINES))
LISTS_IN_TURN = [f"{OTHERS}{BOTH}\n{OLD}\n", f"{BOTH}\n{OTHERS}{NEW}\n"]
MARGIN_KB = 2500  # less than two lists of this length take

site = Site(
    """
    LogLevel cors:notice
    CorsReloadInterval 1
    MaxKeepAliveRequests 0
    StartServers 2
    """
)
PATH = site.location(f"CorsOriginsFile {LISTS}/flipping")
HECTIC = site.location(f"CorsOriginsFile {LISTS}/hectic\nCorsAllowCredentials On")
for name in ("flipping", "hectic"):
    site.file(f"{LISTS}/{name}", LISTS_IN_TURN[0] if name == "flipping" else f"{BOTH}\n{OLD}\n")


class Asking(threading.Thread):
    """A client on one connection.

    `wrong` has what no list allows, `changes` how often the verdict on each origin was another than before.
    """

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.stopped = server, threading.Event()
        self.wrong, self.count, self.changes = [], 0, {}

    def run(self):
        verdicts = {}
        try:
            with self.server.connection() as connection:
                while not self.stopped.is_set():
                    self._ask(connection, verdicts)
        except Exception as error:  # of whatever kind: the case fails with it
            self.wrong.append(repr(error))

    def _ask(self, connection, verdicts):
        for path, credentials in ((PATH, False), (HECTIC, True)):
            for origin in (BOTH, OLD, NEW):
                answer = connection.request("GET", path, origin_headers(origin))
                allowed = answer.cors == shared(origin, credentials=credentials)
                if answer.status != 200 or not (allowed or (answer.cors == NOT_SHARED and origin != BOTH)):
                    self.wrong.append((path, origin, answer.status, answer.cors))
                if verdicts.get((path, origin), allowed) != allowed:
                    self.changes[path, origin] = self.changes.get((path, origin), 0) + 1
                verdicts[path, origin] = allowed
                self.count += 1


class Hectic(threading.Thread):
    """Flips a list faster than anybody looks, with a rest now and then."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.stopped = path, threading.Event()

    def run(self):
        number = 0
        while not self.stopped.wait(0.9 if number % 10 == 0 else 0.05):
            number += 1
            replace(self.path, f"{BOTH}\n{(OLD, NEW)[number % 2]}\n")


def resources(server):
    """Of each child: resident memory in kB, open files but connections, mappings."""
    found = {}
    for child in server.children():
        with open(f"/proc/{child}/smaps_rollup", encoding="ascii") as rollup:
            sizes = {line.split(":")[0]: int(line.split()[1]) for line in rollup if line.endswith("kB\n")}
        with open(f"/proc/{child}/maps", encoding="utf-8") as maps:
            mappings = len(maps.readlines())
        files = [os.readlink(entry.path) for entry in os.scandir(f"/proc/{child}/fd")]
        found[child] = sizes["Rss"], len([file for file in files if not file.startswith("socket:")]), mappings
    return found


def at_rest(server):
    """The resources when no child reads a file just now: the least of several looks."""
    looks = [resources(server) for _ in range(10)]
    return {child: tuple(min(look[child][kind] for look in looks) for kind in range(3)) for child in looks[0]}


def flip(server, number):
    """Change the list, and wait until all processes have it."""
    replace(server.root.path / LISTS / "flipping", LISTS_IN_TURN[number % 2])
    until(
        lambda: len(server.reports("flipping")) == number, lambda: f"reload {number}; {server.log.lines()[-5:]}",
    )
    now, before = (NEW, OLD) if number % 2 else (OLD, NEW)
    everywhere(lambda: server.get(PATH, now).cors == shared(now), f"all have list {number}")
    everywhere(lambda: server.get(PATH, before).cors == NOT_SHARED, f"all have list {number}")


def soak(server, flips):
    """Flip while clients ask; answers the clients."""
    clients = [Asking(server) for _ in range(4)]
    threads = [*clients, Hectic(server.root.path / LISTS / "hectic")]
    for thread in threads:
        thread.start()
    for number in flips:
        flip(server, number)
    for thread in threads:
        thread.stopped.set()
    for thread in threads:
        thread.join(30)
    return clients


Soaked = collections.namedtuple("Soaked", "clients flips before after")


@pytest.fixture(scope="module")
def soaked():
    """The clients, the number of reloads of each list, and what the children used after the first few and the last."""
    with Reloading(site) as server:
        until(lambda: len(server.children()) >= 3, "as many children as there will be")
        server.log.mark()
        first = soak(server, range(1, WARM + 1))
        before, hectic = at_rest(server), len(server.reports("hectic"))
        clients = soak(server, range(WARM + 1, RELOADS + 1))
        after = at_rest(server)
        server.log.check()
        yield Soaked(
            [(first, WARM, hectic), (clients, RELOADS - WARM, len(server.reports("hectic")))],
            len(server.reports("flipping")), before, after,
        )


def test_every_answer_is_that_of_a_list(soaked):
    for clients, _, _ in soaked.clients:
        assert [client.wrong[:3] for client in clients] == [[]] * len(clients)
        assert min(client.count for client in clients) > RELOADS


def test_no_process_goes_back_to_a_list_of_before(soaked):
    """A connection stays with its process, whose verdict on an origin changes with each list, and never in between."""
    for clients, flips, hectic in soaked.clients:
        for client in clients:
            assert {client.changes.get((PATH, origin), 0) for origin in (OLD, NEW)} <= {flips - 1, flips}
            assert max(client.changes.get((HECTIC, origin), 0) for origin in (OLD, NEW)) <= hectic
            assert all(client.changes.get((path, BOTH), 0) == 0 for path in (PATH, HECTIC))


def test_each_reload_is_logged_once(soaked):
    assert soaked.flips == RELOADS


@pytest.mark.skipif("CORS_TEST_PRELOAD" in os.environ, reason="a sanitizer keeps what is freed")
def test_memory_stays(soaked):
    assert max(grown(soaked, 0)) < MARGIN_KB


@rows("which, margin", [("files", 1, 1), ("mappings", 2, 8)])
def test_files_and_mappings_stay(soaked, which, margin):
    if which == "mappings" and "CORS_TEST_PRELOAD" in os.environ:
        pytest.skip("a sanitizer has mappings of its own")
    assert max(grown(soaked, which)) <= margin


def grown(soaked, which):
    """By how much each child that was there all the time uses more of it."""
    children = soaked.before.keys() & soaked.after.keys()
    assert children
    return [soaked.after[child][which] - soaked.before[child][which] for child in children]
