# SPDX-License-Identifier: Apache-2.0
"""WebSockets, which browsers open for anybody, cookies and all: CorsDisallowed Reject is what keeps strangers out."""

import pytest
from harness import rows

from stage import API, APP, SIBLING, STRANGER, Stage, serve, shop
from wsserver import WebSocketServer

REJECT = shop("CorsDisallowed Reject")
POLICIES = {
    "none": "",
    "ignore": shop(),
    "reject": REJECT,
    "reject-all": "CorsAllowOrigin *\nCorsDisallowed Reject",
    "reject-one": f"CorsAllowOrigin *\nCorsDenyOrigin http://{STRANGER}:*\nCorsDisallowed Reject",
    "reject-off": f"{REJECT}\nCorsEngine Off",
    "report": f"{REJECT}\nCorsEngine ReportOnly",
}


def build(port):
    """Each policy over the same backend, by mod_proxy_wstunnel and by mod_proxy_http's own upgrade."""
    site = Stage(modules=["proxy", "proxy_http", "proxy_wstunnel"])
    site.add(
        f"""
        ProxyPass /tunnel ws://127.0.0.1:{port}
        ProxyPass /upgrade http://127.0.0.1:{port} upgrade=websocket
        """
    )
    for name, text in POLICIES.items():
        site.add(f"<LocationMatch ^/(tunnel|upgrade)/{name}$>\n{text}\n</LocationMatch>")
    return site


@pytest.fixture(scope="module")
def backend():
    """The WebSocket server behind httpd."""
    with WebSocketServer() as running:
        yield running


@pytest.fixture(scope="module")
def server(backend):
    """The httpd in front of it."""
    with serve(build(backend.port)) as running:
        yield running


OPEN, REFUSED = "hello", "refused"

# policy; what becomes of a connection from the app's page, from an unlisted neighbour's, a stranger's, the API's own
SOCKETS = [
    ("no policy", "none", OPEN, OPEN, OPEN, OPEN),
    ("a policy that ignores strangers, which sockets do not mind", "ignore", OPEN, OPEN, OPEN, OPEN),
    ("a policy that rejects strangers", "reject", OPEN, REFUSED, REFUSED, OPEN),
    ("a policy that rejects nobody, as it lets all in", "reject-all", OPEN, OPEN, OPEN, OPEN),
    ("a policy that rejects one", "reject-one", OPEN, OPEN, REFUSED, OPEN),
    ("a policy that is off", "reject-off", OPEN, OPEN, OPEN, OPEN),
    ("a policy that is on trial", "report", OPEN, OPEN, OPEN, OPEN),
]


@pytest.mark.parametrize("way", ["tunnel", "upgrade"])
@rows("name, app, sibling, stranger, home", SOCKETS)
def test_sockets(visitor, backend, way, name, app, sibling, stranger, home):
    backend.origins.clear()
    visits = dict(zip((APP, SIBLING, STRANGER, API), (app, sibling, stranger, home)))
    assert visitor.see(f"/{way}/{name}", "talk()", *visits) == tuple(visits.values())
    assert backend.origins == [f"http://{host}:{visitor.server.port}" for host, seen in visits.items() if seen == OPEN]
