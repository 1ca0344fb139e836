# SPDX-License-Identifier: Apache-2.0
"""TLS and HTTP/2 as on the web: real cookies across sites, http pages kept apart, and a proxy that takes TLS off."""

import subprocess

import pytest
from harness import installed, rows

from stage import Stage, Visitor, serve
from verdict import DENIED, HIDDEN

API = "api.shop.example"
APP = "app.shop.example"
ABROAD = "app.abroad.example"   # on the list, and of another site
STRANGER = "www.stranger.example"
HTTP2 = installed.MPM != "prefork"

POLICY = f"""
CorsAllowOrigin https://*.shop.example:* https://{ABROAD}:${{BACKEND}}
CorsDenyOrigin https://old.shop.example:*
CorsAllowMethods PUT
CorsAllowHeaders X-Api-Key
CorsAllowCredentials On
CorsExposeHeaders X-Version
CorsTimingAllowOrigin On
"""


def build(directory):
    """The API over TLS on the second port; on the first, http pages and what the proxy has behind it."""
    key, certificate = directory / "key.pem", directory / "certificate.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", key, "-out", certificate,
        ],
        check=True, capture_output=True,
    )
    site = Stage(modules=["ssl", "proxy", "proxy_http", *["http2"] * HTTP2])
    site.file("conf/key.pem", key.read_bytes())
    site.file("conf/certificate.pem", certificate.read_bytes())
    site.page("/signed-in.html", "signed in")
    site.add(
        f"""
        # It warns of the library it found, and of certificates that are as short-lived as this.
        LogLevel ssl:error
        ScriptAliasMatch "^/(api|behind)/echo" "${{ROOT}}/scripts/echo"
        <Location /api>
            {POLICY}
        </Location>
        <Location /behind>
            CorsAllowOrigin https://elsewhere.example
            CorsDisallowed Reject
        </Location>
        <Location /signed-in.html>
            Header set Cache-Control no-store
            Header add Set-Cookie "__Host-near=1; Path=/; Secure; HttpOnly; SameSite=Strict"
            Header add Set-Cookie "far=1; Path=/; Secure; SameSite=None"
        </Location>
        <VirtualHost 127.0.0.1:${{BACKEND}}>
            ServerName localhost
            SSLEngine On
            SSLCertificateFile "${{ROOT}}/conf/certificate.pem"
            SSLCertificateKeyFile "${{ROOT}}/conf/key.pem"
            {"Protocols h2 http/1.1" if HTTP2 else ""}
            Redirect 307 /api/moved /api/echo
            ProxyPass /terminated http://127.0.0.1:${{PORT}}/behind
            ProxyPass /terminated-host http://127.0.0.1:${{PORT}}/behind
            <Location /terminated-host>
                ProxyPreserveHost On
            </Location>
            ProxyPass /api/down http://127.0.0.1:1/
        </VirtualHost>
        """
    )
    return site


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The httpd with both ports."""
    with serve(build(tmp_path_factory.mktemp("tls"))) as running:
        yield running


@pytest.fixture
def visitor(browser, server):
    """The browser, on https pages, signed in."""
    server.log.mark()
    visitor = Visitor(browser, server, "https", server.backend, API)
    visitor.forget()
    visitor.open(API, "/signed-in.html")
    yield visitor
    server.log.check()


GET = "fetch(url)"
INCLUDE = "fetch(url, {credentials: 'include'})"
PUT = "json('PUT', 1, {credentials: 'include', headers: {'X-Api-Key': 'k'}})"
PROTOCOL = "fetch(url).then(answer => answer.text()).then(() => timing()).then(entry => entry.nextHopProtocol)"
ECHO = "/api/echo"
ALL, FAR = "__Host-near=1; far=1", "far=1"
SPOKEN = "h2" if HTTP2 else "http/1.1"

# what the script does; where; what it comes to for the app, an app on the list of another site, a stranger, and the API
SHARED = [
    ("GET", GET, ECHO, "200 GET", "200 GET", HIDDEN, f"200 GET {ALL}"),
    ("GET with cookies", INCLUDE, ECHO, f"200 GET {ALL}", f"200 GET {FAR}", HIDDEN, f"200 GET {ALL}"),
    ("PUT with cookies", PUT, ECHO, f"200 PUT 1 k {ALL}", f"200 PUT 1 k {FAR}", DENIED, f"200 PUT 1 k {ALL}"),
    ("a redirect", PUT, "/api/moved", f"200 PUT 1 k {ALL}", f"200 PUT 1 k {FAR}", DENIED, f"200 PUT 1 k {ALL}"),
    ("an error", PUT, "/api/none", "405", "405", DENIED, "405"),
    ("headers", "read(['X-Version', 'X-Node'])", ECHO, ["7", None], ["7", None], HIDDEN, ["7", "backstage"]),
    ("the protocol", PROTOCOL, ECHO, SPOKEN, SPOKEN, HIDDEN, SPOKEN),
    ("GET behind a proxy that takes TLS off", GET, "/terminated/echo", HIDDEN, HIDDEN, HIDDEN, f"200 GET {ALL}"),
    ("PUT behind a proxy that takes TLS off", PUT, "/terminated/echo", DENIED, DENIED, DENIED, f"200 PUT 1 k {ALL}"),
    ("PUT behind one that keeps the Host", PUT, "/terminated-host/echo", DENIED, DENIED, DENIED, f"200 PUT 1 k {ALL}"),
]


@rows("script, path, app, abroad, stranger, home", SHARED)
def test_shared(visitor, script, path, app, abroad, stranger, home):
    assert visitor.see(path, script, APP, ABROAD, STRANGER, API) == (app, abroad, stranger, home)


def test_an_error_is_read_through(visitor):
    visitor.server.log.expect(r"\[proxy(_http)?:error\]")
    assert visitor.see("/api/down", PUT, APP, STRANGER) == ("503", DENIED)


# whose page; what GET with cookies comes to there, and PUT
PAGES = [
    ("the app", f"https://{APP}:{{tls}}", f"200 GET {ALL}", f"200 PUT 1 k {ALL}"),
    ("the app over http", f"http://{APP}:{{plain}}", HIDDEN, DENIED),
    ("the API over http", f"http://{API}:{{plain}}", HIDDEN, DENIED),
    ("a neighbour that is denied", "https://old.shop.example:{tls}", HIDDEN, DENIED),
    ("the parent of all neighbours", "https://shop.example:{tls}", HIDDEN, DENIED),
    ("what ends like it", "https://notshop.example:{tls}", HIDDEN, DENIED),
]


@rows("host, get, put", PAGES)
def test_who_is_let_in(visitor, host, get, put):
    visitor.open(host.format(tls=visitor.server.backend, plain=visitor.server.port))
    visitor.to(ECHO)
    assert (visitor.run(INCLUDE), visitor.run(PUT)) == (get, put)
