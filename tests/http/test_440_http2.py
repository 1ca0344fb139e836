# SPDX-License-Identifier: Apache-2.0
"""HTTP/2, with and without TLS: the same answers, of files, scripts, backends and httpd itself."""

import pytest
from harness import Httpd, Site, installed
from harness.answer import NOT_SHARED
from harness.backend import Backend, page
from harness.client import preflight_headers
from harness.curl import Curl
from harness.paths import (
    KINDS, POLICY, assert_equal, assert_policy_answers, every_kind, expect, expected_of, families, origin_of,
)
from harness.site import EVIL, GOOD
from harness.tls import speak_tls

pytestmark = pytest.mark.skipif(installed.MPM == "prefork", reason="mod_http2 does not work with prefork")

MODULES = "cache cache_socache cgi http2 include proxy proxy_http rewrite socache_shmcb ssl"
site = Site("Protocols h2 h2c http/1.1", modules=MODULES.split())
site.add(
    f"""
    CacheEnable socache /policy/cached
    CacheSocache shmcb
    CacheHeader On
    CacheIgnoreNoLastMod On
    Redirect 302 /policy/redirect https://elsewhere.example/
    Redirect 302 /by-directory/redirect https://elsewhere.example/
    RewriteEngine On
    RewriteRule ^/policy/moved https://elsewhere.example/ [R=301,L]
    <VirtualHost 127.0.0.1:${{BACKEND}}>
        {speak_tls(site)}
        RewriteEngine On
        RewriteOptions Inherit
    </VirtualHost>
    ProxyPass /policy/backend/ http://127.0.0.1:${{APP}}/
    ProxyPass /policy/down http://127.0.0.1:1/
    <Location /policy>
        {POLICY}
    </Location>
    <Location /policy/cached>
        Header set Cache-Control max-age=3600
    </Location>
    <Location /policy/rejecting>
        CorsDisallowed Reject
    </Location>
    <Directory "${{DOCROOT}}/by-directory">
        {POLICY}
    </Directory>
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
        ErrorDocument 404 /outside/script.sh
    </Location>
    <DirectoryMatch "/htdocs/(policy|outside)">
        Options ExecCGI
        <Files "*.sh">
            SetHandler cgi-script
        </Files>
    </DirectoryMatch>
    """
)
site.file("users", "")
for number in range(len(KINDS)):
    site.page(f"/policy/cached/page{number}")
for path in ("/policy/page", "/by-directory/page", "/policy/rejecting/page"):
    site.page(path, "0123456789\n")
DELEGATED = site.htaccess("/by-htaccess", POLICY)
OWN = ("echo 'Access-Control-Allow-Origin: *'", "echo 'Content-Type: text/plain'")
site.script("/policy/script.sh", *OWN, "echo", "echo script")
site.script("/policy/teapot.sh", "echo 'Status: 418 Teapot'", *OWN, "echo", "echo script")
site.script("/policy/dies.sh", "exit 1")
site.script("/outside/script.sh", *OWN, "echo", "echo script")


@pytest.fixture(scope="module")
def running():
    """httpd with a backend."""
    theirs = ["Access-Control-Allow-Origin: *", "access-control-allow-origin: null"]
    answers = {"/page": page(*theirs), "/error": page(*theirs, status="500 Broken"), "/garbage": b""}
    with Backend(answers) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            yield running


@pytest.fixture(scope="module", params=["h2c", "h2"])
def client(request, running):
    """curl, with prior knowledge or over TLS."""
    if request.param == "h2c":
        return Curl(running.port, "--http2-prior-knowledge")
    return Curl(running.backend, "--http2", scheme="https")


def own(kind, running, client):
    """The Origin that a client of this kind sends."""
    return client.origin if kind == "same-origin" else origin_of(kind, running)


