# SPDX-License-Identifier: Apache-2.0
"""CorsAllowMethods: the three defaults always, the whole list in the answer, case-sensitive."""

from harness import Site, policy, rows
from harness.answer import NOT_SHARED, assert_answered, assert_denied, shared
from harness.site import EVIL, GOOD

site = Site()
DEFAULT = site.location(policy())
PUT = site.location(policy("CorsAllowMethods PUT DELETE"))
TWO_LINES = site.location(policy("CorsAllowMethods PUT GET", "CorsAllowMethods PATCH"))
REPEATED = site.location(policy("CorsAllowMethods POST PUT GET PUT"))
LOWER = site.location(policy("CorsAllowMethods patch"))
CUSTOM = site.location(policy("CorsAllowMethods QUERY x-custom!"))
ANY = site.location(policy("CorsAllowMethods *"))
ANY_MEMBER = site.location(policy("CorsAllowMethods *", "CorsAllowCredentials On"))

DEFAULTS = "GET, HEAD, POST"


@rows(
    "path, method, listed",
    [
        ("GET by default", DEFAULT, "GET", DEFAULTS),
        ("HEAD by default", DEFAULT, "HEAD", DEFAULTS),
        ("POST by default", DEFAULT, "POST", DEFAULTS),
        ("a listed method", PUT, "PUT", f"{DEFAULTS}, PUT, DELETE"),
        ("another listed method", PUT, "DELETE", f"{DEFAULTS}, PUT, DELETE"),
        ("GET although the list does not say so", PUT, "GET", f"{DEFAULTS}, PUT, DELETE"),
        ("POST although the list does not say so", PUT, "POST", f"{DEFAULTS}, PUT, DELETE"),
        ("a method of the first of two lines", TWO_LINES, "PUT", f"{DEFAULTS}, PUT, PATCH"),
        ("a method of the second of two lines", TWO_LINES, "PATCH", f"{DEFAULTS}, PUT, PATCH"),
        ("a method that was listed twice is listed once", REPEATED, "PUT", f"{DEFAULTS}, PUT"),
        ("a method in lower case where it was listed so", LOWER, "patch", f"{DEFAULTS}, patch"),
        ("a method of one's own", CUSTOM, "QUERY", f"{DEFAULTS}, QUERY, x-custom!"),
        ("a method of odd but legal bytes", CUSTOM, "x-custom!", f"{DEFAULTS}, QUERY, x-custom!"),
        ("any method under a star", ANY, "PROPFIND", "*"),
        ("GET under a star", ANY, "GET", "*"),
    ],
)
def test_allowed(server, path, method, listed):
    assert_answered(server.preflight(path, GOOD, method), GOOD, methods=listed)


@rows("method", [("a method", "PROPFIND"), ("a method in lower case", "patch"), ("a default", "GET")])
def test_under_a_star_with_credentials_the_requested_method_is_named(server, method):
    assert_answered(server.preflight(ANY_MEMBER, GOOD, method), GOOD, methods=method, credentials=True)


@rows(
    "path, method",
    [
        ("a method that is not listed", DEFAULT, "PUT"),
        ("a listed method in lower case", PUT, "put"),
        ("a default in lower case", DEFAULT, "post"),
        ("a method in upper case where lower case was listed", LOWER, "PATCH"),
        ("the beginning of a listed method", PUT, "PU"),
        ("a listed method and more", PUT, "PUTX"),
        ("two listed methods", PUT, "PUT, DELETE"),
        ("a star", DEFAULT, "*"),
        ("a method with a space in it", PUT, "PUT DELETE"),
        ("a very long method", PUT, "P" * 4000),
        ("what is no token, under a star with credentials", ANY_MEMBER, "PUT, DELETE"),
        ("bytes that are no token, under a star with credentials", ANY_MEMBER, "PUT\xe9"),
    ],
)
def test_not_allowed(server, path, method):
    assert_denied(server.preflight(path, GOOD, method), "method-not-allowed")


def test_the_origin_is_looked_at_first(server):
    assert_denied(server.preflight(DEFAULT, EVIL, "PUT"), "origin-not-allowed")


def test_methods_are_an_affair_of_preflights_only(server):
    response = server.get(DEFAULT, GOOD, method="PUT", body=b"x")
    assert (response.status, response.cors) == (405, shared(GOOD))


@rows(
    "method, headers, expected",
    [
        ("OPTIONS without a method asked for", "OPTIONS", [], shared(GOOD)),
        ("GET with a method asked for", "GET", [("Access-Control-Request-Method", "PUT")], shared(GOOD)),
    ],
)
def test_what_is_no_preflight(server, method, headers, expected):
    response = server.get(DEFAULT, GOOD, *headers, method=method)
    assert (response.status, response.cors) == (200, expected)


def test_what_asks_for_a_method_but_has_no_origin_is_no_preflight(server):
    response = server.preflight(DEFAULT, None, "PUT")
    assert (response.status, response.cors) == (200, NOT_SHARED)
