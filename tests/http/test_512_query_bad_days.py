# SPDX-License-Identifier: Apache-2.0
"""A database that is down, broken, locked or silent: the last good list stays, and nobody waits for it."""

import contextlib
import pathlib
import signal
import socket
import tempfile
import time

import pytest
from harness import Httpd, Site, rows, sqlite
from harness.answer import shared
from harness.backend import Listener
from harness.outages import (
    FOUR, Cut, Database, Denied, Halfway, InTheMiddle, Locked, Missing, Nonsense, NoTable, Refused, ShutOut, Unreadable,
    Vhost,
)
from harness.queries import (
    ALL, EVERY_SECOND, FAILED, LISTED, LOADED, MENDED, OF_MOD_DBD, allowed, becomes, line_of, postgresql, said,
)
from harness.reload import replace, until
from harness.relay import Relay
from harness.site import GOOD, OTHER

OUTAGE = f"{OF_MOD_DBD}|{FAILED}"
# What goes wrong; words of the line that says so
DAYS = [
    ("it refuses connections", Refused, ""),
    ("the connection is cut in the middle of an answer", Cut, ""),
    ("the table is missing", Missing, "does not exist"),
    ("permission is denied", Denied, "permission denied"),
    ("the account is locked", ShutOut, ""),
    ("the table is locked", Locked, "statement timeout"),
    ("a row is an error", Halfway, "division by zero"),
    ("SQLite: the table is missing", NoTable, "no such table"),
    ("SQLite: the file cannot be read", Unreadable, ""),
    ("SQLite: the file is something else", Nonsense, "not a database"),
    ("SQLite: a row is an error", InTheMiddle, "overflow"),
]
KINDS = ("good at first", "bad at first")


@pytest.fixture(scope="module")
def played(postgres):
    """The virtual hosts of a server that has had all these days at once: three records of each, by day and kind."""
    with contextlib.ExitStack() as stack:
        directory = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cors-days-")))
        directory.chmod(0o755)
        hosts = {}
        for name, each, _ in DAYS:
            for kind in KINDS:
                database = each(postgres, stack, directory / str(len(hosts)))
                hosts[name, kind] = Vhost(f"day{len(hosts)}.example", database)
        sound = Vhost("sound.example", Database(postgres, stack))
        faulty = Vhost("faulty.example", Database(postgres, stack), columns="FROM WHERE pattern")
        for host in of_kind(hosts, KINDS[1]):
            host.database.spoil()
        site = Site(f"{EVERY_SECOND}\nStartServers 4", ["dbd"], allows=[OUTAGE])  # which ask side by side
        site.page("/page")
        site.add("<VirtualHost 127.0.0.1:${PORT}>\nServerName localhost\n</VirtualHost>")
        for host in (*hosts.values(), sound, faulty):
            site.add(host.text)
        server = stack.enter_context(Httpd(site))
        play(postgres, server, hosts, sound)
        for host in (sound, faulty):
            host.record(server)
        return {**hosts, "sound": sound, "faulty": faulty}


def of_kind(hosts, kind):
    """The virtual hosts of this kind."""
    return [host for (_, each), host in hosts.items() if each == kind]


def play(postgres, server, hosts, sound):
    """Let those that are bad at first become good, the others bad, and those good again."""
    good, bad = (of_kind(hosts, kind) for kind in KINDS)

    def settle(expected):
        with contextlib.suppress(AssertionError):
            until(lambda: all(host.allowed(server) == origins for host, origins in expected.items()), "", 10)
        start = postgres.queries(sound.database.name)
        until(lambda: postgres.queries(sound.database.name) > start + 1, "the server looks again")
        for host in (*good, *bad):
            host.record(server)

    settle({**dict.fromkeys(good, [LISTED]), **dict.fromkeys(bad, [])})
    for host in good:
        host.database.spoil()
    for host in bad:
        host.database.mend()
        host.database.change()
    sound.database.change()
    settle({**dict.fromkeys(good, [LISTED]), **dict.fromkeys(bad, [GOOD])})
    for host in good:
        host.database.mend()
        host.database.change()
    settle(dict.fromkeys((*good, *bad), [GOOD]))


@rows("day", [(row[0], row[0]) for row in DAYS])
def test_the_last_good_list_stays_until_there_is_another(played, day):
    assert [record[0] for record in played[day, KINDS[0]].records] == [[LISTED], [LISTED], [GOOD]]


@rows("day", [(row[0], row[0]) for row in DAYS])
def test_nobody_is_allowed_before_the_first_answer(played, day):
    assert [record[0] for record in played[day, KINDS[1]].records] == [[], [GOOD], [GOOD]]


