# SPDX-License-Identifier: Apache-2.0
"""Every process has the list that is in force: of each MPM, after others have died, and from its birth."""

import contextlib
import itertools
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from harness import Site, installed
from harness.answer import NOT_SHARED, shared
from harness.client import Connection
from harness.reload import LISTS, LOADED, MENDED, REFUSED, Reloading, Turns, ids_of, replace, until
from harness.site import GOOD
from harness.variant import MPMS

SCENARIOS = ("plain", "killed", "gone", "bad", "big", "restarted", "lingering")
THREADS = {"event": 12, "worker": 12, "prefork": 5}
PROCESSES = {
    "threads": """
        StartServers 3
        ServerLimit 6
        ThreadLimit 4
        ThreadsPerChild 4
        MinSpareThreads 12
        MaxSpareThreads 24
        MaxRequestWorkers 12
        """,
    "prefork": """
        StartServers 5
        ServerLimit 5
        MinSpareServers 5
        MaxSpareServers 10
        MaxRequestWorkers 5
        """,
}
BIG = "".join(f"https://o{number}.big.example\n" for number in range(200_000))


def build(mpm, *lines):
    """A site with a list for each scenario, whose access log tells the process of each request."""
    site = Site(PROCESSES.get(mpm, PROCESSES["threads"]), modules=["log_config"])
    for line in lines:
        site.add(line)
    site.add(
        f"""
        LogLevel cors:notice mpm_{mpm}:crit
        CorsReloadInterval 1
        LogFormat "%P %q" process
        CustomLog "${{ROOT}}/logs/access" process
        """
    )
    for name in SCENARIOS:
        site.file(f"{LISTS}/{name}", f"{GOOD}\n")
        site.page(f"/{name}")
        site.add(f"<Location /{name}>\nCorsOriginsFile {LISTS}/{name}\n</Location>")
    return site


@contextlib.contextmanager
def serving(*lines):
    """A server of each MPM."""
    with contextlib.ExitStack() as stack:
        servers = []
        for mpm in MPMS:
            server = Reloading(build(mpm, *lines))
            with mock.patch.object(installed, "MPM", mpm):
                stack.enter_context(server)
            server.mpm, server.threads = mpm, THREADS[mpm]
            servers.append(server)
        yield servers


@pytest.fixture(scope="module")
def servers():
    """A server of each MPM, for all cases."""
    with serving() as running:
        for server in running:
            until(lambda server=server: len(server.children()) >= 3, "all children are there")
        yield running


def on_all(servers, scenario):
    """Play a scenario on all servers at the same time."""
    with ThreadPoolExecutor(len(servers)) as pool:
        played = [(server, pool.submit(scenario, server)) for server in servers]
    for server, future in played:
        if future.exception():
            raise AssertionError(f"{server.mpm}: {future.exception()}") from future.exception()


TAGS = itertools.count()


def wave(server, url, origins):
    """As many requests at once as there are threads, so that each process gets some: (process, origin, headers)."""
    asked = {}
    for origin in itertools.islice(itertools.cycle(origins), server.threads):
        tag = f"?tag{next(TAGS)}"
        asked[tag] = origin, Connection(server.port)
        target = f"GET {url}{tag} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: {origin}\r\n"
        asked[tag][1].socket.sendall(target.encode())
    for _, connection in asked.values():
        connection.socket.sendall(b"\r\n")
    answers = {tag: connection.receive() for tag, (_, connection) in asked.items()}
    for _, connection in asked.values():
        connection.close()
    assert {answer.status for answer in answers.values()} == {200}
    processes = until(lambda: processes_of(server, answers), "all requests are in the access log")
    return [(processes[tag], origin, answers[tag].cors) for tag, (origin, _) in asked.items()]


def processes_of(server, tags):
    """The process that served each of these requests, as soon as all are in the access log."""
    lines = [line.split() for line in server.root.read("logs/access").splitlines()[-4 * len(tags):]]
    found = {line[1]: int(line[0]) for line in lines if len(line) == 2 and line[1] in tags}
    return found if len(found) == len(tags) else None


def wrong(answers, turns):
    """The answers that are not those of the list of this turn."""
    return [
        (process, origin, cors)
        for process, origin, cors in answers
        if cors != (shared(origin) if origin == turns.origin else NOT_SHARED)
    ]


def wait_for_everybody(server, turns, seconds=20.0):
    """Wait until the answers of all processes that there are follow the list of this turn.

    event, with the module or without, may forget to listen in a child all of whose threads were busy. Such a child is
    not waited for longer than a few seconds.
    """
    seen, patience = {}, time.monotonic() + 4

    def is_so():
        answers = wave(server, turns.url, [turns.origin])
        seen["wrong"] = wrong(answers, turns)
        seen["silent"] = server.children() - {process for process, _, _ in answers}
        return not seen["wrong"] and (not seen["silent"] or (server.mpm == "event" and time.monotonic() > patience))

    until(is_so, lambda: f"{seen}, of {server.children()}; {server.log.lines()[-9:]}", seconds)


def turns_of(server, name, always=""):
    """The list of a scenario."""
    return Turns(server, f"{LISTS}/{name}", f"/{name}", always)


def next_turn(server, turns):
    """A changed list, and all processes have it."""
    turns.next()
    wait_for_everybody(server, turns)


