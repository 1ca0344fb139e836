# SPDX-License-Identifier: Apache-2.0
"""TLS, proxies that end it, and the server's own origin, which is never a stranger's."""

import pytest
from harness import Httpd, Site
from harness.answer import NOT_SHARED, answered, assert_answered, assert_denied, shared
from harness.curl import Curl
from harness.paths import families
from harness.site import EVIL, GOOD, policy
from harness.tls import speak_tls

REJECT = policy("CorsDisallowed Reject")
site = Site(modules="ssl socache_shmcb remoteip rewrite".split())
site.add(
    f"""
    {REJECT}
    UseCanonicalName Off
    RemoteIPHeader X-Forwarded-For
    RemoteIPInternalProxy 127.0.0.1
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName plain.example
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName https://behind.example
        UseCanonicalName On
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName https://behind-port.example:8443
        UseCanonicalName On
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName https://scheme-only.example
        UseCanonicalName Off
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName canonical.example:8080
        ServerAlias alias.example
        UseCanonicalName On
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{BACKEND}}>
        ServerName secure.example
        ServerAlias *.secure.example
        {speak_tls(site)}
    </VirtualHost>
    <Location /by-address>
        Require ip 203.0.113.9
    </Location>
    """
)
site.page("/page")
site.page("/by-address")
SAME = ("Sec-Fetch-Site", "same-origin")
SAME_SITE = ("Sec-Fetch-Site", "same-site")
VIA = ("X-Forwarded-For", "203.0.113.9")
PROTO, HOST = ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "www.example")


@pytest.fixture(scope="module")
def server():
    """Both ports of httpd."""
    with Httpd(site) as running:
        running.tls = Curl(running.backend, "--http1.1", scheme="https")
        running.plain = Curl(running.port, "--http1.1")
        yield running


# Over TLS?; Host without its port, or a whole one; Origin ("{port}" is the one asked at); more header lines
OWN = {
    "the Origin is the server's own": [
        ("by Host and port", False, None, "http://plain.example:{port}"),
        ("by Host and port, over TLS", True, None, "https://secure.example:{port}"),
        ("by a name of several, over TLS", True, "www.secure.example:{port}", "https://www.secure.example:{port}"),
        ("by Host without a port", False, "plain.example", "http://plain.example"),
        ("by Host without a port, over TLS", True, "secure.example", "https://secure.example"),
        ("by Host with the default port", False, "plain.example:80", "http://plain.example"),
        ("by Host with the default port, over TLS", True, "secure.example:443", "https://secure.example"),
        ("by Host in upper case", False, "PLAIN.example:{port}", "http://plain.example:{port}"),
        ("by address", False, "127.0.0.1:{port}", "http://127.0.0.1:{port}"),
        ("behind a proxy that ends TLS, by the browser's word", False, "plain.example", "https://plain.example", SAME),
        ("the same, with mod_remoteip's header", False, "plain.example", "https://plain.example", SAME, VIA),
        ("behind one that changes Host, by the browser's word", False, "plain.example", "https://www.example", SAME),
        ("behind a proxy that ends TLS, by ServerName", False, "behind.example", "https://behind.example"),
        ("the same, with a port", False, "behind-port.example", "https://behind-port.example:8443"),
        ("by ServerName, whatever Host says", False, "alias.example", "http://canonical.example:8080"),
        ("by ServerName's scheme and Host", False, "scheme-only.example", "https://scheme-only.example"),
    ]
}
STRANGE = {
    "the Origin looks like the server's own": [
        ("another scheme", False, "plain.example", "https://plain.example"),
        ("another scheme, over TLS", True, "secure.example", "http://secure.example"),
        ("another port", False, None, "http://plain.example"),
        ("another port, over TLS", True, None, "https://secure.example"),
        ("another subdomain, over TLS", True, "secure.example", "https://www.secure.example"),
        ("the alias where ServerName counts", False, "alias.example", "http://alias.example"),
        ("http where ServerName says https", False, "behind.example", "http://behind.example"),
        ("no port where ServerName has one", False, "behind-port.example", "https://behind-port.example"),
        ("another site, by the browser's word", False, "plain.example", "https://plain.example", SAME_SITE),
        ("a scheme that only the proxy knows", False, "plain.example", "https://plain.example", PROTO),
        ("a host that only the proxy knows", False, "plain.example", "http://www.example", HOST),
    ]
}


def ask(server, method, is_tls, host, origin, more, headers=()):
    """One request to either port, under a Host of its own."""
    client = server.tls if is_tls else server.plain
    name = "secure.example" if is_tls else "plain.example"
    own_host = [] if host is None else [("Host", host.format(port=client.port))]
    lines = [*own_host, ("Origin", origin.format(port=client.port)), *more, *headers]
    return client.request(method, "/page", lines, host=name)


def padded(table):
    """The header lines of each row as one list."""
    return {family: [(*row[:4], list(row[4:])) for row in block] for family, block in table.items()}


@families("is_tls, host, origin, more", padded(OWN), actual="as without an Origin")
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
def test_served(server, method, is_tls, host, origin, more):
    response = ask(server, method, is_tls, host, origin, more)
    assert (response.status, response.cors) == (200, NOT_SHARED)
    assert server.log.find(r"\[cors:info\]", seconds=0) == []


@families("is_tls, host, origin, more", padded(OWN), preflight="as any request")
def test_its_preflights_are_none(server, is_tls, host, origin, more):
    response = ask(server, "OPTIONS", is_tls, host, origin, more, [("Access-Control-Request-Method", "PUT")])
    assert (response.status, response.cors) == (200, NOT_SHARED)
    assert "GET" in response.all("Allow")[0]


@families("is_tls, host, origin, more", padded(STRANGE), preflight="answered", actual="by policy")
def test_a_stranger(server, is_tls, host, origin, more):
    response = ask(server, "GET", is_tls, host, origin, more)
    assert (response.status, response.cors) == (403, NOT_SHARED)
    assert "origin-not-allowed" in response.body
    preflight = ask(server, "OPTIONS", is_tls, host, origin, more, [("Access-Control-Request-Method", "PUT")])
    assert_denied(preflight, "origin-not-allowed")


TLS = {"the client speaks TLS": [("allowed", GOOD, shared(GOOD)), ("denied", EVIL, NOT_SHARED)]}


@families("origin, expected", TLS, preflight="answered", actual="by policy")
def test_over_tls(server, origin, expected):
    response = server.tls.get("/page", origin, host="secure.example")
    assert (response.status, response.cors) == (200 if origin == GOOD else 403, expected)
    preflight = server.tls.preflight("/page", origin, host="secure.example")
    assert (preflight.status, preflight.cors) == (204, answered(GOOD)) if origin == GOOD else preflight.status == 403
    missing = server.tls.get("/none", origin, host="secure.example")
    assert (missing.status, missing.cors) == (404 if origin == GOOD else 403, expected)


ADDRESSES = {"mod_remoteip knows the client's address": [("the right one", [VIA], 200), ("none", [], 403)]}


@families("headers, status", ADDRESSES, preflight="answered", actual="by policy")
def test_beside_mod_remoteip(server, headers, status):
    server.log.allow(r"\[authz_core:error\]")
    response = server.get("/by-address", GOOD, *headers)
    assert (response.status, response.cors) == (status, shared(GOOD))
    assert_answered(server.preflight("/by-address", GOOD, "GET", None, *headers), GOOD)
    assert server.get("/by-address", EVIL, *headers).status == 403
