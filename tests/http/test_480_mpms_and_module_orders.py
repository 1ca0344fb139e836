# SPDX-License-Identifier: Apache-2.0
"""A scenario of each kind under each MPM, with the module loaded after all others and before them."""

import itertools

import pytest
from harness import Site
from harness.answer import NOT_SHARED
from harness.backend import Backend, chunked, page
from harness.client import origin_headers
from harness.paths import (
    KINDS, POLICY, SHARED, assert_actual, assert_equal, assert_preflight, expected_of, families, main_kinds, origin_of,
)
from harness.pipeline import pipeline
from harness.site import EVIL, GOOD, OTHER
from harness.variant import MPMS, ORDERS, variant

MODULES = """actions allowmethods autoindex cache cache_disk cgi dav dav_fs dav_lock deflate expires filter include mime
negotiation proxy proxy_http rewrite session speling substitute"""
ACAO = "Access-Control-Allow-Origin"


def build():
    """The site; a new one for each variant."""
    site = Site("TypesConfig /dev/null", modules=MODULES.split())
    site.add(
        f"""
        CacheEnable disk /policy/cached
        CacheRoot "${{ROOT}}/cache"
        CacheHeader On
        CacheIgnoreNoLastMod On
        RewriteEngine On
        RewriteRule ^/policy/moved https://elsewhere.example/ [R=301,L]
        RewriteRule ^/policy/forbidden - [F]
        Redirect 302 /policy/redirect https://elsewhere.example/
        Redirect 302 /directory/redirect https://elsewhere.example/
        ProxyPass /policy/backend/ http://127.0.0.1:${{APP}}/
        ProxyPass /policy/down http://127.0.0.1:1/
        SetEnv proxy-nokeepalive 1
        <Location /policy>
            {POLICY}
        </Location>
        <Location /policy/members>
            AuthType Basic
            AuthName "members"
            AuthUserFile "${{ROOT}}/users"
            Require valid-user
        </Location>
        <Location /policy/shut>
            Require all denied
        </Location>
        <Location /policy/readonly>
            AllowMethods GET
        </Location>
        <Location /policy/rejecting>
            CorsDisallowed Reject
        </Location>
        <Location /policy/lost>
            ErrorDocument 404 /other/script.sh
        </Location>
        <Location /policy/mixed>
            SetOutputFilter DEFLATE
            Header set {ACAO} *
            Header always set {ACAO} null
        </Location>
        <Location /policy/cached>
            Header set Cache-Control max-age=3600
        </Location>
        <Location /other>
            CorsAllowOrigin {OTHER}
        </Location>
        <Directory "${{DOCROOT}}/directory">
            {POLICY}
        </Directory>
        <DirectoryMatch "/htdocs/(policy|other|directory)/">
            Options ExecCGI Includes Indexes FollowSymLinks
            AddHandler cgi-script .sh
            AddOutputFilter INCLUDES .shtml
            AddHandler acted .acted
            Action acted /other/script.sh virtual
        </DirectoryMatch>
        <Directory "${{DOCROOT}}/policy/front">
            RewriteEngine On
            RewriteRule ^ /other/script.sh [L]
        </Directory>
        """
    )
    site.file("users", "")
    for path in ("page", "page.acted", "members/x", "readonly", "rejecting/page", "front/x", "list/x", "mixed/none"):
        site.page(f"/policy/{path}")
    for number in range(len(KINDS)):
        site.page(f"/policy/cached/page{number}")
    site.page("/directory/page")
    site.htaccess("/htaccess", POLICY)
    site.page("/policy/mixed/page", "many words, all of them the same words\n" * 20)
    site.page("/policy/includes.shtml", '<!--#include virtual="/other/script.sh" -->\n')
    own = (f"echo '{ACAO}: *'", "echo 'Content-Type: text/plain'", "echo", "echo script", "cat > /dev/null")
    site.script("/policy/script.sh", *own)
    site.script("/policy/teapot.sh", "echo 'Status: 418 Teapot'", *own)
    site.script("/policy/dies.sh", "exit 1")
    site.script("/policy/home.sh", "echo 'Location: /other/script.sh'", "echo")
    site.script("/other/script.sh", *own)
    return site


@pytest.fixture(scope="module", params=itertools.product(MPMS, ORDERS), ids=", ".join)
def server(request):
    """A server for each variant."""
    mpm, order = request.param
    theirs = [f"{ACAO}: *", f"{ACAO.lower()}: null"]
    answers = {"/page": page(*theirs), "/chunked": chunked(*theirs), "/nothing": b""}
    answers["/error"] = page(*theirs, status="500 Broken")
    with Backend(answers) as backend:
        site = build()
        site.environment["APP"] = str(backend.port)
        with variant(site, mpm, order) as running:
            running.app = backend
            (running.root.path / "cache").mkdir()
            (running.root.path / "cache").chmod(0o777)
            yield running


