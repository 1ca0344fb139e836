# SPDX-License-Identifier: Apache-2.0
"""WebSockets, which browsers open to any server without asking: Reject is what stands between."""

import pytest
from harness import Httpd, Site, rows
from harness.answer import NOT_SHARED
from harness.client import origin_headers
from harness.paths import POLICY, every_kind, families, origin_of
from harness.pipeline import pipeline
from harness.site import GOOD
from harness.websocket import KEY, UPGRADE, Echo, accept

site = Site(modules="proxy proxy_http proxy_wstunnel rewrite".split())
site.add(
    f"""
    RewriteEngine On
    RewriteRule ^/(rejecting|ignoring)/rewritten$ ws://127.0.0.1:${{APP}}/ [P]
    <LocationMatch "^/(rejecting|ignoring)">
        {POLICY}
    </LocationMatch>
    <Location /rejecting>
        CorsDisallowed Reject
    </Location>
    """
)
for place in ("rejecting", "ignoring"):
    site.add(
        f"""
        ProxyPass /{place}/tunnel ws://127.0.0.1:${{APP}}/{place}
        ProxyPass /{place}/upgrade http://127.0.0.1:${{APP}}/{place} upgrade=websocket
        """
    )


@pytest.fixture(scope="module")
def server():
    """httpd with a backend for WebSockets."""
    with Echo() as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            running.app = backend
            yield running


def handshake(connection, path, origin):
    """Ask for a WebSocket; the status of the answer, and its header."""
    connection.send("GET", path, [*origin_headers(origin), *UPGRADE])
    status = int(connection.stream.peek(12)[9:12])
    if status != 101:
        return status, connection.receive()
    header = {}
    connection.stream.readline()
    for line in iter(connection.stream.readline, b"\r\n"):
        name, _, value = line.decode().partition(": ")
        header[name.lower()] = value.strip()
    return status, header


def assert_flows(connection, header):
    """Both directions are open."""
    assert header["sec-websocket-accept"] == accept(KEY)
    for data in (b"\x81\x85maskXXXXX", b"x" * 5000, b"\x88\x00"):
        connection.socket.sendall(data)
        assert connection.stream.read(len(data)) == data


WAYS = {
    "a WebSocket is opened": [
        ("by mod_proxy_wstunnel", "tunnel"), ("by mod_proxy_http", "upgrade"), ("by RewriteRule [P]", "rewritten"),
    ]
}


@families("way", WAYS, actual="refused")
@every_kind
def test_rejecting(server, kind, way):
    before = len(server.app.asked)
    with pipeline(server) as connection:
        status, answer = handshake(connection, f"/rejecting/{way}", origin_of(kind, server))
        if kind in ("allowed", "none", "same-origin"):
            assert status == 101
            assert_flows(connection, answer)
            assert len(server.app.asked) == before + 1
        else:
            assert (status, answer.cors) == (403, NOT_SHARED)
            assert answer.body.startswith("origin-")
            assert answer.all("Upgrade") == answer.all("Sec-WebSocket-Accept") == []
            assert len(server.app.asked) == before


@families("way", WAYS, actual="refused")
def test_the_connection_of_a_refused_one_serves_on(server, way):
    with pipeline(server) as connection:
        assert handshake(connection, f"/rejecting/{way}", "https://evil.example")[0] == 403
        status, answer = handshake(connection, f"/rejecting/{way}", GOOD)
        assert status == 101
        assert_flows(connection, answer)


@rows("way", [(name, way) for name, way in WAYS["a WebSocket is opened"]])
@every_kind
def test_ignoring_is_for_backends_that_look_at_the_origin_themselves(server, kind, way):
    with pipeline(server) as connection:
        status, answer = handshake(connection, f"/ignoring/{way}", origin_of(kind, server))
        assert status == 101
        assert_flows(connection, answer)
    assert server.app.asked[-1].get("origin") == origin_of(kind, server)
