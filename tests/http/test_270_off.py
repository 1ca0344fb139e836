# SPDX-License-Identifier: Apache-2.0
"""Where CORS is off the module does nothing at all."""

from harness import Site, policy, rows
from harness.answer import UNTOUCHED
from harness.client import preflight_headers
from harness.site import GOOD

THEIRS = "Header always set Access-Control-Allow-Origin https://theirs.example\nHeader always set Vary Cookie"
LEFT = {"Access-Control-Allow-Origin": "https://theirs.example", "Vary": "cookie"}

site = Site(modules=["rewrite"])
OFF = [
    ("no word", site.location("SetEnv NOTHING 1")),
    ("no source", site.location("CorsAllowCredentials On\nCorsAllowMethods PUT\nCorsMaxAge 5")),
    ("a deny list and no source", site.location("CorsDenyOrigin https://bad.example")),
    ("turned off", site.location(policy("CorsEngine Off"))),
]
OFF_WITH_THEIRS = [
    ("no word", site.location(THEIRS)),
    ("no source", site.location(f"CorsAllowCredentials On\n{THEIRS}")),
    ("turned off", site.location(policy("CorsEngine Off", THEIRS))),
]
RECIPE = site.location(
    "Options FollowSymLinks\nRewriteEngine On\n"
    f"RewriteCond %{{REQUEST_METHOD}} OPTIONS\nRewriteRule .* - [R=204,L]\n{THEIRS}"
)
site.location(policy())


@rows("path", OFF)
@rows("origin", [("an origin", GOOD), ("a malformed one", "nonsense"), ("none", None)])
def test_no_header_is_set(server, path, origin):
    response = server.get(path, origin)
    assert (response.status, response.cors) == (200, UNTOUCHED)


@rows("path", OFF)
def test_preflights_go_where_options_go(server, path):
    response = server.preflight(path, GOOD, "PUT", "x-a")
    assert (response.status, response.cors) == (200, UNTOUCHED)
    assert "GET" in response.all("Allow")[0]


@rows("path", OFF_WITH_THEIRS)
@rows("origin", [("an origin", GOOD), ("none", None)])
def test_the_headers_of_others_stay(server, path, origin):
    assert server.get(path, origin).cors == LEFT
    assert server.request("OPTIONS", path, preflight_headers(origin)).cors == LEFT


def test_a_recipe_with_mod_rewrite_still_works(server):
    response = server.preflight(RECIPE, GOOD)
    assert (response.status, response.cors) == (204, LEFT)


@rows("path", OFF)
def test_no_word_in_the_log(server, path):
    server.get(path, GOOD)
    server.preflight(path, GOOD)
    assert server.log.find(r"\[cors:", seconds=0.05) == []


def test_a_missing_page_is_missing(server):
    for response in (server.get("/none", GOOD), server.preflight("/no%2Fne", GOOD)):
        assert (response.status, response.cors) == (404, UNTOUCHED)
        assert "Not Found" in response.body
