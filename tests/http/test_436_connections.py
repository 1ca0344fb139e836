# SPDX-License-Identifier: Apache-2.0
"""Many requests on a connection, sent ahead or broken off: each answer has the headers of its own request."""

import contextlib

import pytest
from harness import Httpd, Site
from harness.answer import NOT_SHARED, UNTOUCHED
from harness.backend import Backend, page
from harness.client import origin_headers, preflight_headers
from harness.paths import ANSWERED, KEPT_OUT, KINDS, POLICY, SHARED, every_kind, expected_of, families, origin_of
from harness.pipeline import pipeline
from harness.site import EVIL, GOOD

site = Site("TypesConfig /dev/null", modules="cgi include mime proxy proxy_http reqtimeout".split())
site.add(
    f"""
    RequestReadTimeout body=1
    ProxyPass /policy/backend/ http://127.0.0.1:${{APP}}/
    Redirect 302 /policy/redirect https://elsewhere.example/
    <Location /policy>
        {POLICY}
    </Location>
    <Location /policy/members>
        AuthType Basic
        AuthName "members"
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    <DirectoryMatch "/htdocs/[^/]+/">
        Options ExecCGI Includes
        AddHandler cgi-script .sh
        AddOutputFilter INCLUDES .shtml
        AddType text/html .shtml
    </DirectoryMatch>
    """
)
site.file("users", "")
site.page("/policy/page")
site.page("/outside/page")
site.page("/policy/members/page")
site.page("/policy/large", "x" * 4_000_000)
site.script("/policy/reads.sh", "cat > /dev/null", "echo 'Content-Type: text/plain'", "echo", "echo read")
OWN = ("echo 'Access-Control-Allow-Origin: *'", "echo 'Content-Type: a/b'")
site.script("/outside/script.sh", *OWN, "echo", "echo script")
INCLUDES = '<!--#include virtual="/outside/script.sh" --><!--#include virtual="/policy/page" -->\n'
site.page("/policy/includes.shtml", INCLUDES)
site.page("/outside/includes.shtml", INCLUDES)


@pytest.fixture(scope="module")
def server():
    """httpd with a backend."""
    with Backend({"/page": page("Access-Control-Allow-Origin: *")}) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            yield running


# Method, URL, header lines, status, headers: one after the other
MIXED = [
    ("GET", "/policy/page", origin_headers(GOOD), 200, SHARED),
    ("OPTIONS", "/policy/page", preflight_headers(GOOD, "PUT"), 204, ANSWERED),
    ("GET", "/outside/page", origin_headers(GOOD), 200, UNTOUCHED),
    ("GET", "/policy/none", origin_headers(EVIL), 404, NOT_SHARED),
    ("OPTIONS", "/policy/backend/page", preflight_headers(EVIL, "PUT"), 403, KEPT_OUT),
    ("GET", "/policy/backend/page", origin_headers(GOOD), 200, SHARED),
    ("GET", "/policy/redirect", [], 302, NOT_SHARED),
    ("OPTIONS", "/policy/redirect", preflight_headers(GOOD, "PUT"), 204, ANSWERED),
    ("GET", "/policy/members/page", origin_headers(GOOD), 401, SHARED),
    ("POST", "/policy/reads.sh", [*origin_headers(GOOD), ("Content-Length", "0")], 200, SHARED),
    ("HEAD", "/policy/page", origin_headers(GOOD), 200, SHARED),
    ("GET", "/policy/page", origin_headers("null"), 200, NOT_SHARED),
]
ORDERS = {
    "many requests share a connection": [
        ("in turn", MIXED),
        ("backwards", MIXED[::-1]),
        ("each of them several times", [each for each in MIXED for _ in range(3)]),
    ]
}


@families("requests", ORDERS, preflight="answered", actual="by policy")
def test_one_after_the_other(server, requests):
    with server.connection() as connection:
        answers = [connection.request(method, url, headers) for method, url, headers, *_ in requests]
    assert [(answer.status, answer.cors) for answer in answers] == [(status, cors) for *_, status, cors in requests]


@families("requests", ORDERS, preflight="answered", actual="by policy")
def test_sent_ahead(server, requests):
    with pipeline(server) as connection:
        for method, url, headers, *_ in requests:
            connection.send(method, url, headers)
        answers = [connection.receive(method) for method, *_ in requests]
    assert [(answer.status, answer.cors) for answer in answers] == [(status, cors) for *_, status, cors in requests]


@every_kind
def test_a_client_that_hangs_up_disturbs_nobody(server, kind):
    for _ in range(3):
        with server.connection() as connection:
            connection.send("GET", "/policy/large", origin_headers(origin_of(kind, server)))
            connection.socket.recv(100)
    response = server.get("/policy/page", origin_of(kind, server))
    assert (response.status, response.cors) == (200, expected_of(kind))


@every_kind
def test_a_body_that_is_cut_short(server, kind):
    server.log.allow(r"\[cgid?:error\]")
    with server.connection() as connection:
        length = ("Content-Length", "99")
        connection.send("POST", "/policy/reads.sh", [*origin_headers(origin_of(kind, server)), length])
        connection.socket.sendall(b"short")
        connection.socket.shutdown(1)  # SHUT_WR
        with contextlib.suppress(ConnectionError):
            response = connection.receive()
            assert (response.status, response.cors) == (400, expected_of(kind))


@families("url", {"a body never ends": [("for a script", "/policy/reads.sh")]}, actual="by policy")
@pytest.mark.parametrize("kind", ["allowed", "denied"])
def test_a_body_that_never_ends(server, kind, url):
    server.log.allow(r"\[cgid?:error\]")
    with server.connection() as connection:
        connection.send("POST", url, [*origin_headers(origin_of(kind, server)), ("Content-Length", "99")])
        response = connection.receive("POST")
        assert (response.status, response.cors) == (408, expected_of(kind))


UNREAD = {
    "a body comes with it": [
        ("to a page that wants a password", "/policy/members/page", 401),
        ("to a redirect", "/policy/redirect", 302),
        ("to no page", "/policy/none", 404),
    ]
}


@families("url, status", UNREAD, actual="by policy")
@every_kind
def test_a_body_that_nobody_reads(server, kind, url, status):
    with pipeline(server) as connection:
        for path, expected in ((url, status), ("/policy/reads.sh", 200), (url, status)):
            connection.send("POST", path, origin_headers(origin_of(kind, server)), b"x" * 300_000)
            response = connection.receive("POST")
            assert (response.status, response.cors) == (expected, expected_of(kind))


@families("url", {"a page includes others": [("with a policy", "/policy/includes.shtml")]}, actual="by policy")
@every_kind
def test_includes(server, kind, url):
    response = server.get(url, origin_of(kind, server))
    assert (response.status, response.body, response.cors) == (200, "script\nok\n\n", expected_of(kind))


def test_includes_bring_no_policy_with_them(server):
    for kind in KINDS:
        response = server.get("/outside/includes.shtml", origin_of(kind, server))
        assert (response.status, response.body, response.cors) == (200, "script\nok\n\n", UNTOUCHED)


@families("version", {"the client speaks HTTP/1.0": [("an actual request", "1.0")]}, actual="by policy")
@every_kind
def test_http_1_0(server, kind, version):
    origin = origin_of(kind, server)
    lines = [f"GET /policy/page HTTP/{version}", f"Host: localhost:{server.port}"]
    lines += [] if origin is None else [f"Origin: {origin}"]
    with pipeline(server) as connection:
        connection.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        response = connection.receive()
        assert (response.status, response.cors, connection.is_closed()) == (200, expected_of(kind), True)
