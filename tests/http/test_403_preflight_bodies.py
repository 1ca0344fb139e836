# SPDX-License-Identifier: Apache-2.0
"""A preflight that is answered early leaves the connection in step, whatever came with it."""

import pytest
from harness import Site
from harness.client import preflight_headers
from harness.paths import ANSWERED, KEPT_OUT, POLICY, SHARED, families
from harness.pipeline import pipeline
from harness.site import EVIL, GOOD

site = Site("Redirect 302 /fixed/redirect https://elsewhere.example/\nProxyPass /fixed/down http://127.0.0.1:1/")
site.modules = ["proxy", "proxy_http"]
site.add(
    f"""
    <Location /fixed>
        {POLICY}
    </Location>
    <Location /fixed/small>
        LimitRequestBody 1000
    </Location>
    <Location /fixed/forbidden>
        Require all denied
    </Location>
    """
)
site.page("/fixed/page", "the page\n")
DELEGATED = site.htaccess("/delegated", POLICY)

BODY = b"x" * 5000
CHUNKS = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (BODY, BODY[:3])) + b"0\r\n\r\n"
CHUNKED = ("Transfer-Encoding", "chunked")
ANSWERS = {GOOD: (204, ANSWERED), EVIL: (403, KEPT_OUT)}

URLS = {
    "a body comes with it": [
        ("to a page", "/fixed/page"),
        ("to a page with a .htaccess", DELEGATED),
        ("to a missing page", "/fixed/none"),
        ("to an encoded slash", "/fixed/a%2Fb"),
        ("to a redirect", "/fixed/redirect"),
        ("to a backend", "/fixed/down/page"),
        ("to what nobody may see", "/fixed/forbidden"),
    ]
}
every_origin = pytest.mark.parametrize("origin", [GOOD, EVIL], ids=["allowed", "denied"])


def ask(origin, *headers):
    """The header lines of a preflight for PUT."""
    return [*preflight_headers(origin, "PUT"), *headers]


def answer(connection):
    """Status and headers of the next final answer."""
    response = connection.receive("OPTIONS")
    return response.status, response.cors


def assert_in_step(connection):
    """The next request is answered as such."""
    response = connection.request("GET", "/fixed/page", [("Origin", GOOD)])
    assert (response.status, response.cors, response.body) == (200, SHARED, "the page\n")


@families("url", URLS, preflight="answered")
@every_origin
def test_three_bodies_and_a_request(server, url, origin):
    with pipeline(server) as connection:
        for _ in range(3):
            connection.send("OPTIONS", url, ask(origin), BODY)
            assert answer(connection) == ANSWERS[origin]
        assert_in_step(connection)


@families("url", URLS, preflight="answered")
@every_origin
def test_chunks_and_a_pipelined_request(server, url, origin):
    with pipeline(server) as connection:
        connection.send("OPTIONS", url, ask(origin, CHUNKED))
        connection.socket.sendall(CHUNKS)
        connection.send("OPTIONS", url, ask(GOOD))
        assert answer(connection) == ANSWERS[origin]
        assert answer(connection) == ANSWERS[GOOD]
        assert_in_step(connection)


@families("url", URLS, preflight="answered")
@every_origin
def test_a_client_that_waits_before_it_sends_its_body(server, url, origin):
    with pipeline(server) as connection:
        length = ("Content-Length", str(len(BODY)))
        connection.send("OPTIONS", url, ask(origin, ("Expect", "100-continue"), length))
        if connection.stream.peek(12)[9:12] == b"100":
            assert [connection.stream.readline() for _ in range(2)] == [b"HTTP/1.1 100 Continue\r\n", b"\r\n"]
            connection.socket.sendall(BODY)
            assert answer(connection) == ANSWERS[origin]
            assert_in_step(connection)
        else:
            assert answer(connection) == ANSWERS[origin]
            assert connection.is_closed()


@families("url", {"the request is too large": [("by LimitRequestBody", "/fixed/small/page")]}, preflight="answered")
@every_origin
@pytest.mark.parametrize("chunks", [[], [CHUNKED]], ids=["length", "chunks"])
def test_a_body_larger_than_it_may_be(server, origin, chunks, url):
    with pipeline(server) as connection:
        connection.send("OPTIONS", url, ask(origin, *chunks), b"" if chunks else BODY)
        connection.socket.sendall(CHUNKS if chunks else b"")
        assert answer(connection) == ANSWERS[origin]
        assert connection.is_closed()


@families("version", {"the client speaks HTTP/1.0": [("a preflight", "1.0")]}, preflight="answered")
@every_origin
def test_http_1_0(server, origin, version):
    with pipeline(server) as connection:
        lines = [f"OPTIONS /fixed/page HTTP/{version}".encode(), f"Origin: {origin}".encode()]
        lines += [b"Access-Control-Request-Method: PUT"]
        connection.socket.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        assert answer(connection) == ANSWERS[origin]
        assert connection.is_closed()


@every_origin
def test_http_1_0_with_keep_alive(server, origin):
    with pipeline(server) as connection:
        for _ in range(2):
            lines = [b"OPTIONS /fixed/page HTTP/1.0", f"Origin: {origin}".encode(), b"Connection: keep-alive"]
            lines += [b"Access-Control-Request-Method: PUT", b"Content-Length: 4"]
            connection.socket.sendall(b"\r\n".join(lines) + b"\r\n\r\nbody")
            assert answer(connection) == ANSWERS[origin]


def test_a_body_cut_short(server):
    with pipeline(server) as connection:
        connection.send("OPTIONS", "/fixed/page", ask(GOOD, ("Content-Length", "5000")))
        connection.socket.sendall(BODY[:10])
        connection.socket.shutdown(1)  # SHUT_WR
        assert answer(connection) in ((204, ANSWERED), (400, {}))
        assert connection.is_closed()


def test_chunks_that_are_none(server):
    with pipeline(server) as connection:
        connection.send("OPTIONS", "/fixed/page", ask(GOOD, CHUNKED))
        connection.socket.sendall(b"zz\r\nnot a chunk\r\n\r\nGET /fixed/page HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer(connection)[0] in (204, 400)
        assert connection.is_closed()
