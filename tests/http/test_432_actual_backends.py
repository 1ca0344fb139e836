# SPDX-License-Identifier: Apache-2.0
"""Actual responses of backends behind mod_proxy: sound, broken, absent, and full of CORS headers of their own."""

import http.client

import pytest
from harness import Httpd, Site
from harness.answer import cors
from harness.backend import Backend, chunked, page
from harness.client import origin_headers
from harness.paths import POLICY, assert_actual, every_kind, expected_of, families, origin_of
from harness.pipeline import pipeline

site = Site(modules=["proxy", "proxy_http", "proxy_balancer", "lbmethod_byrequests", "slotmem_shm", "rewrite"])
site.add(
    f"""
    SetEnv proxy-nokeepalive 1
    RewriteEngine On
    RewriteRule ^/app/rewritten/(.*) http://127.0.0.1:${{APP}}/$1 [P]
    ProxyPass /app/down http://127.0.0.1:1/ retry=0
    ProxyPass /app/nowhere balancer://nobody
    ProxyPass /app/ http://127.0.0.1:${{APP}}/
    ProxyPass /kept/ http://127.0.0.1:${{APP}}/
    ProxyPass /overridden/ http://127.0.0.1:${{APP}}/
    ProxyPassReverse /app/ http://127.0.0.1:${{APP}}/
    ProxyPass /section/ http://127.0.0.1:${{APP}}/section/
    <Proxy balancer://nobody>
    </Proxy>
    <Proxy http://127.0.0.1:${{APP}}/section/*>
        {POLICY}
    </Proxy>
    <LocationMatch "^/(app|kept|overridden)">
        {POLICY}
    </LocationMatch>
    <Location /kept>
        CorsUpstreamHeaders Keep
    </Location>
    <Location /overridden>
        ProxyErrorOverride On
    </Location>
    """
)
ORIGIN = "Access-Control-Allow-Origin: https://theirs.example"
# The name of a page of the backend; header lines; what else they put into Vary
SPELLINGS = {
    "the backend sends CORS headers of its own": [
        ("as-usual", [ORIGIN]),
        ("star", ["Access-Control-Allow-Origin: *"]),
        ("null", ["Access-Control-Allow-Origin: null"]),
        ("no-value", ["Access-Control-Allow-Origin:"]),
        ("the-same", ["Access-Control-Allow-Origin: https://good.example"]),
        ("the-same-twice", ["Access-Control-Allow-Origin: https://good.example"] * 2),
        ("two-lines", [ORIGIN, "Access-Control-Allow-Origin: *"]),
        ("two-in-a-line", [ORIGIN + ", *"]),
        ("lower-case", [ORIGIN.lower()]),
        ("upper-case", ["ACCESS-CONTROL-ALLOW-ORIGIN: *"]),
        ("mixed-cases", [ORIGIN, "access-CONTROL-allow-ORIGIN: *", "ACCESS-CONTROL-ALLOW-ORIGIN: null"]),
        ("blank-before-colon", ["Access-Control-Allow-Origin : *"]),
        ("no-blank", ["Access-Control-Allow-Origin:*"]),
        ("a-tab", ["Access-Control-Allow-Origin:\t*\t"]),
        ("folded", ["Access-Control-Allow-Origin:", " *"]),
        ("many", [ORIGIN] * 60),
        (
            "the-family", [
                ORIGIN, "Access-Control-Allow-Credentials: true", "Access-Control-Allow-Credentials: false",
                "Access-Control-Expose-Headers: *", "Access-Control-Allow-Methods: *", "access-control-max-age: 1",
                "Access-Control-Allow-Headers: *", "ACCESS-CONTROL-ALLOW-PRIVATE-NETWORK: true",
            ],
        ),
        ("a-member-to-come", ["Access-Control-Allow-Everything: true"]),
        ("credentials-only", ["Access-Control-Allow-Credentials: true"]),
        ("vary", [ORIGIN, "Vary: Origin"]),
        ("vary-twice", [ORIGIN, "Vary: origin, Accept-Encoding", "vary: Accept-Encoding"], "Accept-Encoding"),
        ("vary-on-others", ["Vary: Accept-Language", "Vary: Cookie"], "Accept-Language, Cookie"),
    ]
}
BODIES = {
    "a backend is behind it": [
        ("chunked", chunked(ORIGIN), 200),
        ("trailers", chunked("Trailer: Access-Control-Allow-Origin", trailers=[ORIGIN]), 200),
        ("until-the-end", f"HTTP/1.0 200 OK\r\n{ORIGIN}\r\n\r\nuntil the end".encode(), 200),
        ("short", page(ORIGIN).replace(b"Length: 8", b"Length: 6"), 200),
        ("empty", page(ORIGIN, status="204 None", body=""), 204),
        ("part", page(ORIGIN, "Content-Range: bytes 0-7/99", status="206 Part"), 206),
        ("see-other", page(ORIGIN, "Location: https://elsewhere.example/", status="303 See"), 303),
        ("within", page(ORIGIN, "Location: /ok", status="302 Found"), 302),
        ("same", page(ORIGIN, status="304 Same", body=""), 304),
        ("refused", page(ORIGIN, status="401 Who", body="who?"), 401),
        ("shut", page(ORIGIN, status="403 No"), 403),
        ("gone", page(ORIGIN, status="410 Gone"), 410),
        ("busy", page(ORIGIN, "Retry-After: 1", status="429 Busy"), 429),
        ("error", page(ORIGIN, status="500 Broken"), 500),
        ("own-status", page(ORIGIN, status="299 Own"), 299),
    ]
}
READ, READ_HTTP = r"\[proxy:error\]", r"\[proxy_http:error\]"
NONSENSE = {
    "the backend talks nonsense": [
        ("nothing", b"", 502, [READ, READ_HTTP]),
        ("odd-bytes", b"\x00\x01\x02", 502, [READ, READ_HTTP]),
        ("half-a-line", b"HTTP/1.1 2", 502, [READ, READ_HTTP]),
        ("bad-status", b"HTTP/1.1 99999 x\r\n\r\n", 500),
        ("bad-line", b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", 502, r"\[proxy_http:warn\]"),
        ("bad-name", b"HTTP/1.1 200 OK\r\nA name: x\r\n\r\n", 500, r"\[http:error\]"),
        ("long-line", b"HTTP/1.1 200 OK\r\nX-A: " + b"x" * 9000 + b"\r\n\r\n", 502, r"\[proxy_http:warn\]"),
        ("bad-length", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", 502, READ_HTTP),
        ("bad-chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 502, READ_HTTP),
        ("no-http", b"this is no HTTP\r\n\r\n", 200),
    ]
}
DOWN = {
    "the backend is down": [
        ("nobody listens", "/app/down", [READ, READ_HTTP]),
        ("a balancer without members", "/app/nowhere/", r"\[proxy_balancer:error\]"),
    ]
}


@pytest.fixture(scope="module")
def server():
    """httpd with a backend that has a page for each row."""
    answers = {f"/{name}": page(*lines) for name, lines, *_ in SPELLINGS["the backend sends CORS headers of its own"]}
    answers |= {f"/{name}": body for block in (BODIES | NONSENSE).values() for name, body, *_ in block}
    answers["/section/page"] = page(ORIGIN)
    answers["/hints"] = f"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n{ORIGIN}\r\n\r\n".encode() + page(ORIGIN)
    answers["/cut"] = page(ORIGIN).replace(b"Length: 8", b"Length: 800")
    with Backend(answers) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            yield running


@families("lines, vary", SPELLINGS, actual="by policy")
@every_kind
def test_replaced(server, kind, lines, vary, request):
    name = request.node.callspec.id.split(": ")[1]
    assert_actual(server, kind, ("GET", f"/app/{name}"), 200, None, vary)


@families("body, status", BODIES, actual="by policy")
@every_kind
def test_answers_of_every_kind(server, kind, body, status, request):
    name = request.node.callspec.id.split(": ")[1]
    assert_actual(server, kind, ("GET", f"/app/{name}"), status)


@families("body, status, loud", NONSENSE, actual="by policy")
@every_kind
def test_nonsense(server, kind, body, status, loud, request):
    name = request.node.callspec.id.split(": ")[1]
    assert_actual(server, kind, ("GET", f"/app/{name}"), status, loud)


@families("url, loud", DOWN, actual="by policy")
@every_kind
def test_a_backend_that_is_down(server, kind, url, loud):
    assert_actual(server, kind, ("GET", url), 503, loud)


# Method, URL; status
WAYS = {
    "a backend is behind it": [
        ("RewriteRule [P]", ("GET", "/app/rewritten/ok"), 200),
        ("the policy in <Proxy>", ("GET", "/section/page"), 200),
        ("HEAD", ("HEAD", "/app/as-usual"), 200),
        ("DELETE", ("DELETE", "/app/as-usual"), 200),
        ("OPTIONS that are no preflight", ("OPTIONS", "/app/as-usual"), 200),
        ("an error page instead of its own", ("GET", "/overridden/error"), 500),
        ("an error page instead of its own, for 401", ("GET", "/overridden/refused"), 401),
    ]
}


@families("asked, status", WAYS, actual="by policy")
@every_kind
def test_ways_to_a_backend(server, kind, asked, status):
    assert_actual(server, kind, asked, status)


@every_kind
def test_a_response_that_breaks_off(server, kind):
    server.log.expect(READ_HTTP)
    with server.connection() as connection:
        connection.send("GET", "/app/cut", origin_headers(origin_of(kind, server)))
        parsed = http.client.HTTPResponse(connection.socket)
        parsed.begin()
        assert (parsed.status, cors(parsed.msg.items())) == (200, expected_of(kind))
        with pytest.raises(http.client.IncompleteRead):
            parsed.read()


@every_kind
def test_early_hints(server, kind):
    with pipeline(server) as connection:
        connection.send("GET", "/app/hints", origin_headers(origin_of(kind, server)))
        assert connection.receive().status == 103
        response = connection.receive()
        assert (response.status, response.cors) == (200, expected_of(kind))


THEIRS = "https://theirs.example"
ORIGINS = {"Access-Control-Allow-Origin": THEIRS, "Vary": "origin"}
KEPT = {
    "the backend sends CORS headers of its own, and Keep is set": [
        ("one origin", "as-usual", ORIGINS),
        ("two lines", "two-lines", {**ORIGINS, "Access-Control-Allow-Origin": [THEIRS, "*"]}),
        ("lower case", "lower-case", ORIGINS),
    ]
}


@families("name, expected", KEPT, actual="the backend's")
@every_kind
def test_kept(server, kind, name, expected):
    assert server.get(f"/kept/{name}", origin_of(kind, server)).cors == expected


@every_kind
def test_keep_is_about_an_origin(server, kind):
    assert server.get("/kept/credentials-only", origin_of(kind, server)).cors == expected_of(kind)
