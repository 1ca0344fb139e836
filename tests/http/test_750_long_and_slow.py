# SPDX-License-Identifier: Apache-2.0
"""Access-Control-Request-Headers as long as httpd lets them be, and clients as slow as it lets them be."""

import concurrent.futures
import contextlib
import time

from harness import Site, policy, rows
from harness.answer import UNTOUCHED, answered, assert_answered, assert_denied, shared
from harness.client import Connection
from harness.site import GOOD

FIELD = 1_000_000  # LimitRequestFieldSize of the first server; 8190 unless it says otherwise
FIELDS = 2000
LOOKED_AT = 4096   # bytes; of longer ones nothing is looked at
SECONDS = 2        # for the longest of them

site = Site(
    f"""
    LimitRequestFieldSize {FIELD}
    LimitRequestFields {FIELDS}
    LogLevel cors:info
    ThreadsPerChild 40
    """
)
LISTED = site.location(policy("CorsAllowHeaders X-A"))
ANY = site.location(policy("CorsAllowHeaders *", "CorsAllowCredentials On"))
NAME = "Access-Control-Request-Headers"


def names(length):
    """So many bytes of a name that is allowed, over and over again."""
    return ("x-a," * (length // 4 + 1))[: length // 4 * 4].ljust(length, ",")


@rows(
    "path, value",
    [
        ("names that are allowed, as long as is looked at", LISTED, names(LOOKED_AT)),
        ("on eight hundred lines", LISTED, ["x-a"] * 800),
        ("empty elements", LISTED, "," * LOOKED_AT),
        ("blanks", LISTED, "x-a" + " " * (LOOKED_AT - 7) + ",x-a"),
    ],
)
def test_long_and_allowed(server, path, value):
    response = server.preflight(path, GOOD, "GET", value)
    assert response.status == 204 and response.cors["Access-Control-Allow-Origin"] == GOOD


@rows(
    "path, value",
    [
        ("names that are allowed, a byte too long", LISTED, names(LOOKED_AT + 1)),
        ("names that are allowed, as long as httpd takes them", LISTED, names(FIELD - 100)),
        ("one name as long as httpd takes it", LISTED, "x" * (FIELD - 100)),
        ("one name as long, where all are allowed", ANY, "x" * (FIELD - 100)),
        ("commas", LISTED, "," * (FIELD - 100)),
        ("blanks within", LISTED, "x-a," + " " * (FIELD - 100) + ",x-a"),
        ("as many lines as httpd takes", LISTED, ["x-a,x-a,x-a"] * (FIELDS - 10)),
        ("as many lines, long ones", ANY, ["x" * 4000] * 200),
        ("bytes that are no name", LISTED, b"\xff" * (FIELD - 100)),
    ],
)
def test_too_long(server, path, value):
    """Denied within a moment; neither the answer nor the log has the whole of it."""
    start = time.monotonic()
    response = server.preflight(path, GOOD, "GET", value)
    assert time.monotonic() - start < SECONDS
    assert_denied(response, "header-not-allowed")
    (line,) = server.log.find("CORS0401")
    assert len(line) < 1300  # 200 bytes, escaped


@rows(
    "lines",
    [
        ("a field that is longer than httpd takes", [(NAME, "x" * (FIELD + 1))]),
        ("more fields than httpd takes", [(NAME, "x-a")] * (FIELDS + 1)),
    ],
)
def test_beyond_the_limits_of_httpd(server, lines):
    """httpd answers for itself, as it does without the module."""
    asks = [("Origin", GOOD), ("Access-Control-Request-Method", "GET")]
    response = server.request("OPTIONS", LISTED, [*asks, *lines])
    assert (response.status, response.cors) == (400, UNTOUCHED)


def dribble(server, request, pieces, pause):
    """Send a request in so many pieces, and read the answer."""
    size = len(request) // pieces + 1
    with contextlib.closing(Connection(server.port)) as connection:
        for at in range(0, len(request), size):
            connection.socket.sendall(request[at : at + size])
            time.sleep(pause)
        return connection.receive("OPTIONS")


def test_slow_clients_hold_up_nobody(server):
    """Thirty clients take two seconds for a preflight each; others are answered at once meanwhile."""
    asked = f"OPTIONS {LISTED} HTTP/1.1\r\nHost: localhost\r\nOrigin: {GOOD}\r\nConnection: close\r\n"
    asked += f"Access-Control-Request-Method: GET\r\n{NAME}: {names(LOOKED_AT)}\r\n\r\n"
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        slow = [pool.submit(dribble, server, asked.encode(), 40, 0.05) for _ in range(30)]
        time.sleep(0.3)
        slowest = 0
        while not any(each.done() for each in slow):
            start = time.monotonic()
            assert server.get(LISTED, GOOD).cors == shared(GOOD)
            slowest = max(slowest, time.monotonic() - start)
        assert slowest < 1
        for each in slow:
            assert_answered(each.result(), GOOD, names=answered(GOOD)["Access-Control-Allow-Headers"] + ", x-a")


def test_too_slow_a_client(start):
    """mod_reqtimeout hangs up, and that is all."""
    impatient = Site("RequestReadTimeout header=1", ["reqtimeout"])
    path = impatient.location(policy())
    server = start(impatient)
    with contextlib.closing(Connection(server.port)) as connection:
        connection.socket.sendall(f"OPTIONS {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {GOOD}\r\n{NAME}: x".encode())
        response = connection.receive("OPTIONS")
    assert (response.status, response.cors) == (408, UNTOUCHED)
    assert_answered(server.preflight(path, GOOD), GOOD)
