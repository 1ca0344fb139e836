# SPDX-License-Identifier: Apache-2.0
"""An actual response bears the headers whatever its status and whoever made it."""

from harness import Site, policy, rows
from harness.answer import NOT_SHARED, UNTOUCHED, assert_answered, shared
from harness.client import MEMBER
from harness.site import EVIL, GOOD, OTHER

site = Site(modules=["cgi", "rewrite", "proxy", "proxy_http", "autoindex", "actions", "allowmethods"])
site.add(
    f"""
    ErrorDocument 404 /elsewhere/none.sh
    ErrorDocument 403 "no entry"
    ErrorDocument 410 /untouched/gone.txt
    Redirect 302 /api/redirected https://elsewhere.example/
    Redirect 301 /api/moved /api/page
    Redirect gone /api/gone
    RewriteEngine On
    RewriteRule ^/api/rewritten$ https://elsewhere.example/ [R=307,L]
    RewriteRule ^/api/front/ /elsewhere/front.sh [PT,L]
    RewriteRule ^/api/inside$ /api/page [PT,L]
    ProxyPass /api/proxied http://127.0.0.1:${{BACKEND}}/
    ProxyPass /api/down http://127.0.0.1:1/
    <VirtualHost 127.0.0.1:${{BACKEND}}>
        DocumentRoot "${{DOCROOT}}/backend"
        Redirect 303 /see https://elsewhere.example/
        <Directory "${{DOCROOT}}/backend/scripts">
            Options ExecCGI
            SetHandler cgi-script
        </Directory>
    </VirtualHost>
    <Location /api>
        {policy("CorsExposeHeaders X-A", "CorsAllowCredentials On")}
    </Location>
    <Location /elsewhere>
        CorsAllowOrigin {OTHER}
    </Location>
    <Location /api/forbidden>
        Require all denied
    </Location>
    <Location /api/members>
        AuthType Basic
        AuthName "members"
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    <Location /api/readonly>
        AllowMethods GET
    </Location>
    <DirectoryMatch "/(api/scripts|elsewhere)">
        Options ExecCGI
        <Files "*.sh">
            SetHandler cgi-script
        </Files>
    </DirectoryMatch>
    <Directory "${{DOCROOT}}/api/listing">
        Options Indexes
    </Directory>
    <Directory "${{DOCROOT}}/api/indexed">
        DirectoryIndex index.txt
        <Files index.txt>
            CorsAllowOrigin {OTHER}
        </Files>
    </Directory>
    <Directory "${{DOCROOT}}/api/controlled">
        Options FollowSymLinks
        RewriteEngine On
        RewriteRule .* /elsewhere/front.sh [L]
    </Directory>
    <Directory "${{DOCROOT}}/api/fallback">
        FallbackResource /elsewhere/front.sh
    </Directory>
    """
)
for path in (
    "/api/page", "/api/forbidden", "/api/members", "/api/readonly", "/api/listing/a", "/api/indexed/index.txt",
):
    site.page(path, "0123456789\n")
for path in ("/backend/page", "/api/controlled/page", "/api/fallback/page", "/untouched/gone.txt"):
    site.page(path)
site.file("users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")


def script(path, *lines):
    """A script that prints these lines as its header."""
    return site.script(path, *(f"echo '{line}'" for line in lines), "echo", "echo script")


script("/api/scripts/ok.sh", "Content-Type: text/plain")
script("/api/scripts/broken.sh", "Status: 500 Broken", "Content-Type: text/plain")
script("/api/scripts/created.sh", "Status: 201 Created", "Content-Type: text/plain")
script("/api/scripts/empty.sh", "Status: 204 Empty")
script("/api/scripts/teapot.sh", "Status: 418 Teapot", "Content-Type: text/plain")
script("/api/scripts/away.sh", "Location: https://elsewhere.example/")
script("/api/scripts/home.sh", "Location: /untouched/gone.txt")
site.script("/api/scripts/dies.sh", "exit 1")
script("/elsewhere/none.sh", "Content-Type: text/plain", "Access-Control-Allow-Origin: *")
script("/elsewhere/front.sh", "Content-Type: text/plain", "Access-Control-Allow-Origin: *")
script("/backend/scripts/broken.sh", "Status: 500 Broken", "Content-Type: text/plain", "Access-Control-Allow-Origin: *")

RANGE = ("Range", "bytes=1-3")
FAR = ("Range", "bytes=999-")
SAME = ("If-None-Match", "*")
MATCH = ("If-Match", '"never"')
LOUD_DIES = r"\[cgi\w*:error\]"

