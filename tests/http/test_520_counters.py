# SPDX-License-Identifier: Apache-2.0
"""The counters: every client request to a URL with a policy once, whatever httpd makes of it."""

import pytest
from harness import Httpd, Site, installed, policy, rows
from harness.backend import Backend, page
from harness.client import origin_headers, preflight_headers
from harness.curl import Curl
from harness.paths import POLICY
from harness.pipeline import pipeline
from harness.site import EVIL, GOOD
from harness.status import HANDLER, REASONS, Counted, wait_for

HAS_HTTP2 = installed.MPM != "prefork"  # where mod_http2 does not work
MODULES = "actions cache cache_socache cgi include mime negotiation proxy proxy_http rewrite socache_shmcb"
site = Site("TypesConfig /dev/null", modules=[*MODULES.split(), *(["http2"] if HAS_HTTP2 else [])])
site.add("Protocols h2c http/1.1" if HAS_HTTP2 else "")
site.add(HANDLER)
site.add(
    f"""
    CacheSocache shmcb
    CacheEnable socache /policy/cached
    CacheHeader On
    CacheIgnoreNoLastMod On
    ProxyPass /policy/backend/ http://127.0.0.1:${{APP}}/
    ProxyPass /policy/down http://127.0.0.1:1/
    ProxyPass /policy/loop/ http://127.0.0.1:${{PORT}}/outside/
    ProxyPass /policy/twice/ http://127.0.0.1:${{PORT}}/policy/
    Redirect 302 /policy/redirect https://elsewhere.example/
    RewriteEngine On
    RewriteRule ^/policy/moved https://elsewhere.example/ [R=301,L]
    RewriteRule ^/policy/passed /outside/page [PT]
    RewriteRule ^/short$ /policy/page [PT]
    <Location /policy>
        {POLICY}
    </Location>
    <Location /policy/cached>
        Header set Cache-Control max-age=3600
    </Location>
    <Location /policy/rejecting>
        CorsDisallowed Reject
        ErrorDocument 403 /policy/page
    </Location>
    <Location /policy/watched>
        CorsEngine ReportOnly
    </Location>
    <Location /policy/watched/rejecting>
        CorsDisallowed Reject
    </Location>
    <Location /policy/passing>
        CorsPreflight PassThrough
    </Location>
    <Location /policy/debugged>
        CorsDebug On
    </Location>
    <Location /policy/off>
        CorsEngine Off
    </Location>
    <Location /policy/shut>
        Require all denied
    </Location>
    <Location /policy/members>
        AuthType Basic
        AuthName "members"
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    <Location /policy/lost>
        ErrorDocument 404 /policy/script.sh
    </Location>
    <Location /policy/lost-outside>
        ErrorDocument 404 /outside/script.sh
    </Location>
    <Location /outside/lost>
        ErrorDocument 404 /policy/script.sh
    </Location>
    <Location /outside/teller/>
        SetHandler cors-status
    </Location>
    <DirectoryMatch "/htdocs/(policy|outside)">
        Options ExecCGI Includes FollowSymLinks MultiViews
        AddHandler cgi-script .sh
        AddOutputFilter INCLUDES .shtml
        AddHandler acted .acted
        Action acted /policy/script.sh virtual
        AddType text/plain .txt
    </DirectoryMatch>
    <Directory "${{DOCROOT}}/policy/front">
        RewriteEngine On
        RewriteRule ^ /outside/script.sh [L]
    </Directory>
    <Directory "${{DOCROOT}}/outside/front">
        RewriteEngine On
        RewriteRule ^ /policy/page [L]
    </Directory>
    <Directory "${{DOCROOT}}/policy/fallback">
        FallbackResource /policy/page
    </Directory>
    <Directory "${{DOCROOT}}/policy/index">
        DirectoryIndex none other index
    </Directory>
    """
)
site.file("users", "")
for path in (
    "page", "page.acted", "rejecting/page", "watched/page", "watched/rejecting/page", "passing/page", "debugged/page",
    "off/page", "cached/1", "cached/2", "front/x", "fallback/x", "index/index", "view.txt",
):
    site.page(f"/policy/{path}")
