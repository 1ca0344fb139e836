# SPDX-License-Identifier: Apache-2.0
"""CorsPreflight PassThrough: handlers and backends answer preflights, and the headers are still the policy's."""

import pytest
from harness import Httpd, Site
from harness.answer import NOT_SHARED, PREFLIGHT_VARY, tokens
from harness.backend import Backend, page
from harness.paths import ANSWERED, KEPT_OUT, POLICY, assert_equal, every_kind, expect, families, origin_of

THEIRS = [
    "Access-Control-Allow-Origin: https://theirs.example",
    "Access-Control-Allow-Methods: TRACE",
    "access-control-max-age: 1",
    "ACCESS-CONTROL-ALLOW-CREDENTIALS: true",
    "Access-Control-Expose-Headers: X-Theirs",
    "Vary: Cookie",
]
KEPT = {
    "Access-Control-Allow-Origin": "https://theirs.example",
    "Access-Control-Allow-Methods": "TRACE",
    "Access-Control-Max-Age": "1",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "x-theirs",
}

site = Site(modules=["cgi", "proxy", "proxy_http", "rewrite"])
site.add(
    f"""
    ProxyPass /replace/backend/ http://127.0.0.1:${{APP}}/
    ProxyPass /keep/backend/ http://127.0.0.1:${{APP}}/
    ProxyPass /replace/down/ http://127.0.0.1:1/
    Redirect 307 /replace/redirect https://elsewhere.example/
    <LocationMatch "^/(replace|keep)">
        {POLICY}
        CorsPreflight PassThrough
    </LocationMatch>
    <Location /keep>
        CorsUpstreamHeaders Keep
    </Location>
    <Location /replace/members>
        AuthType Basic
        AuthName "members"
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    <Location /replace/shut>
        Require all denied
    </Location>
    <Directory "${{DOCROOT}}/replace/cgi">
        Options ExecCGI
        SetHandler cgi-script
    </Directory>
    """
)
site.file("users", "")
site.page("/replace/page")
site.script(
    "/replace/cgi/script.sh", *(f"echo '{line}'" for line in THEIRS), "echo 'Status: 202 Taken'",
    "echo 'X-Verdict: '$CORS_REQUEST $CORS_VERDICT $CORS_REASON", "echo", "echo script $REQUEST_METHOD",
)


@pytest.fixture(scope="module")
def server():
    """httpd with a backend that answers preflights in its own way."""
    answers = {
        "/ok": page(*THEIRS, status="200 OK", body="theirs"),
        "/empty": page(*THEIRS, status="204 No Content", body=""),
        "/denied": page(*THEIRS, status="403 Forbidden", body="theirs"),
        "/error": page(*THEIRS, status="500 Broken", body="theirs"),
        "/bare": page("Access-Control-Allow-Methods: TRACE", body="theirs"),
    }
    with Backend(answers) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            running.app = backend
            yield running


def preflight(server, kind, url):
    """A preflight of a client of this kind."""
    return server.preflight(url, origin_of(kind, server), "PUT", "authorization")


def by_policy(kind, vary=None):
    """The headers of the policy, whoever answers; a backend's Vary stays besides."""
    expected = ANSWERED if kind == "allowed" else NOT_SHARED if kind in ("none", "same-origin") else KEPT_OUT
    return expected if vary is None else {**expected, "Vary": tokens(f"{expected['Vary']}, {vary}")}


# URL; status; body; Vary of theirs
REACHED = {
    "preflights are passed through": [
        ("to a backend", "/replace/backend/ok", 200, "theirs", "cookie"),
        ("to a backend that answers 204", "/replace/backend/empty", 204, "", "cookie"),
        ("to a backend that denies them", "/replace/backend/denied", 403, "theirs", "cookie"),
        ("to a backend that fails", "/replace/backend/error", 500, "theirs", "cookie"),
        ("to a backend without an allowed origin", "/replace/backend/bare", 200, "theirs"),
        ("to a script", "/replace/cgi/script.sh", 202, "script OPTIONS\n", "cookie"),
        ("to a backend without an allowed origin, under Keep", "/keep/backend/bare", 200, "theirs"),
    ]
}


@families("url, status, body, vary", REACHED, preflight="passed on")
@every_kind
def test_theirs_are_status_and_body_ours_the_headers(server, kind, url, status, body, vary):
    before = len(server.app.asked)
    response = preflight(server, kind, url)
    assert_equal((response.status, response.body, response.cors), (status, body, by_policy(kind, vary)))
    if "/backend/" in url:
        assert [each[0] for each in server.app.asked[before:]] == ["OPTIONS"]


# URL; status; what the log says
STOPPED = {
    "preflights are passed through": [
        ("to a file", "/replace/page", 200),
        ("to no file", "/replace/none", 200),
        ("to a redirect", "/replace/redirect", 307),
        ("to a backend that is down", "/replace/down/x", 503, [r"\[proxy:error\]", r"\[proxy_http:error\]"]),
        ("to a password", "/replace/members/", 401),
        ("to where nobody may go", "/replace/shut/", 403, r"\[authz_core:error\]"),
        ("to an encoded slash", "/replace/a%2Fb", 404),
    ]
}


@families("url, status, loud", STOPPED, preflight="passed on")
@every_kind
def test_what_httpd_says_bears_the_headers_too(server, kind, url, status, loud):
    expect(server, loud)
    response = preflight(server, kind, url)
    assert_equal((response.status, response.cors), (status, by_policy(kind)))


KEEPING = {"preflights are passed through, and Keep is set": [("to a backend", "/keep/backend/ok")]}


@families("url", KEEPING, preflight="the backend's")
@every_kind
def test_the_backends_headers_are_kept(server, kind, url):
    response = preflight(server, kind, url)
    vary = by_policy(kind, "cookie")["Vary"]
    assert_equal((response.status, response.body, response.cors), (200, "theirs", {**KEPT, "Vary": vary}))


def test_scripts_are_told_the_verdict(server):
    for kind, told in (("allowed", "preflight allowed"), ("denied", "preflight denied origin-not-allowed")):
        assert preflight(server, kind, "/replace/cgi/script.sh").all("X-Verdict") == [told]


def test_the_vary_of_a_preflight_is_complete(server):
    assert preflight(server, "denied", "/replace/page").cors["Vary"] == tokens(PREFLIGHT_VARY)