# method; URL; request headers; status; loud lines
ANSWERS = [
    ("a file", "GET", "/api/page", [], 200, []),
    ("a file by a longer way", "GET", "/x/../api/./page", [], 200, []),
    ("a file in escapes", "GET", "/%61pi/p%61ge", [], 200, []),
    ("a file behind two slashes", "GET", "//api//page", [], 200, []),
    ("a file by its whole URL", "GET", "http://localhost/api/page", [], 200, []),
    ("a file with a query", "GET", "/api/page?origin=https://evil.example", [], 200, []),
    ("a file's head", "HEAD", "/api/page", [], 200, []),
    ("OPTIONS that are no preflight", "OPTIONS", "/api/page", [], 200, []),
    ("a part of a file", "GET", "/api/page", [RANGE], 206, []),
    ("several parts of a file", "GET", "/api/page", [("Range", "bytes=0-1,4-5")], 206, []),
    ("a part that is not there", "GET", "/api/page", [FAR], 416, []),
    ("a file that has not changed", "GET", "/api/page", [SAME], 304, []),
    ("a file that is not the one", "GET", "/api/page", [MATCH], 412, []),
    ("a method that files do not know", "PUT", "/api/page", [], 405, []),
    ("a method that is not allowed", "POST", "/api/readonly", [], 405, [r"\[allowmethods:error\]"]),
    ("a missing page with a script for it", "GET", "/api/none", [], 404, []),
    ("an encoded slash", "GET", "/api/a%2Fb", [], 404, []),
    ("what nobody may see", "GET", "/api/forbidden", [], 403, [r"\[authz_core:error\]"]),
    ("a page gone, with a page for it", "GET", "/api/gone", [], 410, []),
    ("no password", "GET", "/api/members", [], 401, []),
    ("a password", "GET", "/api/members", [MEMBER], 200, []),
    ("a redirect to elsewhere", "GET", "/api/redirected", [], 302, []),
    ("a redirect to another page", "GET", "/api/moved", [], 301, []),
    ("a rewrite to elsewhere", "GET", "/api/rewritten", [], 307, []),
    ("a rewrite to another page", "GET", "/api/inside", [], 200, []),
    ("a rewrite to the front controller", "GET", "/api/front/x", [], 200, []),
    ("a directory's rewrite to the front controller", "GET", "/api/controlled/x", [], 200, []),
    ("a directory without its slash", "GET", "/api/listing", [], 301, []),
    ("a listing", "GET", "/api/listing/", [], 200, []),
    ("an index with a policy of its own", "GET", "/api/indexed/", [], 200, []),
    ("the fallback for a missing page", "GET", "/api/fallback/none", [], 200, []),
    ("a script", "GET", "/api/scripts/ok.sh", [], 200, []),
    ("a script's POST", "POST", "/api/scripts/ok.sh", [], 200, []),
    ("a script's 201", "GET", "/api/scripts/created.sh", [], 201, []),
    ("a script's 204", "GET", "/api/scripts/empty.sh", [], 204, []),
    ("a script's 418", "GET", "/api/scripts/teapot.sh", [], 418, []),
    ("a script's 500", "GET", "/api/scripts/broken.sh", [], 500, []),
    ("a script's redirect", "GET", "/api/scripts/away.sh", [], 302, []),
    ("a script's internal redirect", "GET", "/api/scripts/home.sh", [], 200, []),
    ("a script that dies", "GET", "/api/scripts/dies.sh", [], 500, [LOUD_DIES]),
    ("a backend", "GET", "/api/proxied/page", [], 200, []),
    ("a backend's missing page", "GET", "/api/proxied/none", [], 404, []),
    ("a backend's redirect", "GET", "/api/proxied/see", [], 303, []),
    ("a backend's error", "GET", "/api/proxied/scripts/broken.sh", [], 500, []),
    ("a backend that is down", "GET", "/api/down/page", [], 503, [r"\[proxy:error\]", r"\[proxy_http:error\]"]),
]
COLUMNS = "method, url, headers, status, loud"


@rows(COLUMNS, ANSWERS)
def test_shared_with_the_allowed_origin(server, method, url, headers, status, loud):
    for pattern in loud:
        server.log.expect(pattern)
    response = server.get(url, GOOD, *headers, method=method)
    assert (response.status, response.cors) == (status, shared(GOOD, credentials=True, expose="X-A"))


@rows(COLUMNS, ANSWERS)
def test_not_shared_with_others(server, method, url, headers, status, loud):
    for pattern in loud:
        server.log.expect(pattern)
    for origin in (EVIL, OTHER, None):
        response = server.get(url, origin, *headers, method=method)
        assert (response.status, response.cors) == (status, NOT_SHARED)


def test_a_target_has_its_own_policy_where_it_is_asked_for_itself(server):
    assert server.get("/elsewhere/front.sh", OTHER).cors == shared(OTHER)
    assert server.get("/elsewhere/front.sh", GOOD).cors == NOT_SHARED
    assert server.get("/untouched/gone.txt", GOOD).cors == UNTOUCHED


def test_a_url_without_policy_takes_that_of_its_error_document(server):
    response = server.get("/untouched/none", OTHER)
    assert (response.status, response.cors) == (404, shared(OTHER))


def test_the_same_connection_serves_many_origins(server):
    with server.connection() as connection:
        for origin, expected in ((GOOD, shared(GOOD, credentials=True, expose="X-A")), (EVIL, NOT_SHARED)) * 3:
            assert connection.request("GET", "/api/page", [("Origin", origin)]).cors == expected


def test_preflights_and_redirects_do_not_disturb_each_other(server):
    assert_answered(server.preflight("/api/redirected", GOOD), GOOD, credentials=True)
    assert server.get("/api/redirected", GOOD).all("Location") == ["https://elsewhere.example/"]


def test_a_removed_origin_header_was_an_origin_nevertheless(start):
    removing = Site()
    path = removing.location(policy("RequestHeader unset Origin"))
    assert start(removing).get(path, GOOD).cors == shared(GOOD)
