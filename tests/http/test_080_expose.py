# SPDX-License-Identifier: Apache-2.0
"""CorsExposeHeaders: on actual responses that are shared, and nowhere else."""

from harness import Site, policy, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, assert_answered, shared
from harness.site import EVIL, GOOD

site = Site()
SOME = site.location(policy("CorsExposeHeaders X-Total X-Page", "CorsExposeHeaders Link"))
TWICE = site.location(policy("CorsExposeHeaders X-Total x-total"))
MEMBER = site.location(policy("CorsExposeHeaders X-Total", "CorsAllowCredentials On"))
STAR = site.location(policy("CorsExposeHeaders *"))
STAR_AUTH = site.location(policy("CorsExposeHeaders * Authorization"))
EVERYBODY = site.location(policy("CorsExposeHeaders X-Total", origin="*"))


@rows(
    "path, origin, expected",
    [
        ("listed names of all lines", SOME, GOOD, shared(GOOD, expose="X-Total, X-Page, Link")),
        ("a name listed twice, once", TWICE, GOOD, shared(GOOD, expose="X-Total")),
        ("beside credentials", MEMBER, GOOD, shared(GOOD, credentials=True, expose="X-Total")),
        ("a star", STAR, GOOD, shared(GOOD, expose="*")),
        ("a star and Authorization", STAR_AUTH, GOOD, shared(GOOD, expose="*, Authorization")),
        ("nothing to another origin", SOME, EVIL, NOT_SHARED),
        ("nothing without an origin", SOME, None, NOT_SHARED),
        ("under an any-origin policy", EVERYBODY, GOOD, {**FOR_EVERYBODY, "Access-Control-Expose-Headers": "x-total"}),
    ],
)
def test_actual_requests(server, path, origin, expected):
    assert server.get(path, origin).cors == expected


def test_an_any_origin_response_is_the_same_with_and_without_origin(server):
    assert server.get(EVERYBODY).cors == server.get(EVERYBODY, GOOD).cors


@rows("path, credentials", [("names", SOME, False), ("beside credentials", MEMBER, True), ("a star", STAR, False)])
def test_a_preflight_exposes_nothing(server, path, credentials):
    assert_answered(server.preflight(path, GOOD), GOOD, credentials=credentials)
