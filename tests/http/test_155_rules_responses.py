# SPDX-License-Identifier: Apache-2.0
"""<CorsOrigin>: each origin's own headers on every response, whoever made it; backends, caches, HTTP/2."""

import pytest
from harness import Httpd, Site, installed, rows, section
from harness.answer import NOT_SHARED, answered, shared
from harness.backend import Backend, page
from harness.caching import LINES, MODULES, VARIANTS, prepare
from harness.client import MEMBER
from harness.curl import Curl
from harness.site import EVIL

APP, PARTNER, PLAIN = "https://app.example", "https://a.partner.example", "https://plain.example"
RULES = "\n".join(
    (
        section(APP, "CorsAllowCredentials On", "CorsAllowMethods DELETE", "CorsTimingAllowOrigin On"),
        section("https://*.partner.example", "CorsExposeHeaders X-Partner"),
        f"CorsAllowOrigin {PLAIN}",
        "CorsExposeHeaders X-Around",
    )
)
WHO = [
    ("the app", APP, shared(APP, True, expose="X-Around", timing=APP)),
    ("a partner", PARTNER, shared(PARTNER, expose="X-Partner")),
    ("a plain source", PLAIN, shared(PLAIN, expose="X-Around")),
    ("a stranger", EVIL, NOT_SHARED),
    ("nobody", None, NOT_SHARED),
]
each_of_them = rows("origin, expected", WHO)

THEIRS = page(
    "Access-Control-Allow-Origin: https://theirs.example", "Access-Control-Allow-Credentials: true",
    "Access-Control-Expose-Headers: X-Theirs", "Access-Control-Allow-Methods: PUT", "Timing-Allow-Origin: *",
    "Vary: Accept",
)
KEPT = {
    "Access-Control-Allow-Origin": "https://theirs.example", "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "x-theirs", "Access-Control-Allow-Methods": "PUT",
}