@rows("day, word", [(row[0], row[0], row[2]) for row in DAYS])
def test_it_is_said_once_that_it_is_bad_and_once_that_it_is_good(played, day, word):
    for kind, expected in zip(KINDS, ([(0, 0), (1, 0), (1, 1)], [(1, 0), (1, 1), (1, 1)])):
        records = played[day, kind].records
        assert [(len(bad), len(good)) for _, bad, good in records] == expected, records[-1]
        [bad], [good] = records[-1][1:]
        assert bad.startswith("[cors:error] ") and word in bad and len(bad) < 1000
        assert good.startswith("[cors:notice] ")


def test_a_sound_database_is_none_the_worse(played):
    assert played["sound"].records == [([GOOD], [], [])]


def test_a_faulty_query_is_named_once(played):
    [(origins, [line], mended)] = played["faulty"].records
    assert (origins, mended) == ([], []) and "syntax error" in line


def slowest(server, path, number=40):
    """The longest that one of so many requests took."""

    def taken():
        start = time.monotonic()
        server.get(path, LISTED)
        return time.monotonic() - start

    return max(taken() for _ in range(number))


class Silent(Listener):
    """Accepts connections, and says nothing until it ends."""

    def __exit__(self, *_):
        super().__exit__()
        for each in self.asked:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def talk(self, connection, stream):
        self.asked.append(connection)
        stream.read()


def beside(database_lines):
    """A site that asks a database in one section and reads a file in another; their paths."""
    site = Site(database_lines, ["dbd"], allows=[OUTAGE])
    site.file("conf/origins", f"{LISTED}\n")
    return site, site.location(ALL), site.location("CorsOriginsFile conf/origins")


def assert_file_is_reloaded(server, path):
    """Others are looked at as if nothing were the matter."""
    replace(server.root.path / "conf/origins", f"{OTHER}\n")
    becomes(server, path, FOUR, OTHER)


def test_a_database_that_never_answers_keeps_nobody_waiting():
    with contextlib.ExitStack() as stack:
        silent = Silent()
        site, path, file = beside(postgresql(f"host=127.0.0.1 port={silent.port} dbname=none user=none"))
        start = time.monotonic()
        server = stack.enter_context(Httpd(site))
        stack.enter_context(silent)  # which ends first
        assert allowed(server, path, FOUR) == []
        assert time.monotonic() - start < 3
        until(lambda: silent.asked, "it is asked")
        assert slowest(server, path) < 0.5
        assert_file_is_reloaded(server, file)
        before = server.children()
        server.process.send_signal(signal.SIGUSR1)
        until(lambda: server.children() - before, "there is another child")
        assert slowest(server, path) < 1.8  # httpd itself lets a second pass before it starts new children
        assert allowed(server, path, FOUR) == [] and allowed(server, file, FOUR) == [OTHER]
        until(lambda: not server.children() & before, "the old one has ended", 8)


def test_a_database_that_falls_silent_keeps_nobody_waiting(postgres, start):
    name = postgres.case(LISTED)
    with Relay(postgres.port) as relay:
        site, path, file = beside(postgresql(postgres.params(name, relay.port)))
        server = start(site)
        server.log.allow(OUTAGE)
        becomes(server, path, FOUR, LISTED)
        relay.hang()
        before = len(relay.asked)
        until(lambda: len(relay.asked) > before, "it is asked")
        assert slowest(server, path) < 0.5 and allowed(server, path, FOUR) == [LISTED]
        assert_file_is_reloaded(server, file)
        postgres.add(name, GOOD)
        relay.flow()
        becomes(server, path, FOUR, LISTED, GOOD)


def test_a_silent_database_keeps_no_other_waiting():
    """More databases than there are threads to ask them, and one process only."""
    with contextlib.ExitStack() as stack:
        silent = Silent()
        site = Site(f"{EVERY_SECOND}\nStartServers 1\nServerLimit 1\nMaxRequestWorkers 25", ["dbd"], allows=[OUTAGE])
        page = site.page("/page")
        params = [("pgsql", f"host=127.0.0.1 port={silent.port} dbname=none user=none")]
        params += [("sqlite3", f"${{ROOT}}/database/{number}") for number in range(1, 12)]
        site.add("<VirtualHost 127.0.0.1:${PORT}>\nServerName localhost\n</VirtualHost>")
        for number, (driver, words) in enumerate(params):
            site.file(f"database/{number}", sqlite.content([LISTED]))
            site.add(
                f"""
                <VirtualHost 127.0.0.1:${{PORT}}>
                    ServerName host{number}.example
                    DBDriver {driver}
                    DBDParams "{words}"
                    DBDPersist Off
                    {ALL}
                </VirtualHost>
                """
            )
        server = stack.enter_context(Httpd(site))
        stack.enter_context(silent)  # which ends first

        def who_allows(origin):
            hosts = [("Host", f"host{number}.example") for number in range(len(params))]
            return [host[1] for host in hosts if server.get(page, origin, host).cors == shared(origin)]

        others = [f"host{number}.example" for number in range(1, len(params))]
        until(lambda: silent.asked, "it is asked")
        until(lambda: who_allows(LISTED) == others, lambda: who_allows(LISTED))
        for number in range(1, len(params)):
            replace(server.root.path / f"database/{number}", sqlite.content([GOOD]))
        until(lambda: who_allows(GOOD) == others, lambda: who_allows(GOOD))


