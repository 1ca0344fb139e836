# SPDX-License-Identifier: Apache-2.0
"""Requests a second and latency of all contenders in one run, in turns."""

import contextlib
import dataclasses
import os
import resource
import sys
import time

import peers
import setups
import wrk
from harness.client import Connection
from peers.httpd import BODY

ROUNDS = int(os.environ.get("ROUNDS", "5"))
DURATION = int(os.environ.get("DURATION", "2"))  # seconds of one load
MANY = 8  # connections: enough to keep one processor busy

ACTUAL, PREFLIGHT = "GET", "preflight"
REQUESTS = {ACTUAL: setups.get(setups.ALLOWED), PREFLIGHT: setups.preflight()}
STRANGERS = {ACTUAL: setups.get(setups.DENIED), PREFLIGHT: setups.preflight(setups.DENIED)}


@dataclasses.dataclass(frozen=True)
class Row:
    """A contender's rounds for one kind of request: with many connections, and with one."""

    contender: peers.Contender
    kind: str
    many: list
    single: list


@dataclasses.dataclass(frozen=True)
class Comparison:
    """All rows; what each contender answers, (contender, kind, is a stranger) -> response; how busy others were."""

    rows: list
    answers: dict
    others: float


def _names(value):
    return {name.strip().lower() for name in value.split(",")}


def _must(contender, what, response, **expected):
    """What has to be so for the figures to be comparable."""
    got = {name: expected[name][0] for name in expected}
    wanted = {name: expected[name][1] for name in expected}
    if got != wanted:
        raise RuntimeError(f"{contender.name}: {what}: {got}, not {wanted}: {response.status} {response.headers}")


def _value(response, name):
    return ", ".join(response.all(name))


def _check_shared(contender, kind, response):
    """The policy, for one whom it allows."""
    _must(
        contender, f"{kind}, allowed", response,
        origin=(response.all("Access-Control-Allow-Origin"), [setups.ALLOWED]),
        credentials=(response.all("Access-Control-Allow-Credentials"), ["true"]),
        varies=("origin" in _names(_value(response, "Vary")), True),
    )
    if kind == ACTUAL:
        exposed = _names(_value(response, "Access-Control-Expose-Headers"))
        _must(contender, kind, response, exposed=(exposed, {"etag", "link"}))
        return
    headers = _names(_value(response, "Access-Control-Allow-Headers"))
    _must(
        contender, kind, response,
        method=("put" in _names(_value(response, "Access-Control-Allow-Methods")), True),
        headers=({"content-type", "x-request-id"} <= headers, True),
        age=(response.all("Access-Control-Max-Age"), ["600"]),
        success=(response.status in (200, 204), True),
    )


def check(contender, server):
    """Ask everything once, on one connection, and see that it is answered as it must be."""
    answers = {}
    with contextlib.closing(Connection(server.port)) as connection:
        for kind in REQUESTS:
            for is_stranger, request in ((False, REQUESTS[kind]), (True, STRANGERS[kind])):
                response = connection.request(*request)
                answers[contender, kind, is_stranger] = response
                if kind == ACTUAL:
                    _must(contender, kind, response, status=(response.status, 200), body=(response.body, BODY),
                          type=(response.all("Content-Type"), ["application/json"]))
                _must(contender, f"{kind}, kept alive", response, closes=(response.closes, False))
                if contender.shares and not is_stranger:
                    _check_shared(contender, kind, response)
                else:
                    origins = response.all("Access-Control-Allow-Origin")
                    _must(contender, f"{kind}, not shared", response, origin=(origins, []))
    return answers


@contextlib.contextmanager
def _running(contenders):
    """All of them, on the processor of servers; those who are not asked wait, and use none."""
    before = os.sched_getaffinity(0)
    with contextlib.ExitStack() as stack:
        os.sched_setaffinity(0, wrk.OF_SERVERS)
        try:
            servers = {contender: stack.enter_context(contender.start()) for contender in contenders}
        finally:
            os.sched_setaffinity(0, before)
        yield servers


def _ours(servers):
    """Processor time of this process, of what it ran and of the servers."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return own + sum(wrk.processor_time(server.process.pid) for server in servers.values())


def _rounds(servers, rows):
    """Everybody in turn, in each round, from the other end in every second one."""
    for number in range(ROUNDS):
        print(f"  BENCH round {number + 1} of {ROUNDS}", file=sys.stderr, flush=True)
        for row in rows if number % 2 == 0 else reversed(rows):
            for runs, connections in ((row.many, MANY), (row.single, 1)):
                runs.append(wrk.load(servers[row.contender], REQUESTS[row.kind], connections, DURATION))


def measure(contenders=peers.CONTENDERS):
    """Start, check, warm up, measure."""
    with _running(contenders) as servers:
        answers = {}
        for contender, server in servers.items():
            answers.update(check(contender, server))
        rows = [
            Row(contender, kind, [], []) for kind in REQUESTS for contender in contenders
            if kind == ACTUAL or contender.answers_preflights
        ]
        for row in rows:
            wrk.load(servers[row.contender], REQUESTS[row.kind], MANY, 1)
        begin, busy, ours = time.monotonic(), wrk.whole_machine(), _ours(servers)
        _rounds(servers, rows)
        busy, ours, passed = wrk.whole_machine() - busy, _ours(servers) - ours, time.monotonic() - begin
    return Comparison(rows, answers, max(0.0, (busy - ours) / (passed * os.cpu_count())))
