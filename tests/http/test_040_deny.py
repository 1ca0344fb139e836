# SPDX-License-Identifier: Apache-2.0
"""CorsDenyOrigin: never allowed, whatever a source says."""

from harness import Site, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, assert_answered, assert_denied, shared

SOURCES = [
    ("the same pattern", "CorsAllowOrigin https://bad.good.example https://fine.good.example"),
    ("a wildcard", "CorsAllowOrigin https://*.good.example"),
    ("a regex", r"CorsAllowOriginRegex https://[a-z]+\.good\.example"),
    ("an origin file", "CorsOriginsFile conf/origins"),
]
DENIALS = [
    ("the whole origin", "https://bad.good.example"),
    ("a wildcard", "https://*.bad.good.example https://bad.good.example"),
    ("any port", "https://bad.good.example:*"),
    ("one of several", "https://worse.example https://bad.good.example"),
    ("several lines", "https://worse.example\nCorsDenyOrigin https://bad.good.example"),
]

site = Site()
site.file("conf/origins", "https://bad.good.example\nhttps://fine.good.example\n")
CASES = [
    (f"{denial} denied under {source}", site.location(f"{allow}\nCorsDenyOrigin {deny}"))
    for source, allow in SOURCES
    for denial, deny in DENIALS
]


@rows("path", CASES)
def test_a_denied_origin_is_kept_out(server, path):
    assert server.get(path, "https://bad.good.example").cors == NOT_SHARED
    assert_denied(server.preflight(path, "https://bad.good.example"), "origin-not-allowed")


@rows("path", CASES)
def test_its_neighbour_is_not(server, path):
    assert server.get(path, "https://fine.good.example").cors == shared("https://fine.good.example")
    assert_answered(server.preflight(path, "https://fine.good.example"), "https://fine.good.example")


STAR = site.location("CorsAllowOrigin *\nCorsDenyOrigin https://bad.example https://*.evil.example null")


@rows(
    "origin, expected",
    [
        ("a denied origin", "https://bad.example", NOT_SHARED),
        ("a denied subdomain", "https://a.evil.example", NOT_SHARED),
        ("the denied null", "null", NOT_SHARED),
        ("everybody else", "https://fine.example", {**FOR_EVERYBODY, **NOT_SHARED}),
        ("nobody in particular", None, {**FOR_EVERYBODY, **NOT_SHARED}),
    ],
)
def test_under_a_star_the_answer_depends_on_the_origin_and_says_so(server, origin, expected):
    assert server.get(STAR, origin).cors == expected


def test_the_preflight_under_a_star_says_so_too(server):
    assert_answered(server.preflight(STAR, "https://fine.example"), "*")
    assert_denied(server.preflight(STAR, "https://bad.example"), "origin-not-allowed")


ALONE = site.location("CorsDenyOrigin https://bad.example")


def test_a_deny_list_alone_is_no_policy(server):
    assert server.get(ALONE, "https://bad.example").cors == {}
