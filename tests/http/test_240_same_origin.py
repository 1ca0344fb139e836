# SPDX-License-Identifier: Apache-2.0
"""Same-origin requests are served as if they had no Origin: never denied, and never logged as such."""

from harness import Site, policy, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, assert_answered, assert_denied, shared
from harness.client import preflight_headers
from harness.site import EVIL, GOOD

site = Site()
PATH = site.location(policy())
STAR = site.location("CorsAllowOrigin *")
LISTED = site.location(policy(origin="http://app.localhost:8080"))
DENIED = site.location(policy("CorsDenyOrigin http://app.localhost:8080"))

SAME = ("Sec-Fetch-Site", "same-origin")

# Host; Origin; more headers
SAME_ORIGIN = [
    ("the address the client used", "127.0.0.1:8080", "http://127.0.0.1:8080", []),
    ("the name the client used", "app.example:8080", "http://app.example:8080", []),
    ("the default port, which neither names", "app.example", "http://app.example", []),
    ("the default port, which Host names", "app.example:80", "http://app.example", []),
    ("a Host in upper case", "APP.example:8080", "http://app.example:8080", []),
    ("an IPv6 address", "[::1]:8080", "http://[::1]:8080", []),
    ("behind a proxy that speaks TLS, says the browser", "app.example", "https://app.example", [SAME]),
    ("another Host, says the browser", "backend.example", EVIL, [SAME]),
    ("null, says the browser", "app.example", "null", [SAME]),
]
CROSS_ORIGIN = [
    ("another scheme", "app.example", "https://app.example", []),
    ("another port", "app.example:8080", "http://app.example:8081", []),
    ("no port", "app.example:8080", "http://app.example", []),
    ("a port that Host does not have", "app.example", "http://app.example:8080", []),
    ("a subdomain", "app.example", "http://www.app.example", []),
    ("a name that ends like it", "app.example", "http://myapp.example", []),
    ("a name that begins like it", "app.example", "http://app.example.evil.test", []),
    ("the same site, says the browser", "app.example", EVIL, [("Sec-Fetch-Site", "same-site")]),
    ("another site, says the browser", "app.example", EVIL, [("Sec-Fetch-Site", "cross-site")]),
    ("a value no browser sends", "app.example", EVIL, [("Sec-Fetch-Site", "same-origin, cross-site")]),
    ("a value that begins alike", "app.example", EVIL, [("Sec-Fetch-Site", "same-origin-not")]),
    ("another header", "app.example", EVIL, [("Sec-Fetch-Mode", "same-origin")]),
    ("a forwarded host, which anybody may say", "app.example", EVIL, [("X-Forwarded-Host", "evil.example")]),
    ("null", "app.example", "null", []),
]


@rows("host, origin, headers", SAME_ORIGIN)
def test_served_as_without_origin(server, host, origin, headers):
    response = server.get(PATH, origin, ("Host", host), *headers)
    assert (response.status, response.cors) == (200, NOT_SHARED)
    assert server.log.find(r"\[cors:info\]", seconds=0.05) == []


@rows("host, origin, headers", SAME_ORIGIN)
def test_options_go_to_the_handler(server, host, origin, headers):
    response = server.request("OPTIONS", PATH, [("Host", host), *preflight_headers(origin, "PUT"), *headers])
    assert (response.status, response.cors) == (200, NOT_SHARED)
    assert "GET" in response.all("Allow")[0]


@rows("host, origin, headers", CROSS_ORIGIN)
def test_denied_as_any_other_origin(server, host, origin, headers):
    assert server.get(PATH, origin, ("Host", host), *headers).cors == NOT_SHARED
    assert len(server.log.find(r"\[cors:info\]")) == 1
    preflight = server.request("OPTIONS", PATH, [("Host", host), *preflight_headers(origin), *headers])
    assert_denied(preflight, "origin-not-allowed")


@rows(
    "path, host, origin, headers, expected",
    [
        (
            "on the list", LISTED, "app.localhost:8080", "http://app.localhost:8080", [],
            shared("http://app.localhost:8080"),
        ),
        ("on the list, says the browser", PATH, "backend.example", GOOD, [SAME], shared(GOOD)),
        ("where everybody is", STAR, "app.example", "http://app.example", [], FOR_EVERYBODY),
        ("on the deny list", DENIED, "app.localhost:8080", "http://app.localhost:8080", [], NOT_SHARED),
    ],
)
def test_where_the_origin_is_listed_anyway(server, path, host, origin, headers, expected):
    assert server.get(path, origin, ("Host", host), *headers).cors == expected


def test_the_preflight_of_a_listed_origin_is_answered(server):
    assert_answered(
        server.preflight(LISTED, "http://app.localhost:8080", "GET", None, ("Host", "app.localhost:8080")),
        "http://app.localhost:8080",
    )


def test_a_duplicated_origin_is_not_made_same_by_its_first_half(server):
    host = ("Host", "app.example")
    response = server.get(PATH, ["http://app.example", EVIL], host)
    assert response.cors == NOT_SHARED
    assert len(server.log.find(r"\[cors:info\].*origin-malformed")) == 1
