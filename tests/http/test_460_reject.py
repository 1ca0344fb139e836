# SPDX-License-Identifier: Apache-2.0
"""CorsDisallowed Reject: what the policy does not allow gets 403 before anything has run for it."""

import pytest
from harness import Httpd, Site, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, UNTOUCHED
from harness.backend import Backend
from harness.client import origin_headers
from harness.fastcgi import FastCgi
from harness.paths import (
    MALFORMED, POLICY, REASONS, SHARED, assert_equal, assert_preflight, every_kind, expected_of, families, origin_of,
)
from harness.pipeline import pipeline
from harness.site import EVIL, GOOD, OTHER

MODULES = "actions cgi dav dav_fs dav_lock mime proxy proxy_fcgi proxy_http rewrite"
site = Site("TypesConfig /dev/null", modules=MODULES.split())
site.add(
    f"""
    DavLockDB "${{ROOT}}/run/dav"
    ProxyPass /policy/backend/ http://127.0.0.1:${{APP}}/
    ProxyPass /policy/fcgi/ fcgi://127.0.0.1:${{FCGI}}/
    Redirect 302 /policy/redirect https://elsewhere.example/
    RewriteEngine On
    RewriteRule ^/policy/moved https://elsewhere.example/ [R=301,L]
    <Location /policy>
        {POLICY}
        CorsDisallowed Reject
    </Location>
    <Location /policy/lost>
        ErrorDocument 404 /policy/script.sh
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
    <Directory "${{DOCROOT}}/policy">
        Options ExecCGI
        AddHandler cgi-script .sh
        AddHandler acted .acted
        Action acted /policy/script.sh virtual
    </Directory>
    <Directory "${{DOCROOT}}/policy/dav">
        Dav On
    </Directory>
    <Directory "${{DOCROOT}}/directory">
        {POLICY}
        CorsDisallowed Reject
    </Directory>
    <Directory "${{DOCROOT}}/bare/fallback">
        FallbackResource /policy/script.sh
    </Directory>
    <Directory "${{DOCROOT}}/bare/front">
        Options FollowSymLinks
        RewriteEngine On
        RewriteRule ^ /policy/script.sh [L]
    </Directory>
    <Directory "${{DOCROOT}}/bare/acted">
        AddHandler acted .acted
        Action acted /policy/script.sh virtual
    </Directory>
    <Location /everybody>
        CorsAllowOrigin *
        CorsDenyOrigin {EVIL}
        CorsDisallowed Reject
    </Location>
    <Location /ignoring>
        {POLICY}
    </Location>
    """
)
site.file("users", "")
for path in (
    "/policy/page", "/policy/page.acted", "/policy/dav/page", "/directory/page", "/everybody", "/ignoring",
    "/bare/fallback/x", "/bare/front/x",
    "/bare/acted/page.acted",
):
    site.page(path)
DELEGATED = site.htaccess("/delegated", POLICY + "\nCorsDisallowed Reject")
UNSAFE = site.htaccess("/unsafe", "CorsAllowCredentials On\nCorsAllowOrigin *\nCorsDisallowed Reject")
NOTE = ("cat > /dev/null", "echo run >> ../../run/ran")
site.script("/policy/script.sh", *NOTE, "echo 'Content-Type: text/plain'", "echo", "echo script")


@pytest.fixture(scope="module")
def server():
    """httpd with everything that could run."""
    with Backend({}) as backend, FastCgi({}) as program:
        site.environment.update(APP=str(backend.port), FCGI=str(program.port))
        with Httpd(site) as running:
            running.backends = (backend, program)
            (running.root.path / "run").chmod(0o777)
            yield running


def work(server):
    """What backends and scripts have done so far, and what mod_dav has."""
    pages = server.root.path / "htdocs/policy/dav"
    return [len(each.asked) for each in server.backends], server.root.read("run/ran"), sorted(pages.iterdir())


def assert_refused(response, reason):
    """403, a line that names the reason, and no CORS header but Vary."""
    assert_equal((response.status, response.cors), (403, NOT_SHARED))
    assert response.all("Content-Type")[0].startswith("text/plain")
    assert len(response.body.splitlines()) == 1 and response.body.startswith(reason)
    assert response.all("Location") == response.all("WWW-Authenticate") == []


# URL; status of a request that is let in
URLS = {
    "the policy rejects": [
        ("a file", "/policy/page", 200),
        ("a file in a <Directory>", "/directory/page", 200),
        ("a file with a .htaccess", DELEGATED, 200),
        ("a script", "/policy/script.sh", 200),
        ("a script, by Action", "/policy/page.acted", 200),
        ("a backend", "/policy/backend/page", 200),
        ("a FastCGI program", "/policy/fcgi/program", 200),
        ("mod_dav", "/policy/dav/page", 200),
        ("a redirect", "/policy/redirect", 302),
        ("a rewrite", "/policy/moved", 301),
        ("no page", "/policy/none", 404),
        ("a password", "/policy/members/x", 401),
    ]
}
LET_IN = ("allowed", "none", "same-origin")
METHODS = {"GET": b"", "HEAD": b"", "POST": b"x" * 5000, "PUT": b"x" * 5000, "DELETE": b""}