# URL; what OPTIONS gets without an Origin; what the log then says
PREFLIGHTS = {
    "the client speaks HTTP/2": [
        ("a file", "/policy/page", 200),
        ("a file in a <Directory>", "/by-directory/page", 200),
        ("a file with a .htaccess", DELEGATED, 200),
        ("a missing page", "/policy/none", 200),
        ("an encoded slash", "/policy/a%2Fb", 404),
        ("a redirect", "/policy/redirect", 302),
        ("a redirect, in a <Directory>", "/by-directory/redirect", 302),
        ("a rewrite", "/policy/moved", 301),
        ("a password", "/policy/members/x", 401),
        ("access denied", "/policy/shut", 403, r"\[authz_core:error\]"),
        ("a script", "/policy/script.sh", 200),
        ("a backend", "/policy/backend/page", 200),
    ]
}
# Method, URL, header lines; status; what the log says
ANSWERS = {
    "the client speaks HTTP/2": [
        ("a file", ("GET", "/policy/page"), 200),
        ("a file in a <Directory>", ("GET", "/by-directory/page"), 200),
        ("a file with a .htaccess", ("GET", DELEGATED), 200),
        ("a head", ("HEAD", "/policy/page"), 200),
        ("a part", ("GET", "/policy/page", ("Range", "bytes=1-3")), 206),
        ("not modified", ("GET", "/policy/page", ("If-None-Match", "*")), 304),
        ("a condition that fails", ("GET", "/policy/page", ("If-Match", '"x"')), 412),
        ("a part that is not there", ("GET", "/policy/page", ("Range", "bytes=99-")), 416),
        ("a missing page", ("GET", "/policy/none"), 404),
        ("a missing page, with a script for it", ("GET", "/policy/lost"), 404),
        ("an encoded slash", ("GET", "/policy/a%2Fb"), 404),
        ("a method files do not know", ("PUT", "/policy/page"), 405),
        ("a redirect", ("GET", "/policy/redirect"), 302),
        ("a redirect, in a <Directory>", ("GET", "/by-directory/redirect"), 302),
        ("a password", ("GET", "/policy/members/x"), 401),
        ("access denied", ("GET", "/policy/shut"), 403, r"\[authz_core:error\]"),
        ("a script", ("GET", "/policy/script.sh"), 200),
        ("a script's own status", ("GET", "/policy/teapot.sh"), 418),
        ("a script that dies", ("GET", "/policy/dies.sh"), 500, r"\[cgid:error\]"),
        ("a backend", ("GET", "/policy/backend/page"), 200),
        ("a backend's error", ("GET", "/policy/backend/error"), 500),
        ("a backend that is down", ("GET", "/policy/down"), 503, r"\[proxy(_http)?:error\]"),
        ("a backend that says nothing", ("GET", "/policy/backend/garbage"), 500, r"\[proxy_http:error\]"),
    ]
}


@families("url, left, loud", PREFLIGHTS, preflight="answered")
@every_kind
def test_preflights(running, client, kind, url, left, loud):
    is_left = kind in ("none", "same-origin")
    expect(running, loud if is_left else None)
    response = client.preflight(url, own(kind, running, client), "PUT", "authorization")
    assert response.protocol == "HTTP/2"
    if is_left:
        assert_equal((response.status, response.cors), (left, NOT_SHARED))
    else:
        assert_policy_answers(response, kind)


@families("asked, status, loud", ANSWERS, actual="by policy")
@every_kind
def test_actual_responses(running, client, kind, asked, status, loud):
    expect(running, loud)
    if loud and "proxy" in loud:
        running.log.allow(r"\[proxy(_http)?:error\]")
    method, url, *headers = asked
    response = client.get(url, own(kind, running, client), *headers, method=method)
    assert_equal((response.protocol, response.status, response.cors), ("HTTP/2", status, expected_of(kind)))


HITS = {"the client speaks HTTP/2": [(f"{first} first", f"/policy/cached/page{KINDS.index(first)}") for first in KINDS]}


@families("url", HITS, actual="by policy")
def test_hits_of_a_cache(running, client, url):
    for kind in (*KINDS, *KINDS):
        response = client.get(url, own(kind, running, client))
        assert_equal((response.status, response.cors), (200, expected_of(kind)))
        unchanged = client.get(url, own(kind, running, client), ("If-None-Match", "*"))
        assert_equal((unchanged.status, unchanged.cors), (304, expected_of(kind)))
    assert response.all("X-Cache")[0].startswith("HIT")


REJECTING = {"the client speaks HTTP/2": [("refused", EVIL, 403), ("let in", GOOD, 405)]}


@families("origin, status", REJECTING, actual="by policy")
def test_requests_that_may_be_refused(client, origin, status):
    response = client.get("/policy/rejecting/page", origin, method="PUT", body="x" * 5000)
    assert (response.status, response.cors) == (status, expected_of("allowed" if origin == GOOD else "denied"))


@pytest.mark.parametrize("kind", ["allowed", "denied"])
def test_a_preflight_with_a_body(running, client, kind):
    asks = [*preflight_headers(own(kind, running, client), "PUT", "authorization")]
    assert_policy_answers(client.request("OPTIONS", "/policy/redirect", asks, body="x" * 5000), kind)
