# SPDX-License-Identifier: Apache-2.0
"""CorsPreflightStatus, and the connection after a preflight."""

from harness import Site, policy, rows
from harness.answer import assert_answered, assert_denied
from harness.client import preflight_headers
from harness.site import EVIL, GOOD

site = Site()
STATUSES = [
    ("by default", site.location(policy()), 204),
    ("200", site.location(policy("CorsPreflightStatus 200")), 200),
    ("204", site.location(policy("CorsPreflightStatus 204")), 204),
    ("202", site.location(policy("CorsPreflightStatus 202")), 202),
    ("the highest", site.location(policy("CorsPreflightStatus 299")), 299),
]


@rows("path, status", STATUSES)
def test_an_allowed_preflight(server, path, status):
    assert_answered(server.preflight(path, GOOD), GOOD, status=status)


@rows("path, status", STATUSES)
def test_a_denied_preflight_is_403_whatever_the_status(server, path, status):
    assert_denied(server.preflight(path, EVIL), "origin-not-allowed")


@rows("path, status", STATUSES)
def test_an_actual_request_keeps_its_status(server, path, status):
    assert server.get(path, GOOD).status == 200
    assert server.get(path, GOOD, method="OPTIONS").status == 200


@rows("path, status", STATUSES)
def test_the_connection_stays_open(server, path, status):
    with server.connection() as connection:
        for _ in range(3):
            assert_answered(connection.request("OPTIONS", path, preflight_headers(GOOD)), GOOD, status=status)
        assert connection.request("GET", path, [("Connection", "close")]).body == "ok\n"


def test_the_connection_survives_preflights_with_bodies(server):
    path = STATUSES[0][1]
    with server.connection() as connection:
        for size in (1, 5000, 70000):
            answer = connection.request("OPTIONS", path, preflight_headers(GOOD), b"x" * size)
            assert_answered(answer, GOOD)
        assert connection.request("GET", path, [("Connection", "close")]).body == "ok\n"


def test_the_connection_survives_denied_preflights(server):
    path = STATUSES[0][1]
    with server.connection() as connection:
        for body in (b"", b"x" * 5000, b""):
            assert_denied(connection.request("OPTIONS", path, preflight_headers(EVIL), body), "origin-not-allowed")
        assert connection.request("GET", path, [("Connection", "close")]).body == "ok\n"