@families("url, status", URLS, actual="refused")
@pytest.mark.parametrize("method", METHODS)
@rows(
    "origin, reason",
    [
        ("a stranger's", EVIL, "origin-not-allowed"),
        ("a malformed one", MALFORMED, "origin-malformed"),
        ("null", "null", "origin-not-allowed"),
    ],
)
def test_refused_before_anything_runs(server, origin, reason, method, url, status):
    before = work(server)
    response = server.get(url, origin, method=method, body=METHODS[method])
    assert_equal((response.status, response.cors), (403, NOT_SHARED))
    if method != "HEAD":
        assert_refused(response, reason)
    assert work(server) == before


@families("url, status", URLS, actual="refused")
@pytest.mark.parametrize("kind", LET_IN)
def test_others_are_served(server, kind, url, status):
    response = server.get(url, origin_of(kind, server))
    assert_equal((response.status, response.cors), (status, expected_of(kind)))


@families("url, status", URLS, preflight="answered")
@pytest.mark.parametrize("kind", ["allowed", "denied", "malformed"])
def test_preflights_are_answered_as_ever(server, kind, url, status):
    assert_preflight(server, kind, url, None)


TARGETS = {
    "the policy rejects": [
        ("that of a front controller's target", "/bare/front/page"),
        ("that of an action's target", "/bare/acted/page.acted"),
        ("that of a fallback", "/bare/fallback/none"),
    ]
}


@families("url", TARGETS, actual="refused")
@pytest.mark.parametrize("kind", ["allowed", "denied", "none"])
def test_the_policy_of_the_target_rejects_too(server, kind, url):
    before = work(server)
    response = server.get(url, origin_of(kind, server))
    if kind == "denied":
        assert_refused(response, "origin-not-allowed")
        assert work(server) == before
    else:
        assert_equal((response.status, response.body, response.cors), (200, "script\n", expected_of(kind)))


def test_no_error_page_is_made_by_a_script_either(server):
    before = work(server)
    for url in ("/policy/lost/none", "/policy/lost/a%2Fb"):
        assert server.get(url, EVIL).status in (403, 404)
    assert work(server) == before
    assert server.get("/policy/lost/none", GOOD).body == "script\n"


def test_the_work_would_have_been_noticed(server):
    before = work(server)
    for url in ("/policy/backend/page", "/policy/fcgi/x", "/policy/script.sh"):
        server.get(url, GOOD, method="POST", body=b"x" * 5000)
    assert work(server)[0] == [asked + 1 for asked in before[0]] and work(server)[1] == before[1] + "run\n"


@rows("chunked", [("with its length", False), ("in chunks", True)])
@rows("url", [(name, url) for name, url, _ in URLS["the policy rejects"]])
def test_the_connection_stays_in_step(server, url, chunked):
    body = b"x" * 5000
    with pipeline(server) as connection:
        for _ in range(3):
            if chunked:
                connection.send("POST", url, [*origin_headers(EVIL), ("Transfer-Encoding", "chunked")])
                connection.socket.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
            else:
                connection.send("POST", url, origin_headers(EVIL), body)
        connection.send("GET", "/policy/page", origin_headers(GOOD))
        for _ in range(3):
            assert_refused(connection.receive("POST"), "origin-not-allowed")
        response = connection.receive()
        assert (response.status, response.cors, response.body) == (200, SHARED, "ok\n")


@rows("origin", [("a stranger's", EVIL), ("one that looks allowed", GOOD), ("a malformed one", MALFORMED)])
def test_an_unsafe_policy_lets_nobody_in(server, origin):
    server.log.expect(r"\[cors:error\]")
    assert_refused(server.get(UNSAFE, origin), "unsafe-policy")


@rows("origin", [("no origin", None), ("its own", "http://localhost")])
def test_an_unsafe_policy_is_no_matter_to_others(server, origin):
    server.log.allow(r"\[cors:error\]")
    headers = [*origin_headers(origin), ("Host", "localhost")]
    response = server.request("GET", UNSAFE, [*headers, ("Connection", "close")])
    assert (response.status, response.cors) == (200, NOT_SHARED)


@rows(
    "origin, status, expected",
    [
        ("on the deny list", EVIL, 403, NOT_SHARED),
        ("anybody else", OTHER, 200, {**FOR_EVERYBODY, **NOT_SHARED}),
        ("malformed", MALFORMED, 403, NOT_SHARED),
        ("null", "null", 200, {**FOR_EVERYBODY, **NOT_SHARED}),
        ("nobody", None, 200, {**FOR_EVERYBODY, **NOT_SHARED}),
    ],
)
def test_where_everybody_is_allowed(server, origin, status, expected):
    response = server.get("/everybody", origin)
    assert (response.status, response.cors) == (status, expected)


@every_kind
def test_ignore_is_the_default(server, kind):
    response = server.get("/ignoring", origin_of(kind, server), method="POST", body=b"x")
    assert (response.status, response.cors) == (200, expected_of(kind))


def test_a_url_without_policy_rejects_nobody(server):
    response = server.get("/none", EVIL)
    assert (response.status, response.cors) == (404, UNTOUCHED)


@pytest.mark.parametrize("kind", REASONS)
def test_a_client_that_waits_before_it_sends_its_body(server, kind):
    with pipeline(server) as connection:
        headers = [*origin_headers(origin_of(kind, server)), ("Expect", "100-continue"), ("Content-Length", "5000")]
        connection.send("POST", "/policy/script.sh", headers)
        if connection.stream.peek(12)[9:12] == b"100":
            assert [connection.stream.readline() for _ in range(2)][1] == b"\r\n"
            connection.socket.sendall(b"x" * 5000)
        assert_refused(connection.receive("POST"), REASONS[kind])