site.page("/outside/page")
site.page("/outside/front/x")
site.page("/policy/includes.shtml", '<!--#include virtual="page" --><!--#include virtual="script.sh" -->\n')
site.page("/outside/includes.shtml", '<!--#include virtual="/policy/page" -->\n')
DELEGATED = site.htaccess("/delegated", POLICY)
site.add("<Location /unsafe>\nCorsAllowOrigin *\nCorsExposeHeaders X-A\n</Location>")
UNSAFE = site.htaccess("/unsafe", "CorsAllowCredentials On")
CLOSED = site.location(policy())
SCRIPT = ("cat > /dev/null", "echo 'Content-Type: text/plain'")
site.script("/policy/script.sh", *SCRIPT, "echo", "echo script")
site.script("/policy/home.sh", "echo 'Location: /policy/page'", "echo")
site.script("/policy/nph-own.sh", "printf 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\nown'")
site.script("/outside/script.sh", *SCRIPT, "echo", "echo script")


@pytest.fixture(scope="module")
def server():
    """httpd before a backend."""
    with Backend({"/page": page("Access-Control-Allow-Origin: *")}) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            yield running


PRIVATE = ("Access-Control-Request-Private-Network", "true")
SAME = ("Sec-Fetch-Site", "same-origin")
ALLOWED = {"actual allowed": 1}
DENIED = {"actual denied origin-not-allowed": 1}
NOBODY = {"no-origin": 1}

# Method, URL, header lines; what is counted
KINDS = [
    ("a request", "GET", "/policy/page", origin_headers(GOOD), ALLOWED),
    ("a request of a stranger", "GET", "/policy/page", origin_headers(EVIL), DENIED),
    ("null", "GET", "/policy/page", origin_headers("null"), DENIED),
    ("a malformed origin", "GET", "/policy/page", origin_headers("x"), {"actual denied origin-malformed": 1}),
    ("two origins", "GET", "/policy/page", origin_headers([GOOD, EVIL]), {"actual denied origin-malformed": 1}),
    ("an unsafe policy", "GET", UNSAFE, origin_headers(GOOD), {"actual denied unsafe-policy": 1}),
    ("no origin", "GET", "/policy/page", [], NOBODY),
    ("no origin, and no page", "GET", "/policy/none", [], NOBODY),
    ("same origin", "GET", "/policy/page", [*origin_headers(EVIL), SAME], {"same-origin": 1}),
    ("same origin, refusing", "GET", "/policy/rejecting/page", [*origin_headers(EVIL), SAME], {"same-origin": 1}),
    ("OPTIONS without a method to ask for", "OPTIONS", "/policy/page", origin_headers(GOOD), ALLOWED),
    ("a preflight", "OPTIONS", "/policy/page", preflight_headers(GOOD, "PUT"), {"preflight allowed": 1}),
    (
        "a preflight of a stranger", "OPTIONS", "/policy/page", preflight_headers(EVIL, "BREW", "x-b"),
        {"preflight denied origin-not-allowed": 1},
    ),
    (
        "a preflight of a malformed origin", "OPTIONS", "/policy/page", preflight_headers("x"),
        {"preflight denied origin-malformed": 1},
    ),
    (
        "a preflight for a method", "OPTIONS", "/policy/page", preflight_headers(GOOD, "BREW", "x-b"),
        {"preflight denied method-not-allowed": 1},
    ),
    (
        "a preflight for headers", "OPTIONS", "/policy/page", preflight_headers(GOOD, "PUT", "x-b,x-c"),
        {"preflight denied header-not-allowed": 1},
    ),
    (
        "a preflight into the private network", "OPTIONS", CLOSED, [*preflight_headers(GOOD), PRIVATE],
        {"preflight denied private-network-not-allowed": 1},
    ),
    (
        "a preflight to an unsafe policy", "OPTIONS", UNSAFE, preflight_headers(GOOD),
        {"preflight denied unsafe-policy": 1},
    ),
    (
        "a preflight under CorsDebug", "OPTIONS", "/policy/debugged/page", preflight_headers(EVIL),
        {"preflight denied origin-not-allowed": 1},
    ),
    (
        "a preflight that passes through", "OPTIONS", "/policy/passing/page", preflight_headers(GOOD),
        {"preflight allowed": 1},
    ),
    ("refused", "GET", "/policy/rejecting/page", origin_headers(EVIL), {**DENIED, "refused": 1}),
    ("refused, a POST", "POST", "/policy/rejecting/page", origin_headers(EVIL), {**DENIED, "refused": 1}),
    ("not refused", "GET", "/policy/rejecting/page", origin_headers(GOOD), ALLOWED),
    ("not refused, without an origin", "GET", "/policy/rejecting/page", [], NOBODY),
    (
        "a preflight that is denied is not refused", "OPTIONS", "/policy/rejecting/page", preflight_headers(EVIL),
        {"preflight denied origin-not-allowed": 1},
    ),
    ("ReportOnly, allowed", "GET", "/policy/watched/page", origin_headers(GOOD), {"report-only actual allowed": 1}),
    (
        "ReportOnly, denied", "GET", "/policy/watched/page", origin_headers(EVIL),
        {"report-only actual denied origin-not-allowed": 1},
    ),
    (
        "ReportOnly refuses nobody", "GET", "/policy/watched/rejecting/page", origin_headers(EVIL),
        {"report-only actual denied origin-not-allowed": 1},
    ),
    (
        "ReportOnly, a preflight", "OPTIONS", "/policy/watched/page", preflight_headers(GOOD, "BREW"),
        {"report-only preflight denied method-not-allowed": 1},
    ),
    (
        "ReportOnly, a preflight that is allowed", "OPTIONS", "/policy/watched/page", preflight_headers(GOOD, "PUT"),
        {"report-only preflight allowed": 1},
    ),
    ("ReportOnly, no origin", "GET", "/policy/watched/page", [], {"report-only no-origin": 1}),
    (
        "ReportOnly, same origin", "GET", "/policy/watched/page", [*origin_headers(EVIL), SAME],
        {"report-only same-origin": 1},
    ),
    ("no policy", "GET", "/outside/page", origin_headers(EVIL), {}),
    ("no policy, a preflight", "OPTIONS", "/outside/page", preflight_headers(EVIL), {}),
    ("no policy, no origin", "GET", "/outside/page", [], {}),
    ("no policy, no page", "GET", "/outside/none", origin_headers(EVIL), {}),
    ("off", "GET", "/policy/off/page", origin_headers(EVIL), {}),
    ("off, a preflight", "OPTIONS", "/policy/off/page", preflight_headers(EVIL), {}),
    ("the status itself", "GET", "/cors-status", origin_headers(EVIL), {}),
]