GZIP = ("Accept-Encoding", "gzip")
DENIED, CGI = r"\[authz_core:error\]", r"\[cgid?:error\]"
# URL; what OPTIONS gets without an Origin; what the log then says
PREFLIGHTS = {
    "the server has another MPM, or another order of modules": [
        ("a file", "/policy/page", 200),
        ("a file in a <Directory>", "/directory/page", 200),
        ("a file with a .htaccess", "/htaccess/page", 200),
        ("a password", "/policy/members/x", 401),
        ("access denied", "/policy/shut", 403, DENIED),
        ("AllowMethods", "/policy/readonly", 405, r"\[allowmethods:error\]"),
        ("a redirect", "/policy/redirect", 302),
        ("a redirect above a <Directory>", "/directory/redirect", 302),
        ("a rewrite", "/policy/moved", 301),
        ("a rewrite to forbidden", "/policy/forbidden", 403),
        ("an encoded slash", "/policy/a%2Fb", 404),
        ("a script", "/policy/script.sh", 200),
        ("a backend", "/policy/backend/page", 200),
        ("a dead backend", "/policy/down", 503, r"\[proxy(_http)?:error\]"),
        ("headers by mod_headers", "/policy/mixed/page", 200),
    ]
}
# Method, URL, header lines; status; what the log says; what else is in Vary
ANSWERS = {
    "the server has another MPM, or another order of modules": [
        ("a file", ("GET", "/policy/page"), 200),
        ("a file in a <Directory>", ("GET", "/directory/page"), 200),
        ("a file with a .htaccess", ("GET", "/htaccess/page"), 200),
        ("a part", ("GET", "/policy/page", ("Range", "bytes=0-0")), 206),
        ("not modified", ("GET", "/policy/page", ("If-None-Match", "*")), 304),
        ("a listing", ("GET", "/policy/list/"), 200),
        ("includes", ("GET", "/policy/includes.shtml"), 200),
        ("a missing page", ("GET", "/policy/none"), 404),
        ("a missing page, with a script for it", ("GET", "/policy/lost/x"), 404),
        ("an encoded slash", ("GET", "/policy/a%2Fb"), 404),
        ("a password", ("GET", "/policy/members/x"), 401),
        ("access denied", ("GET", "/policy/shut"), 403, DENIED),
        ("AllowMethods", ("POST", "/policy/readonly"), 405, r"\[allowmethods:error\]"),
        ("a redirect", ("GET", "/policy/redirect"), 302),
        ("a redirect above a <Directory>", ("GET", "/directory/redirect"), 302),
        ("a script", ("POST", "/policy/script.sh"), 200),
        ("a script's status", ("GET", "/policy/teapot.sh"), 418),
        ("a script that dies", ("GET", "/policy/dies.sh"), 500, CGI),
        ("a script's internal redirect", ("GET", "/policy/home.sh"), 200),
        ("Action", ("GET", "/policy/page.acted"), 200),
        ("a front controller", ("GET", "/policy/front/a"), 200),
        ("a backend", ("GET", "/policy/backend/page"), 200),
        ("a backend in chunks", ("GET", "/policy/backend/chunked"), 200),
        ("a backend's error", ("GET", "/policy/backend/error"), 500),
        ("a backend that says nothing", ("GET", "/policy/backend/nothing"), 502, r"\[proxy(_http)?:error\]"),
        ("a dead backend", ("GET", "/policy/down"), 503, r"\[proxy(_http)?:error\]"),
        ("mod_deflate and mod_headers", ("GET", "/policy/mixed/page", GZIP), 200, None, "Accept-Encoding"),
    ]
}
@families("url, left, loud", PREFLIGHTS, preflight="answered")
@main_kinds
def test_preflights(server, kind, url, left, loud):
    before = len(server.app.asked)
    assert_preflight(server, kind, url, left, loud)
    assert kind == "none" or len(server.app.asked) == before


@families("asked, status, loud, vary", ANSWERS, actual="by policy")
@main_kinds
def test_actual_responses(server, kind, asked, status, loud, vary):
    assert_actual(server, kind, asked, status, loud, vary)


@pytest.mark.parametrize("first", KINDS)
def test_hits_of_a_cache(server, first):
    url = f"/policy/cached/page{KINDS.index(first)}"
    for kind in (first, *KINDS):
        response = server.get(url, origin_of(kind, server))
        assert_equal((response.status, response.cors), (200, expected_of(kind)))
    assert response.all("X-Cache")[0].startswith("HIT")


def test_requests_that_may_be_refused_stay_in_step(server):
    with pipeline(server) as connection:
        for _ in range(3):
            connection.send("POST", "/policy/rejecting/page", origin_headers(EVIL), b"x" * 5000)
        connection.send("GET", "/policy/rejecting/page", origin_headers(GOOD))
        answers = [connection.receive(method) for method in ("POST", "POST", "POST", "GET")]
    assert [(answer.status, answer.cors) for answer in answers] == [(403, NOT_SHARED)] * 3 + [(200, SHARED)]