def test_once_loaded_no_process_gives_an_old_verdict(servers):
    def scenario(server):
        turns = turns_of(server, "plain")
        for _ in range(2):
            before = turns.origin
            next_turn(server, turns)
            for _ in range(20):
                assert wrong(wave(server, turns.url, [turns.origin, before]), turns) == []
        assert ids_of(server.reports(f"{LISTS}/plain")) == LOADED * 2

    on_all(servers, scenario)


def test_lists_are_loaded_whichever_process_dies(servers):
    def scenario(server):
        turns = turns_of(server, "killed")
        for child in sorted(server.children())[:3]:
            server.kill([child])
            next_turn(server, turns)
        assert ids_of(server.reports(f"{LISTS}/killed")) == LOADED * 3

    on_all(servers, scenario)


def test_new_processes_have_the_last_good_list_at_once(servers):
    def scenario(server):
        lists = [turns_of(server, name) for name in ("gone", "bad")]
        for turns in lists:
            turns.turn()
        for turns in lists:
            wait_for_everybody(server, turns)
        lists[0].file.unlink()
        replace(lists[1].file, "nonsense\n")
        for turns in lists:
            server.log.expect(f"CORS0302: .*{LISTS}{turns.url}")
            until(lambda turns=turns: ids_of(server.reports(turns.file.name)) == LOADED + REFUSED, server.log.lines)
        before = server.children()
        server.kill(before)
        answers = []
        until(lambda: len(born(server, before, answers, lists)) >= 3, "others take their places")
        for turns in lists:
            assert wrong([answer for answer in answers if answer[1] in (turns.origin, GOOD)], turns) == []
        for turns in lists:
            turns.turn()
        for turns in lists:
            wait_for_everybody(server, turns)
            assert ids_of(server.reports(turns.file.name)) == LOADED + REFUSED + MENDED

    on_all(servers, scenario)


def born(server, before, answers, lists):
    """Ask once more of each list; the processes that have answered, none of which was there before."""
    for turns in lists:
        answers += wave(server, turns.url, [turns.origin, GOOD])
    found = {process for process, _, _ in answers}
    assert not found & before
    return found


def reader_of(server, path):
    """The process that has a file open."""
    for process in [*server.children(), server.process.pid]:
        with contextlib.suppress(OSError):
            for number in os.listdir(f"/proc/{process}/fd"):
                with contextlib.suppress(OSError):
                    if os.readlink(f"/proc/{process}/fd/{number}") == str(path):
                        return process
    return None


def test_a_process_killed_while_it_reads_a_big_list(servers):
    def scenario(server):
        turns = turns_of(server, "big", always=BIG)
        for delay in (0, 0.1):
            turns.turn()
            deadline = time.monotonic() + 5
            while (reader := reader_of(server, turns.file)) is None and time.monotonic() < deadline:
                time.sleep(0.0005)
            time.sleep(delay)
            children = server.children()
            server.kill({reader} & children or sorted(children)[:1])
            wait_for_everybody(server, turns, 30)
            assert server.get(turns.url, "https://o199999.big.example").cors == shared("https://o199999.big.example")

    on_all(servers, scenario)


def test_a_restart_has_the_changed_list(servers):
    def scenario(server):
        turns = turns_of(server, "restarted")
        for _ in range(2):
            turns.turn()
            server.restart()
            assert wrong(wave(server, turns.url, [turns.origin, GOOD]), turns) == []
            next_turn(server, turns)
        server.restart()
        assert wrong(wave(server, turns.url, [turns.origin, GOOD]), turns) == []

    on_all(servers, scenario)


def test_lists_are_loaded_while_a_process_of_before_a_restart_lingers(servers):
    def scenario(server):
        turns = turns_of(server, "lingering", always=f"{GOOD}\n")
        before = server.children()
        with server.connection() as connection:
            connection.socket.sendall(f"GET {turns.url} HTTP/1.1\r\nHost: localhost\r\n".encode())
            server.process.send_signal(signal.SIGUSR1)
            until(lambda: len(server.children() - before) >= 2, "others take their places")
            for _ in range(2):
                turns.next()
            assert ids_of(server.reports(f"{LISTS}/lingering")) == LOADED * 2
            connection.socket.sendall(f"Origin: {GOOD}\r\n\r\n".encode())
            answer = connection.receive()
            assert (answer.status, answer.cors) == (200, shared(GOOD))
        until(lambda: not before & server.children(), "the last of before is gone")
        next_turn(server, turns)

    on_all(servers, scenario)


def test_processes_that_do_not_live_long():
    def scenario(server):
        server.log.mark()
        turns = turns_of(server, "gone")
        next_turn(server, turns)
        turns.file.unlink()
        until(lambda: ids_of(server.reports(turns.file.name)) == LOADED + REFUSED, server.log.lines)
        answers = []
        until(lambda: len(born(server, set(), answers, [turns])) >= 8, "many come and go")
        assert wrong(answers, turns) == []
        next_turn(server, turns)
        assert ids_of(server.reports(turns.file.name)) == LOADED + REFUSED + MENDED

    with serving("MaxConnectionsPerChild 20") as short:
        for server in short:
            server.log.expect(f"CORS0302: .*{LISTS}/gone")
        on_all(short, scenario)
