# SPDX-License-Identifier: Apache-2.0
"""The any-origin policy: one answer for everybody, with and without Origin, fit for every cache."""

from harness import Site, policy, rows
from harness.answer import FOR_EVERYBODY, assert_answered, tokens
from harness.site import EVIL, GOOD

site = Site()
STAR = site.location("CorsAllowOrigin *")
AMONG = site.location(f"CorsAllowOrigin {GOOD} *")
FILE = site.location("CorsOriginsFile conf/star")
site.file("conf/star", "# the world\n*\n")
DENYING = site.location("CorsAllowOrigin *\nCorsDenyOrigin https://denied.example")
FULL = site.location(
    policy("CorsAllowMethods *", "CorsAllowHeaders * Authorization", "CorsExposeHeaders *", "CorsMaxAge 0", origin="*")
)
MISSING = "/missing"
site.add("<Location /missing>\n    CorsAllowOrigin *\n</Location>")

POLICIES = [("a star", STAR), ("a star among origins", AMONG), ("a star in a file", FILE)]
ORIGINS = [
    ("an origin", GOOD), ("another", EVIL), ("an http origin", "http://plain.example"), ("null", "null"),
    ("an extension", "chrome-extension://abcdefghijklmnop"), ("no origin", None),
]


@rows("path", POLICIES)
@rows("origin", ORIGINS)
def test_everybody_gets_the_same(server, path, origin):
    response = server.get(path, origin)
    assert (response.status, response.cors) == (200, FOR_EVERYBODY)


@rows("path", POLICIES)
@rows("origin", [row for row in ORIGINS if row[1]])
def test_so_do_preflights(server, path, origin):
    assert_answered(server.preflight(path, origin), "*", vary="")


@rows("origin", ORIGINS)
def test_so_do_errors(server, origin):
    response = server.get(MISSING, origin)
    assert (response.status, response.cors) == (404, FOR_EVERYBODY)


@rows("origin", ORIGINS)
def test_so_do_unchanged_pages(server, origin):
    response = server.get(STAR, origin, ("If-None-Match", "*"))
    assert (response.status, response.cors) == (304, FOR_EVERYBODY)


@rows("origin", ORIGINS)
def test_everything_open(server, origin):
    assert server.get(FULL, origin).cors == {**FOR_EVERYBODY, "Access-Control-Expose-Headers": "*"}
    if origin:
        assert_answered(
            server.preflight(FULL, origin, "DELETE", "authorization,x-a"), "*", methods="*", names="*, Authorization",
            max_age="0", vary="",
        )


@rows(
    "origin, expected",
    [
        ("the denied one", "https://denied.example", {"Vary": "origin"}),
        ("another", GOOD, {**FOR_EVERYBODY, "Vary": "origin"}),
        ("null", "null", {**FOR_EVERYBODY, "Vary": "origin"}),
        ("no origin", None, {**FOR_EVERYBODY, "Vary": "origin"}),
    ],
)
def test_a_deny_list_makes_it_depend_on_the_origin(server, origin, expected):
    assert server.get(DENYING, origin).cors == expected


def test_a_denied_method_is_denied_here_too(server):
    response = server.preflight(STAR, GOOD, "PUT")
    assert response.status == 403 and "method-not-allowed" in response.body
    assert response.cors == {"Vary": tokens("Origin, Access-Control-Request-Method, Access-Control-Request-Headers")}