@rows("method, url, headers, expected", KINDS)
def test_each_kind_and_verdict_and_reason(server, method, url, headers, expected):
    if url == UNSAFE:
        server.log.expect(r"\[cors:error\]")
    counted = Counted(server)
    server.request(method, url, headers)
    counted.is_exactly(expected)


def test_every_reason_has_a_row():
    shown = {name for row in KINDS for name in row[4]}
    for kind, reasons in (("preflight", REASONS), ("actual", [REASONS[0], REASONS[1], REASONS[5]])):
        assert {f"{kind} denied {reason}" for reason in reasons} <= shown


# Method, URL, header lines; what the log says
WAYS = [
    ("a head", ("HEAD", "/policy/page")),
    ("a part", ("GET", "/policy/page", ("Range", "bytes=0-0"))),
    ("not modified", ("GET", "/policy/page", ("If-None-Match", "*"))),
    ("a condition that fails", ("GET", "/policy/page", ("If-Match", '"x"'))),
    ("a part that is not there", ("GET", "/policy/page", ("Range", "bytes=99-"))),
    ("a .htaccess", ("GET", DELEGATED)),
    ("a missing page", ("GET", "/policy/none")),
    ("an encoded slash", ("GET", "/policy/a%2Fb")),
    ("a script", ("GET", "/policy/script.sh")),
    ("a script with a body", ("POST", "/policy/script.sh")),
    ("a script that writes its own response", ("GET", "/policy/nph-own.sh")),
    ("a method that files do not know", ("PUT", "/policy/page")),
    ("an error document", ("GET", "/policy/lost/x")),
    ("an error document outside", ("GET", "/policy/lost-outside/x")),
    ("a script's internal redirect", ("GET", "/policy/home.sh")),
    ("Action", ("GET", "/policy/page.acted")),
    ("a front controller outside", ("GET", "/policy/front/x")),
    ("a front controller of outside", ("GET", "/outside/front/x")),
    ("a fallback", ("GET", "/policy/fallback/none")),
    ("an index", ("GET", "/policy/index/")),
    ("a directory without its slash", ("GET", "/policy/index")),
    ("MultiViews", ("GET", "/policy/view")),
    ("includes", ("GET", "/policy/includes.shtml")),
    ("a rewrite in the server", ("GET", "/short")),
    ("a redirect", ("GET", "/policy/redirect")),
    ("a rewrite to elsewhere", ("GET", "/policy/moved")),
    ("a rewrite to outside", ("GET", "/policy/passed")),
    ("a password", ("GET", "/policy/members/x")),
    ("access denied", ("GET", "/policy/shut"), r"\[authz_core:error\]"),
    ("a backend", ("GET", "/policy/backend/page")),
    ("a backend that is down", ("GET", "/policy/down"), r"\[proxy(_http)?:error\]"),
    ("a backend that is this server, without a policy", ("GET", "/policy/loop/page")),
    ("a page that nobody has cached", ("GET", "/policy/cached/1")),
    ("a page from the cache", ("GET", "/policy/cached/1")),
    ("not modified, says the cache", ("GET", "/policy/cached/1", ("If-None-Match", "*"))),
]


