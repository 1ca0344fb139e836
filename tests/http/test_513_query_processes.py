# SPDX-License-Identifier: Apache-2.0
"""One process asks, and every other one knows: those there are, those that come later, those after a restart."""

import contextlib
import socket
import time
from unittest import mock

import pytest
from harness import Site, installed, rows
from harness.answer import shared
from harness.client import Connection
from harness.outages import FOUR
from harness.queries import (
    ALL, EVERY_SECOND, FAILED, LISTED, LOADED, OF_MOD_DBD, allowed, becomes, postgresql, said,
)
from harness.relay import Relay
from harness.reload import Reloading, until
from harness.site import GOOD, OTHER
from harness.variant import MPMS

# As many processes as these, and no more threads than a test can keep busy
PROCESSES = 3
SIZES = {
    "event": "StartServers 3\nServerLimit 3\nThreadsPerChild 2\nThreadLimit 2\nMaxRequestWorkers 6",
    "worker": "StartServers 3\nServerLimit 3\nThreadsPerChild 2\nThreadLimit 2\nMaxRequestWorkers 6",
    "prefork": "StartServers 3\nServerLimit 3\nMinSpareServers 3\nMaxRequestWorkers 3",
}
OUTAGE = f"{OF_MOD_DBD}|{FAILED}"


class Server(Reloading):
    """An httpd of several processes before a database with a relay between them."""

    def __init__(self, postgres, relay, mpm, *lines):
        self.name = postgres.case(LISTED)
        self.postgres, self.relay, self.mpm = postgres, relay, mpm
        self.rounds = 0
        site = Site(postgresql(postgres.params(self.name, relay.port)), ["dbd"], allows=[OUTAGE])
        for each in (SIZES[mpm], *lines):
            site.add(each)
        site.add('CustomLog "${ROOT}/logs/access" "%U%q %P %{CORS_VERDICT}e"')
        self.path = site.location(ALL)
        super().__init__(site)

    def __enter__(self):
        with mock.patch.object(installed, "MPM", self.mpm):
            return super().__enter__()

    def queries(self):
        """How often the database was asked."""
        return self.postgres.queries(self.name)

    def verdicts(self, origin):
        """What the processes say of an origin; ask until each of them has said something."""
        self.rounds += 1
        until(lambda: len(self.children()) == PROCESSES, "all processes are there")
        said_by = {}
        until(lambda: self._hear(said_by, origin) >= self.children(), lambda: said_by)
        return set().union(*said_by.values())

    def _hear(self, said_by, origin):
        """Ask on some connections at a time; who has said anything by now."""
        with contextlib.ExitStack() as stack:
            connections = [Connection(self.port) for _ in range(2 * PROCESSES)]
            for each in connections:
                stack.callback(each.close)
                each.send("GET", f"{self.path}?{self.rounds}", [("Origin", origin), ("Connection", "close")])
                each.socket.shutdown(socket.SHUT_WR)  # or a process waits for us to hang up
            for each in connections:
                each.receive()
        for line in self.root.read("logs/access").splitlines():
            url, process, verdict = line.split()
            if url == f"{self.path}?{self.rounds}":
                said_by.setdefault(int(process), set()).add(verdict)
        return set(said_by)


@pytest.fixture
def serve(postgres):
    """Start such a server: server = serve(mpm, more lines)."""
    with contextlib.ExitStack() as stack:
        relay = stack.enter_context(Relay(postgres.port))
        yield lambda mpm, *lines: stack.enter_context(Server(postgres, relay, mpm, *lines))


@pytest.mark.parametrize("mpm", MPMS)
def test_every_process_knows_and_one_of_them_asks(serve, mpm):
    server = serve(mpm)
    becomes(server, server.path, FOUR, LISTED)
    until(lambda: server.verdicts(LISTED) == {"allowed"}, "all processes know it")
    server.postgres.add(server.name, GOOD)
    start, before = time.monotonic(), server.queries()
    until(lambda: server.verdicts(GOOD) == {"allowed"}, "all processes know the change")
    until(lambda: server.queries() >= before + 3, "it asks again")
    assert time.monotonic() - start > 1.4, "three queries, one a second, take longer"


