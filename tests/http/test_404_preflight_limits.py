# SPDX-License-Identifier: Apache-2.0
"""What is left alone: OPTIONS that are no preflight, what httpd cannot parse, its own faults, and the whole server."""

import pytest
from harness import Site, rows
from harness.answer import NOT_SHARED, UNTOUCHED, assert_denied
from harness.backend import Backend, page
from harness.httpd import Httpd
from harness.paths import POLICY, SHARED, expect, families
from harness.site import EVIL, GOOD

site = Site(modules=["cgi", "dav", "dav_fs", "dav_lock", "proxy", "proxy_http"])
site.add(
    f"""
    DavLockDB "${{ROOT}}/run/dav"
    Redirect 302 /policy/redirect https://elsewhere.example/
    ProxyPass /policy/proxied/ http://127.0.0.1:${{APP}}/
    <Location /policy>
        {POLICY}
    </Location>
    <Location /policy/shut>
        Require all denied
    </Location>
    <Directory "${{DOCROOT}}/policy/cgi">
        Options ExecCGI
        SetHandler cgi-script
    </Directory>
    <Directory "${{DOCROOT}}/policy/dav">
        Dav On
    </Directory>
    <Directory "${{DOCROOT}}/policy/broken">
        AllowOverride All
    </Directory>
    """
)
site.page("/policy/page")
site.page("/policy/dav/page")
site.page("/policy/broken/page")
site.page("/elsewhere")
site.file("htdocs/policy/broken/.htaccess", "NoSuchDirective On\n")
site.script("/policy/cgi/script.sh", "echo 'Access-Control-Allow-Methods: TRACE'", "echo 'Content-Type: a/b'", "echo")

ORIGIN, ASKS = ("Origin", GOOD), ("Access-Control-Request-Method", "PUT")
NAMES = ("Access-Control-Request-Headers", "x-a")


@pytest.fixture(scope="module")
def server():
    """httpd with a backend that takes OPTIONS."""
    theirs = ["Allow: OPTIONS", "Access-Control-Allow-Origin: *", "Access-Control-Max-Age: 1"]
    options = page(*theirs, status="202 Accepted")
    with Backend({"/": options}) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            yield running


# URL; status; what the log says
LEFT = {
    "OPTIONS are no preflight": [
        ("a file", "/policy/page", 200),
        ("a script", "/policy/cgi/script.sh", 200),
        ("mod_dav", "/policy/dav/page", 200),
        ("a backend", "/policy/proxied/", 202),
        ("a redirect", "/policy/redirect", 302),
        ("access denied", "/policy/shut", 403, r"\[authz_core:error\]"),
        ("an encoded slash", "/policy/a%2Fb", 404),
    ]
}


@families("url, status, loud", LEFT, preflight="as any request", actual="by policy")
@rows(
    "headers, expected",
    [
        ("without Access-Control-Request-Method", [ORIGIN], SHARED),
        ("with Access-Control-Request-Headers only", [ORIGIN, NAMES], SHARED),
        ("of a stranger", [("Origin", EVIL)], NOT_SHARED),
        ("without Origin", [ASKS, NAMES], NOT_SHARED),
        ("without anything", [], NOT_SHARED),
    ],
)
def test_left_to_whoever_handles_it(server, url, status, loud, headers, expected):
    expect(server, loud)
    response = server.request("OPTIONS", url, headers)
    assert (response.status, response.cors) == (status, expected)


@rows(
    "method, status, loud",
    [
        ("GET", "GET", 200, None),
        ("POST", "POST", 200, None),
        ("PROPFIND", "PROPFIND", 405, None),
        ("a name of somebody's own", "QUERY", 501, r"\[core:error\]"),
        ("OPTIONS in lower case", "options", 501, r"\[core:error\]"),
    ],
)
def test_no_other_method_makes_a_preflight(server, method, status, loud):
    expect(server, loud)
    response = server.request(method, "/policy/page", [ORIGIN, ASKS])
    assert (response.status, response.cors) == (status, SHARED)


def test_a_method_that_is_asked_for_without_a_name(server):
    assert_denied(server.preflight("/policy/page", GOOD, ""), "method-not-allowed")


# Request line; header lines; status; what the log says
UNCHANGED = {
    "httpd cannot parse the request": [
        ("a broken escape", "OPTIONS /policy/%zz HTTP/1.1", [], 400, r"\[core:error\]"),
        ("a path above the root", "OPTIONS /policy/../../x HTTP/1.1", [], 400, r"\[core:error\]"),
        ("no Host", "OPTIONS /policy/page HTTP/1.1", ["Host:"], 400),
        ("a header without a name", "OPTIONS /policy/page HTTP/1.1", [": x"], 400),
        ("a header that is too long", "OPTIONS /policy/page HTTP/1.1", ["X-A: " + "x" * 9000], 400),
        ("a URL that is too long", f"OPTIONS /policy/{'x' * 9000} HTTP/1.1", [], 414),
        ("a version that is none", "OPTIONS /policy/page HTTP/1.1 x", [], 400),
        ("two lengths", "OPTIONS /policy/page HTTP/1.1", ["Content-Length: 1", "Content-Length: 2"], 400),
        ("an unknown expectation", "OPTIONS /policy/page HTTP/1.1", ["Expect: miracles"], 417),
    ],
    "OPTIONS * asks about the whole server": [
        ("a preflight", "OPTIONS * HTTP/1.1", [], 200),
    ],
    "the client wants a TRACE": [
        ("with the headers of a preflight", "TRACE /policy/page HTTP/1.1", [], 200),
    ],
    "the URL has no policy": [
        ("a file", "OPTIONS /elsewhere HTTP/1.1", [], 200),
        ("no file", "GET /elsewhere/none HTTP/1.1", [], 404),
        ("an encoded slash", "OPTIONS /else%2Fwhere HTTP/1.1", [], 404),
    ],
}


@families("line, headers, status, loud", UNCHANGED, preflight="as without the module", actual="none")
def test_unchanged(server, line, headers, status, loud):
    expect(server, loud)
    host = [] if "Host:" in headers else [f"Host: localhost:{server.port}"]
    asks = [f"{name}: {value}" for name, value in (ORIGIN, ASKS)]
    lines = [line, *host, *asks, *(each for each in headers if each != "Host:"), "Connection: close", "", ""]
    with server.connection() as connection:
        connection.socket.sendall("\r\n".join(lines).encode())
        response = connection.receive()
    assert (response.status, response.cors) == (status, UNTOUCHED)


FAULTS = {"the server fails": [("a mistake in .htaccess", "/policy/broken/page", r"\[core:alert\]")]}


@families("url, loud", FAULTS, preflight="as any request")
def test_faults_of_httpd_stay_what_they_are_and_can_be_read(server, url, loud):
    for origin, expected in ((GOOD, GOOD), (EVIL, None)):
        expect(server, loud)
        response = server.preflight(url, origin, "PUT")
        assert (response.status, response.cors.get("Access-Control-Allow-Origin")) == (500, expected)