@rows("ask, loud", [(*row, None)[:3] for row in WAYS])
@rows("origin, expected", [("allowed", GOOD, ALLOWED), ("denied", EVIL, DENIED), ("no origin", None, NOBODY)])
def test_each_way_counts_once(server, origin, expected, ask, loud):
    if loud:
        server.log.expect(loud)
        server.log.allow(r"\[proxy")
    counted = Counted(server)
    method, url, *headers = ask
    server.get(url, origin, *headers, method=method)
    counted.is_exactly(expected)


@rows(
    "url",
    [
        ("a page of the policy as a fragment of one without", "/outside/includes.shtml"),
        ("a page of the policy as error document of one without", "/outside/lost/x"),
    ],
)
def test_what_other_urls_make_of_it_counts_at_most_once(server, url):
    counted = Counted(server)
    server.get(url, EVIL)
    server.get("/policy/page", EVIL)
    found = wait_for(counted.gain)
    assert set(found) == {"actual denied origin-not-allowed"} and found["actual denied origin-not-allowed"] in (1, 2)


def test_a_backend_that_is_this_server_is_asked_as_a_client(server):
    counted = Counted(server)
    server.get("/policy/twice/page", GOOD)
    counted.is_exactly({"actual allowed": 2})


@rows("ask", [(name, url) for name, (method, url, *_), *loud in WAYS if method == "GET" and not loud])
def test_preflights_count_once(server, ask):
    counted = Counted(server)
    server.preflight(ask, GOOD, "PUT")
    server.preflight(ask, EVIL, "PUT")
    counted.is_exactly({"preflight allowed": 1, "preflight denied origin-not-allowed": 1})


def test_requests_of_one_connection(server):
    counted = Counted(server)
    with server.connection() as connection:
        for origin in (GOOD, EVIL, None, GOOD, EVIL):
            connection.request("GET", "/policy/page", origin_headers(origin))
    counted.is_exactly({"actual allowed": 2, "actual denied origin-not-allowed": 2, "no-origin": 1})


def test_requests_that_do_not_wait(server):
    counted = Counted(server)
    with pipeline(server) as connection:
        for _ in range(20):
            connection.send("OPTIONS", "/policy/page", preflight_headers(EVIL))
            connection.send("GET", "/policy/page", origin_headers(GOOD))
        for _ in range(40):
            connection.receive()
    counted.is_exactly({"actual allowed": 20, "preflight denied origin-not-allowed": 20})


@pytest.mark.skipif(not HAS_HTTP2, reason="mod_http2 does not work with prefork")
def test_http2(server):
    counted = Counted(server)
    client = Curl(server.port, "--http2-prior-knowledge")
    for url in ("/policy/page", "/policy/none", "/policy/includes.shtml", "/policy/backend/page", "/policy/redirect"):
        assert client.get(url, EVIL).protocol == "HTTP/2"
        client.preflight(url, GOOD)
    client.get("/policy/rejecting/page", EVIL)
    client.get("/policy/page")
    counted.is_exactly(
        {"actual denied origin-not-allowed": 6, "preflight allowed": 5, "refused": 1, "no-origin": 1}
    )