@pytest.mark.parametrize("mpm", MPMS)
def test_who_comes_later_knows_though_the_database_is_down(serve, mpm):
    server = serve(mpm)
    becomes(server, server.path, FOUR, LISTED)
    server.log.allow(OUTAGE)
    server.relay.close()
    server.kill(server.children())
    assert server.verdicts(LISTED) == {"allowed"}
    server.postgres.add(server.name, GOOD)
    server.relay.open()
    until(lambda: server.verdicts(GOOD) == {"allowed"}, server.log.lines)


@rows("mpm", [("with threads", "event"), ("without", "prefork")])
def test_restarts_though_the_database_is_down(serve, mpm):
    server = serve(mpm)
    becomes(server, server.path, FOUR, LISTED)
    server.log.allow(OUTAGE)
    server.relay.close()
    for _ in range(2):
        server.restart()
        assert allowed(server, server.path, FOUR) == [LISTED]
    server.relay.open()
    server.postgres.sql(f"UPDATE origins SET pattern = '{GOOD}'", server.name)
    until(lambda: server.verdicts(GOOD) == {"allowed"}, server.log.lines)


def test_another_query_after_a_restart_has_its_own_list(serve):
    server = serve("event")
    becomes(server, server.path, FOUR, LISTED)
    text = server.site.text.replace("FROM origins", "FROM origins WHERE list = 'other'")
    server.root.write("conf/site.conf", text.encode())
    server.postgres.sql(f"INSERT INTO origins VALUES ('other', '{OTHER}')", server.name)
    server.log.allow(OUTAGE)
    server.relay.close()
    server.restart()
    assert allowed(server, server.path, FOUR) == []
    server.relay.open()
    becomes(server, server.path, FOUR, OTHER)


@rows("mpm", [("with threads", "event"), ("without", "prefork")])
def test_processes_that_do_not_live_long(serve, mpm):
    server = serve(mpm, "MaxConnectionsPerChild 2")
    server.log.allow("AH03490")  # so many that end at a time are too many for httpd's scoreboard

    def knows(origin):
        with contextlib.suppress(ConnectionError):  # which event resets now and then in a process that ends
            return server.get(server.path, origin).cors == shared(origin)

    until(lambda: knows(LISTED), "the list is there")
    start, before, first = time.monotonic(), server.queries(), server.children()
    until(lambda: knows(LISTED) and not first & server.children(), "they are all gone")
    server.postgres.add(server.name, GOOD)
    until(lambda: len(said(server, LOADED)) == 2, "the change is loaded")
    until(lambda: knows(GOOD), "the change is known")
    assert server.queries() - before <= time.monotonic() - start + 3


def test_the_outage_is_said_once_for_all_processes(serve):
    server = serve("prefork")
    becomes(server, server.path, FOUR, LISTED)
    server.log.expect(FAILED)
    server.log.allow(OF_MOD_DBD)
    server.relay.close()
    until(lambda: said(server, FAILED), "it is said")
    server.kill(server.children())
    tries = len(server.log.find(OF_MOD_DBD))
    until(lambda: len(server.log.find(OF_MOD_DBD)) > tries, "a successor tries again")
    assert server.verdicts(LISTED) == {"allowed"} and len(said(server, FAILED)) == 1


def test_with_an_interval_of_0_it_is_asked_once(postgres, start):
    name = postgres.case(LISTED)
    site = Site(postgresql(postgres.params(name)).replace(EVERY_SECOND, "CorsReloadInterval 0"), ["dbd"])
    path = site.location(ALL)
    server = start(site)
    becomes(server, path, FOUR, LISTED)
    postgres.add(name, GOOD)
    end = time.monotonic() + 1.5
    until(lambda: time.monotonic() > end or postgres.queries(name) != 1, "some time has passed")
    assert postgres.queries(name) == 1 and allowed(server, path, FOUR) == [LISTED]
    server.restart()
    becomes(server, path, FOUR, LISTED, GOOD)