def test_a_time_limit_of_the_driver_makes_silence_an_outage(start):
    with Silent() as silent:
        site, path, _ = beside(postgresql(f"host=127.0.0.1 port={silent.port} dbname=none user=none connect_timeout=2"))
        server = start(site)
        server.log.allow(OF_MOD_DBD)
        server.log.expect(FAILED)
        until(lambda: said(server, FAILED, line_of(site, path)), "it is said")


def test_sqlite_locked_keeps_nobody_waiting(start):
    site, path, file = beside(f"{sqlite.LINES}\n{EVERY_SECOND}")
    site.file(sqlite.FILE, sqlite.content([LISTED]))
    server = start(site)
    becomes(server, path, FOUR, LISTED)
    server.log.expect(f"{FAILED}.*locked")
    server.log.allow(OF_MOD_DBD)
    with sqlite.locked(server.root.path / sqlite.FILE):
        assert slowest(server, path, 400) < 0.5
        until(lambda: said(server, FAILED, line_of(site, path)), "it is said")
        assert allowed(server, path, FOUR) == [LISTED]
    assert_file_is_reloaded(server, file)
    sqlite.execute(server.root.path / sqlite.FILE, rows=[GOOD])
    becomes(server, path, FOUR, LISTED, GOOD)


def test_sqlite_locked_for_one_try_is_read_by_the_next(start):
    """The driver gives a try up after a second and a half: nothing of it may be in the answer of the next."""
    site, path, _ = beside(f"{sqlite.LINES}\n{EVERY_SECOND}")
    site.file(sqlite.FILE, sqlite.content([LISTED, GOOD]))
    server = start(site)
    becomes(server, path, FOUR, LISTED, GOOD)
    server.log.allow(OF_MOD_DBD)
    with sqlite.locked(server.root.path / sqlite.FILE):
        time.sleep(2.6)
    sqlite.execute(server.root.path / sqlite.FILE, rows=[OTHER])
    becomes(server, path, FOUR, LISTED, GOOD, OTHER)
    until(lambda: len(said(server, LOADED)) == 2, lambda: said(server, LOADED))
    assert [line.partition("loaded: ")[2] for line in said(server, LOADED)] == [
        "2 origins, the first answer", "3 origins, 2 before"
    ]


POOLED = ("DBDPersist On", "DBDMin 0", "DBDKeep 1", "DBDMax 2")


@rows("lines", [("a connection for each look", ("DBDPersist Off",)), ("a connection that is kept", POOLED)])
def test_a_restart_of_the_database(postgres, start, lines):
    name = postgres.case(LISTED)
    site, path, _ = beside(postgresql(postgres.params(name), *lines))
    server = start(site)
    becomes(server, path, FOUR, LISTED)
    server.log.expect(FAILED)
    server.log.allow(OF_MOD_DBD)
    postgres.stop()
    try:
        until(lambda: said(server, FAILED), "it is said")
        assert allowed(server, path, FOUR) == [LISTED]
    finally:
        postgres.start()
    postgres.add(name, GOOD)
    becomes(server, path, FOUR, LISTED, GOOD)
    until(lambda: said(server, MENDED), "that it is good again is said")
    assert len(said(server, FAILED)) == len(said(server, MENDED)) == 1


def test_a_kept_connection_that_is_cut(postgres, start):
    name = postgres.case(LISTED)
    site, path, _ = beside(postgresql(postgres.params(name), *POOLED))
    server = start(site)
    server.log.allow(OUTAGE)
    becomes(server, path, FOUR, LISTED)
    postgres.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{name}'")
    postgres.add(name, GOOD)
    becomes(server, path, FOUR, LISTED, GOOD)
    assert len(said(server, FAILED)) == len(said(server, MENDED)) <= 1
