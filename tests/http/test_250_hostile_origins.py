# SPDX-License-Identifier: Apache-2.0
"""Hundreds of hostile origins: none is allowed, none is echoed, by any kind of source."""

import pytest
from harness import Site, rows
from harness.answer import NOT_SHARED, PREFLIGHT_VARY, shared, tokens
from harness.client import origin_headers, preflight_headers
from harness.hostile import anywhere, control_bytes, near

EXACT = "https://good.example"
PORT = "https://api.good.example:8443"
DEEP = "https://a.b.good.example"

KINDS = [
    ("a list", f"CorsAllowOrigin {EXACT} {PORT} {DEEP}"),
    ("a list with credentials", f"CorsAllowOrigin {EXACT} {PORT} {DEEP}\nCorsAllowCredentials On"),
    ("a file", "CorsOriginsFile conf/origins"),
    ("a regex", r"CorsAllowOriginRegex https://(a\.b\.)?good\.example|https://api\.good\.example:8443"),
]


def build(text=""):
    """A site with a policy of each kind."""
    built = Site(text)
    built.file("conf/origins", f"{EXACT}\n{PORT}\n{DEEP}\n")
    return built, [(name, built.location(policy)) for name, policy in KINDS]


site, PATHS = build()
ALLOWED = [EXACT, PORT, DEEP]
HOSTILE = sorted({each for origin in ALLOWED for each in near(origin)} - set(ALLOWED) | set(anywhere()))
CONTROLLED = [each for origin in (EXACT, PORT) for each in control_bytes(origin)]


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 300 and len(CONTROLLED) >= 100
    assert not set(ALLOWED) & set(HOSTILE)


def echoed(origin, response):
    """Is the origin repeated anywhere in the headers? What is shorter than a scheme may stand there by chance."""
    return len(origin.strip(" \t")) > 3 and any(origin in value for _, value in response.headers)


def complaints(server, path, origins):
    """What is wrong with the answers; one connection for many requests."""
    wrong = []
    for start in range(0, len(origins), 40):
        with server.connection() as connection:
            for origin in origins[start : start + 40]:
                for method, headers, status, cors in (
                    ("GET", origin_headers(origin), 200, NOT_SHARED),
                    ("OPTIONS", preflight_headers(origin), 403, {"Vary": tokens(PREFLIGHT_VARY)}),
                ):
                    response = connection.request(method, path, headers)
                    if (response.status, response.cors) != (status, cors) or echoed(origin, response):
                        wrong.append((method, origin[:80], response.status, response.cors))
    return wrong


@rows("path", PATHS)
@pytest.mark.parametrize("part", range(4))
def test_all_are_denied_and_none_is_echoed(server, path, part):
    assert complaints(server, path, HOSTILE[part::4]) == []


@rows("path", PATHS)
@rows("origin", [(origin, origin) for origin in ALLOWED])
def test_the_allowed_ones_are_allowed_nevertheless(server, path, origin):
    expected = server.get(path, origin).cors
    expected.pop("Access-Control-Allow-Credentials", None)
    assert expected == shared(origin)


@rows("path", PATHS)
@rows(
    "origins",
    [
        ("the allowed one first", [EXACT, "https://evil.test"]),
        ("the allowed one last", ["https://evil.test", EXACT]),
        ("the allowed one twice", [EXACT, EXACT]),
        ("an empty one first", ["", EXACT]),
        ("an empty one last", [EXACT, ""]),
    ],
)
def test_two_origin_headers_are_none(server, path, origins):
    assert server.get(path, origins).cors == NOT_SHARED
    assert server.request("OPTIONS", path, preflight_headers(origins)).status == 403


@rows("path", PATHS)
def test_control_bytes_are_bad_requests_to_a_strict_httpd(server, path):
    for origin in [*CONTROLLED[::7], f"{EXACT}\r", f"{EXACT}\x0b", f"\x0c{EXACT}", f"{EXACT}\r\r"]:
        response = server.get(path, origin)
        assert response.status == 400 and not response.all("Access-Control-Allow-Origin")


def test_control_bytes_are_denied_where_httpd_lets_them_through(start):
    lax, paths = build("HttpProtocolOptions Unsafe")
    server = start(lax)
    for _, path in paths:
        assert complaints(server, path, CONTROLLED) == []


def test_an_origin_over_400_bytes_is_denied_whatever_the_source_says(start):
    everything = Site()
    path = everything.location("CorsAllowOriginRegex .*")
    server = start(everything)
    scheme = "s" * (400 - len("://a.example"))
    assert server.get(path, f"{scheme}s://a.example").cors == NOT_SHARED
    assert server.get(path, "https://fine.example").cors == shared("https://fine.example")
