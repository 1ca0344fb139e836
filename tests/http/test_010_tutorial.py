# SPDX-License-Identifier: Apache-2.0
"""The four checks everybody does after a first configuration, in the open and behind Basic auth."""

from harness import Site, policy, rows
from harness.answer import NOT_SHARED, assert_answered, assert_denied, shared
from harness.client import MEMBER
from harness.site import EVIL, GOOD

site = Site()
OPEN = site.location(policy())
MEMBERS = site.protected(policy())

PLACES = [
    ("in the open", OPEN, [], 200),
    ("behind Basic auth, with the password", MEMBERS, [MEMBER], 200),
    ("behind Basic auth, without it", MEMBERS, [], 401),
]


@rows("path, login, status", PLACES)
def test_an_allowed_origin_gets_the_headers(server, path, login, status):
    response = server.get(path, GOOD, *login)
    assert (response.status, response.cors) == (status, shared(GOOD))


@rows("path, login, status", PLACES)
def test_the_allowed_origin_is_the_one_that_asked(server, path, login, status):
    assert server.get(path, GOOD, *login).all("Access-Control-Allow-Origin") == [GOOD]


@rows("path, login, status", PLACES)
def test_another_origin_gets_none(server, path, login, status):
    response = server.get(path, EVIL, *login)
    assert (response.status, response.cors) == (status, NOT_SHARED)


@rows("path, login, status", PLACES)
def test_a_request_without_origin_gets_none(server, path, login, status):
    response = server.get(path, None, *login)
    assert (response.status, response.cors) == (status, NOT_SHARED)


@rows("path", [("in the open", OPEN), ("behind Basic auth", MEMBERS)])
def test_the_preflight_is_answered_without_password(server, path):
    assert_answered(server.preflight(path, GOOD), GOOD)


@rows("path", [("in the open", OPEN), ("behind Basic auth", MEMBERS)])
def test_the_preflight_of_another_origin_is_denied(server, path):
    assert_denied(server.preflight(path, EVIL), "origin-not-allowed")
