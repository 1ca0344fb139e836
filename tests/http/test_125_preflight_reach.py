# SPDX-License-Identifier: Apache-2.0
"""A preflight is answered instead of whatever else the server would have made of its URL."""

from harness import Site, policy, rows
from harness.answer import UNTOUCHED, assert_answered, assert_denied
from harness.client import preflight_headers
from harness.site import EVIL, GOOD

site = Site(modules=["cgi", "rewrite", "allowmethods", "proxy", "proxy_http"])
site.add(
    """
    ErrorDocument 404 /errors/error.sh
    ErrorDocument 403 /errors/error.sh
    ErrorDocument 410 "gone"
    RewriteEngine On
    RewriteRule ^/rewritten/moved https://elsewhere.example/ [R=301,L]
    RewriteRule ^/rewritten/forbidden - [F]
    RewriteRule ^/rewritten/gone - [G]
    Redirect 302 /redirected https://elsewhere.example/
    ProxyPass /proxied http://127.0.0.1:1/
    <DirectoryMatch "/(cgi|errors)">
        Options ExecCGI
        SetHandler cgi-script
    </DirectoryMatch>
    <Directory "${DOCROOT}/loop">
        Options FollowSymLinks
        RewriteEngine On
        RewriteRule .* https://elsewhere.example/ [R=302]
    </Directory>
    """
)
site.script("/errors/error.sh", "echo 'Content-Type: text/plain'", "echo", "echo from the error document")
site.script(
    "/cgi/script.sh", "echo 'Access-Control-Allow-Origin: *'", "echo 'Content-Type: text/plain'", "echo", "echo hello",
)
OWN = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nAccess-Control-Allow-Origin: *\\r\\nConnection: close\\r\\n\\r\\n"
site.script("/cgi/nph-own.sh", f"printf '{OWN}'")
site.page("/directory/page")
site.page("/loop/page")
site.page("/nothing/here")
site.page("/forbidden/page")
site.file("users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
for prefix in ("rewritten", "redirected", "proxied", "missing", "cgi", "directory", "loop", "moved"):
    site.add(f"<Location /{prefix}>\n{policy()}\n</Location>")
site.add(
    f"""
    <Location /forbidden>
        {policy()}
        Require all denied
    </Location>
    <Location /readonly>
        {policy()}
        AllowMethods GET
    </Location>
    <Location /moved>
        Redirect 301 https://elsewhere.example/
    </Location>
    <Location /everything>
        {policy()}
        AuthType Basic
        AuthName "members"
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
        AllowMethods GET
    </Location>
    Redirect 307 /everything https://elsewhere.example/
    """
)

URLS = [
    ("a missing page", "/missing/page"),
    ("a directory without its slash", "/directory"),
    ("a directory without an index", "/directory/"),
    ("an encoded slash", "/missing/a%2Fb"),
    ("a name too long for a file", "/missing/" + "x" * 300),
    ("what nobody may see", "/forbidden/page"),
    ("what only GET may", "/readonly"),
    ("a redirect of the server", "/redirected"),
    ("a redirect of a <Location>", "/moved"),
    ("a rewrite to elsewhere", "/rewritten/moved"),
    ("a rewrite to forbidden", "/rewritten/forbidden"),
    ("a rewrite to gone", "/rewritten/gone"),
    ("a rewrite of a directory", "/loop/page"),
    ("a backend that is down", "/proxied/page"),
    ("a script", "/cgi/script.sh"),
    ("a script's missing neighbour", "/cgi/none.sh"),
    ("authentication, a method and a redirect at once", "/everything"),
    ("a path by a longer way", "/nothing/../missing/page"),
    ("a path by an escaped longer way", "/nothing/%2e%2e/missing/./page"),
    ("a path in escapes", "/%6dissing/page"),
    ("a path behind two slashes", "//missing//page"),
    ("a whole URL", "http://localhost/missing/page"),
    ("a path with a query", "/missing/page?a=1&b=https://evil.example"),
]


@rows("url", URLS)
def test_answered(server, url):
    response = server.preflight(url, GOOD)
    assert_answered(response, GOOD)
    assert response.all("Location") == []


@rows("url", URLS)
def test_denied(server, url):
    assert_denied(server.preflight(url, EVIL), "origin-not-allowed")


@rows(
    "url, status",
    [
        ("a missing page", "/missing/page", 204),
        ("an encoded slash", "/missing/a%2Fb", 204),
        ("a redirect", "/redirected", 204),
    ],
)
def test_the_connection_is_kept(server, url, status):
    with server.connection() as connection:
        for _ in range(2):
            assert connection.request("OPTIONS", url, preflight_headers(GOOD), b"body").status == status


@rows("url", [("a broken escape", "/missing/%zz"), ("a path above the root", "/../../missing")])
def test_what_httpd_cannot_parse_stays_bad(server, url):
    server.log.expect(r"\[core:error\] AH00026|\[core:error\] AH10244")
    assert server.preflight(url, GOOD).status == 400


def test_options_of_the_whole_server_stays_what_it_is(server):
    response = server.preflight("*", GOOD)
    assert (response.status, response.cors) == (200, UNTOUCHED)


@rows(
    "url",
    [
        ("itself", "/nothing/here"),
        ("by way of a path with a policy", "/missing/../nothing/here"),
        ("by an escaped way", "/missing/%2e%2e/nothing/here"),
        ("by two slashes", "/missing/..//nothing/here"),
        ("a name that begins like one with a policy", "/missingnot"),
    ],
)
def test_a_path_without_policy_does_not_borrow_one(server, url):
    response = server.preflight(url, GOOD)
    assert (response.status, response.cors) == (200, UNTOUCHED)


def test_a_script_may_write_its_own_response(server):
    assert server.get("/cgi/nph-own.sh", GOOD).cors == {"Access-Control-Allow-Origin": "*"}


@rows(
    "headers",
    [
        ("Expect", [("Expect", "100-continue"), ("Content-Length", "4")]),
        ("Transfer-Encoding", [("Transfer-Encoding", "chunked")]),
    ],
)
def test_a_body_in_pieces_is_read_past(server, headers):
    with server.connection() as connection:
        connection.send("OPTIONS", "/missing/page", [*preflight_headers(GOOD), *headers])
        connection.socket.sendall(b"body" if headers[0][0] == "Expect" else b"4\r\nbody\r\n0\r\n\r\n")
        assert_answered(connection.receive("OPTIONS"), GOOD)
        assert connection.request("GET", "/nothing/here", [("Connection", "close")]).body == "ok\n"


def test_a_preflight_elsewhere_gets_what_it_always_got(server):
    response = server.preflight("/nothing/a%2Fb", GOOD)
    assert (response.status, response.body, response.cors) == (404, "from the error document\n", UNTOUCHED)


def test_trace_stays_what_it_is(server):
    response = server.get("/missing/page", GOOD, method="TRACE")
    assert (response.status, response.cors) == (200, UNTOUCHED)
    assert response.body.startswith("TRACE /missing/page")
