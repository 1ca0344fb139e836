# SPDX-License-Identifier: Apache-2.0
"""Failures that a script is not told of as others: beacons, WebSockets, headers and times that stay hidden.

Explain is asked the same, what it says is written, and it works."""

import contextlib

import pytest
from harness import rows

import test_resources
import test_websocket
from console import HANDLER, SITE, Call, as_fetch, explain, mended, overheard, restart, who
from stage import APP, STRANGER, Stage, Visitor, serve, shop
from wsserver import WebSocketServer

site = Stage(HANDLER)
SHOWN = site.echo(shop("CorsExposeHeaders X-Version"))
UNTIMED = site.location(shop())
UNTIMED_SAID = site.location(shop("CorsTimingAllowOrigin Off"))


@contextlib.contextmanager
def mended_by(server, *explanations):
    """The configuration as explain says, for this long."""
    text = server.root.read(SITE)
    restart(server, mended(text, explanations))
    yield
    restart(server, text)


# ------------------------------------------------------------------- beacons

ARRIVED = ["OPTIONS 204", "POST 200"]
BEACONS = [
    (f"{name} / {host}", script, path.removeprefix("/"), host, seen)
    for name, script, path, *outcomes in test_resources.BEACONS
    for host, seen in zip((APP, STRANGER), outcomes) if "POST 200" not in seen
]


@pytest.fixture(scope="module")
def resources():
    """The site that beacons are sent to, with the handler."""
    own = test_resources.site
    asked = Stage()
    asked.__dict__.update(own.__dict__, blocks=[*own.blocks, HANDLER])
    with serve(asked) as running:
        yield running


@rows("script, path, host, seen", BEACONS)
def test_a_beacon_arrives(browser, resources, script, path, host, seen):
    visitor = Visitor(browser, resources)
    visitor.to(f"/{path}")
    visitor.open(host)
    visitor.start(script)
    assert visitor.asked(len(seen)) == seen
    message = overheard(browser)
    origin = browser.execute_script("return origin")
    told = explain(resources, visitor.url, origin, Call("POST", "content-type", True))
    assert who(message) == "resource" and told["browser"]["chrome"] == as_fetch(message)

    with mended_by(resources, (f"/{path}", told)):
        visitor.to(f"/{path}")
        visitor.open(host)
        visitor.start(script)
        assert visitor.asked(len(ARRIVED)) == ARRIVED


# ---------------------------------------------------------------- WebSockets

SOCKETS = [
    (f"{name}, {way} / {host}", f"/{way}/{policy}", host)
    for name, policy, *outcomes in test_websocket.SOCKETS
    for host, outcome in zip((APP, test_websocket.SIBLING, STRANGER, test_websocket.API), outcomes)
    if outcome == test_websocket.REFUSED
    for way in ("tunnel", "upgrade")
]


@pytest.fixture(scope="module")
def sockets():
    """httpd with the handler, before a WebSocket server."""
    with WebSocketServer() as backend:
        before = test_websocket.build(backend.port)
        before.add(HANDLER)
        with serve(before) as running:
            yield running


@rows("path, host", SOCKETS)
def test_a_socket_opens(browser, sockets, path, host):
    visitor = Visitor(browser, sockets)
    visitor.to(path)
    visitor.open(host)
    assert visitor.driver.execute_async_script("const [url, done] = arguments; run(talk, url).then(done)", visitor.url) == {
        "value": test_websocket.REFUSED}
    (said,) = [entry["message"] for entry in browser.get_log("browser") if "WebSocket" in entry["message"]]
    assert "failed: Error during WebSocket handshake: Unexpected response code: 403" in said
    told = explain(sockets, visitor.url, browser.execute_script("return origin"), Call())
    assert (told["verdict"], told["reason"], told["response"]["status"]) == ("denied", "origin-not-allowed", 403)
    assert told["decided_by"]["directive"] in ("CorsAllowOrigin", "CorsDenyOrigin")

    with mended_by(sockets, (path, told)):
        assert visitor.see(path, "talk()", host) == (test_websocket.OPEN,)


# ------------------------------------------------------------ what is hidden

@pytest.fixture(scope="module")
def server():
    """Of this file's own site."""
    with serve(site) as running:
        yield running


def test_a_header_is_seen(browser, server):
    visitor = Visitor(browser, server)
    assert visitor.see(SHOWN, "read(['X-Version', 'X-Node'])", APP) == (["7", None],)
    told = explain(server, visitor.url, browser.execute_script("return origin"), Call(reads="x-version,x-node"))
    assert told["verdict"] == "allowed" and told["browser"]["hidden"] == ["x-node"]

    with mended_by(server, (SHOWN, told)):
        assert visitor.see(SHOWN, "read(['X-Version', 'X-Node'])", APP) == (["7", "backstage"],)


@rows("path", [("by default", UNTIMED), ("said to be Off", UNTIMED_SAID)])
def test_times_are_told(browser, server, path):
    """Explain is not asked for them; what it shows of the policy has the directive."""
    visitor = Visitor(browser, server)
    assert visitor.see(path, test_resources.TIMING, APP) == ("not told when",)
    told = explain(server, visitor.url, browser.execute_script("return origin"), Call())
    (row,) = [row for row in told["policy"] if row["directive"] == "CorsTimingAllowOrigin"]
    assert row["value"] == "Off"

    place = row if row["line"] else told["decided_by"]
    mend = {**place, "write": "CorsTimingAllowOrigin On", "where": ""}
    with mended_by(server, (path, {"mend": [mend], "origin": ""})):
        assert visitor.see(path, test_resources.TIMING, APP) == ("told when",)