site = Site(modules="dir http2 include mime proxy proxy_http rewrite".split())
site.add(
    f"""
    Protocols h2c http/1.1
    TypesConfig /dev/null
    <Location /api>
    {RULES}
    </Location>
    <Location /api/kept>
        CorsUpstreamHeaders Keep
    </Location>
    <Location /api/forbidden>
        Require all denied
    </Location>
    <Location /api/locked>
        AuthType Basic
        AuthName members
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    <Location /error>
        CorsAllowOrigin https://error.example
        CorsExposeHeaders X-Error
    </Location>
    <Location /api/none>
        ErrorDocument 404 /error/page
    </Location>
    Redirect 302 /api/redirected https://elsewhere.example/
    RewriteEngine On
    RewriteRule ^/api/rewritten /error/page [PT]
    RewriteRule ^/outside /api/page [PT]
    ProxyPass /api/backend http://127.0.0.1:${{APP}}/theirs
    ProxyPass /api/kept http://127.0.0.1:${{APP}}/theirs
    ProxyPass /api/down http://127.0.0.1:1/
    <Directory "${{DOCROOT}}/api/index">
        DirectoryIndex page
    </Directory>
    """
)
site.file("users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
for name in ("/api/page", "/error/page", "/api/locked/page", "/api/index/page", "/api/forbidden/page"):
    site.page(name)


@pytest.fixture(scope="module")
def server():
    """The site, and a backend that has its own ideas of CORS."""
    with Backend({"/theirs": THEIRS}) as app:
        site.blocks.insert(0, f"Define APP {app.port}")
        with Httpd(site) as running:
            yield running


RESPONSES = [
    ("a file", "GET", "/api/page", 200, [], None),
    ("its head", "HEAD", "/api/page", 200, [], None),
    ("what has not changed", "GET", "/api/page", 304, [("If-None-Match", "*")], None),
    ("a part of it", "GET", "/api/page", 206, [("Range", "bytes=0-0")], None),
    ("a method that files do not have", "DELETE", "/api/page", 405, [], None),
    ("an index", "GET", "/api/index/", 200, [], None),
    ("a slash that is missing", "GET", "/api/index", 301, [], None),
    ("a missing page with an error page of another policy", "GET", "/api/none", 404, [], None),
    ("a missing page", "GET", "/api/nothing", 404, [], None),
    ("an encoded slash", "GET", "/api/a%2Fb", 404, [], None),
    ("forbidden", "GET", "/api/forbidden/page", 403, [], r"\[authz_core:error\]"),
    ("no password", "GET", "/api/locked/page", 401, [], None),
    ("a password", "GET", "/api/locked/page", 200, [MEMBER], None),
    ("a redirect", "GET", "/api/redirected", 302, [], None),
    ("rewritten to another policy", "GET", "/api/rewritten", 200, [], None),
    ("a backend that is down", "GET", "/api/down/x", 503, [], r"\[proxy(_http)?:error\]"),
]


@each_of_them
@rows("method, path, status, headers, loud", RESPONSES)
def test_every_response(server, method, path, status, headers, loud, origin, expected):
    if loud:
        server.log.expect(loud)
    response = server.get(path, origin, *headers, method=method)
    assert (response.status, response.cors) == (status, expected)


DELETE = answered(APP, methods="GET, HEAD, POST, DELETE", credentials=True)


@rows("path", [(row[0], row[2]) for row in RESPONSES])
def test_every_preflight(server, path):
    assert server.preflight(path, APP, "DELETE").cors == DELETE
    assert server.preflight(path, PARTNER).cors == answered(PARTNER)
    assert server.preflight(path, PARTNER, "DELETE").status == 403
    assert server.preflight(path, EVIL).status == 403


@each_of_them
def test_a_backend_of_its_own_mind_is_replaced(server, origin, expected):
    response = server.get("/api/backend", origin)
    assert response.status == 200
    theirs = {"Timing-Allow-Origin": "*"}  # the policy has a word on it for one section only
    assert response.cors == {**theirs, **expected, "Vary": "accept, origin"}


@each_of_them
def test_or_kept(server, origin, expected):
    response = server.get("/api/kept", origin)
    found = response.cors
    assert {name: found[name] for name in KEPT} == KEPT and "origin" in found["Vary"]


@pytest.mark.skipif(installed.MPM == "prefork", reason="mod_http2 does not work with prefork")
@each_of_them
def test_over_http2(server, origin, expected):
    client = Curl(server.port, "--http2-prior-knowledge")
    answer = client.get("/api/page", origin)
    assert (answer.protocol, answer.status, answer.cors) == ("HTTP/2", 200, expected)
    if origin == APP:
        assert client.preflight("/api/page", origin, "DELETE").cors == DELETE


@pytest.fixture(scope="module", params=VARIANTS)
def cached(request):
    """A server for each way of caching."""
    kind, _, quick = request.param.partition(", quick handler ")
    front = Site(LINES.format(kind=kind, quick=quick), modules=MODULES)
    front.add(f"<Location /api>\n{RULES}\n</Location>")
    front.add('<Directory "${DOCROOT}/htaccess">\nAllowOverride FileInfo\n</Directory>')
    front.file("htdocs/htaccess/.htaccess", RULES + "\n")
    for number in range(len(WHO)):
        front.page(f"/api/page{number}")
        front.page(f"/htaccess/page{number}")
    with Httpd(front) as running:
        yield prepare(running)


@rows("base", [("<Location>", "/api"), (".htaccess", "/htaccess")])
@pytest.mark.parametrize("first", range(len(WHO)), ids=[row[0] for row in WHO])
def test_one_entry_of_a_cache_serves_each_with_his_own_headers(cached, first, base):
    path = f"{base}/page{first}"
    _, origin, expected = WHO[first]
    assert cached.get(path, origin).cors == expected
    for _, origin, expected in WHO:
        for headers, status in (((), 200), ((("If-None-Match", "*"),), 304)):
            response = cached.get(path, origin, *headers)
            assert (response.status, response.cors) == (status, expected)
            assert response.all("X-Cache")[0].startswith("HIT")
