# SPDX-License-Identifier: Apache-2.0
"""Internal redirects of every kind: the policy is that of the URL asked for, or, if it has none, that of the target."""

import pytest
from harness import Site, policy, rows
from harness.answer import NOT_SHARED, UNTOUCHED, answered, assert_answered, assert_denied, shared, tokens
from harness.paths import POLICY, assert_actual, assert_equal, assert_preflight, every_kind, families
from harness.site import EVIL, GOOD, OTHER

THEIRS = f"CorsAllowOrigin {OTHER}\nCorsExposeHeaders X-Other"
site = Site("TypesConfig /dev/null", modules="actions cgi mime negotiation rewrite".split())
site.add(
    f"""
    RewriteEngine On
    RewriteRule ^/[^/]+/passed /other/page [PT]
    RewriteRule ^/[^/]+/passed-down /other/directory/page [PT]
    RewriteRule ^/[^/]+/mapped ${{DOCROOT}}/plain/page
    <Location /other>
        {THEIRS}
    </Location>
    <DirectoryMatch "/htdocs/[^/]+/">
        Options ExecCGI MultiViews FollowSymLinks
        AddHandler cgi-script .sh
        AddHandler acted .acted
        AddHandler acted-twice .twice
        AddHandler type-map .var
        AddType text/html .html
        Action acted /other/script.sh virtual
        Action acted-twice /plain/home.sh virtual
    </DirectoryMatch>
    <DirectoryMatch "/htdocs/[^/]+/fallback">
        FallbackResource /other/script.sh
    </DirectoryMatch>
    <DirectoryMatch "/htdocs/[^/]+/index-elsewhere">
        DirectoryIndex /other/page
    </DirectoryMatch>
    <DirectoryMatch "/htdocs/[^/]+/index-script">
        DirectoryIndex /other/script.sh
    </DirectoryMatch>
    <DirectoryMatch "/htdocs/[^/]+/front">
        RewriteEngine On
        RewriteRule ^ /other/script.sh [L]
    </DirectoryMatch>
    <DirectoryMatch "/htdocs/[^/]+/missing">
        ErrorDocument 404 /other/script.sh
    </DirectoryMatch>
    <DirectoryMatch "/htdocs/[^/]+/">
        <Files "own.*">
            {THEIRS}
        </Files>
    </DirectoryMatch>
    <Directory "${{DOCROOT}}/by-htaccess">
        AllowOverride FileInfo
    </Directory>
    <Location /by-location>
        {POLICY}
    </Location>
    <Directory "${{DOCROOT}}/by-directory">
        {POLICY}
    </Directory>
    """
)
# URL below a base; status; what else is in Vary
REDIRECTS = {
    "Action": ("page.acted", 200),
    "Action, to a script that redirects": ("page.twice", 200),
    "FallbackResource": ("fallback/none", 200),
    "FallbackResource, for a directory": ("fallback/", 200),
    "DirectoryIndex, of another path": ("index-elsewhere/", 200),
    "DirectoryIndex, by a script": ("index-script/", 200),
    "DirectoryIndex, of a file with a policy": ("index/", 200),
    "MultiViews, of a file with a policy": ("views/own", 200, "negotiate"),
    "a type map": ("views/map.var", 200, "negotiate"),
    "a script's Location": ("home.sh", 200),
    "a script's Location, to no page": ("lost.sh", 404),
    "a front controller": ("front/a/b", 200),
    "ErrorDocument": ("missing/page", 404),
}
BASES = ("by-location", "by-directory", "by-htaccess", "bare", "plain")
HEADER = ("echo 'Access-Control-Allow-Origin: *'", "echo 'Content-Type: text/plain'")

site.script("/other/script.sh", *HEADER, "echo", "echo script")
site.page("/other/page")
site.page("/other/directory/page")
for base in BASES:
    site.script(f"/{base}/home.sh", "echo 'Location: /other/page'", "echo")
    site.script(f"/{base}/lost.sh", "echo 'Location: /other/none'", "echo")
    site.page(f"/{base}/views/map.var", "URI: own.html\nContent-Type: text/html\n")
    site.page(f"/{base}/index/index.html")
    for name in (
        "page", "page.acted", "page.twice", "fallback/page", "index-elsewhere/x", "index-script/x", "views/own.html",
        "front/page", "missing/x",
    ):
        site.page(f"/{base}/{name}")
site.add(
    f"""
    <Files index.html>
        {THEIRS}
    </Files>
    """
)
site.file("htdocs/by-htaccess/.htaccess", POLICY + "\n")


WITH = {
    "the URL is redirected internally": [
        (f"{name}, policy {base}", f"/{base}/{path}", *more)
        for name, (path, *more) in REDIRECTS.items() for base in ("by-location", "by-directory", "by-htaccess")
    ],
    "the URL is rewritten to another": [
        ("[PT]", "/by-location/passed", 200),
        ("[PT], to a directory", "/by-location/passed-down", 200),
        ("without [PT]", "/by-location/mapped", 200),
    ],
}
WITHOUT = {
    "the URL is redirected internally, and has no policy": [
        (name, f"/bare/{path}", *more) for name, (path, *more) in REDIRECTS.items()
    ],
    "the URL is rewritten to another before its file is known": [
        (f"[PT], {base}", f"/{base}/passed", 200) for base in ("bare", "by-directory", "by-htaccess")
    ],
}


@families("url, status, vary", WITH, actual="by policy")
@every_kind
def test_the_policy_is_that_of_the_url_asked_for(server, kind, url, status, vary):
    assert_actual(server, kind, ("GET", url), status, vary=vary)


@families("url, status, vary", WITH, preflight="answered")
@pytest.mark.parametrize("kind", ["allowed", "denied"])
def test_of_preflights_too(server, kind, url, status, vary):
    assert_preflight(server, kind, url, status)


@families("url, status, vary", WITHOUT, actual="by the target's policy")
@rows(
    "origin, expected",
    [
        ("allowed there", OTHER, shared(OTHER, expose="X-Other")),
        ("allowed elsewhere", GOOD, NOT_SHARED),
        ("allowed nowhere", EVIL, NOT_SHARED),
    ],
)
def test_the_policy_is_that_of_the_target(server, url, status, vary, origin, expected):
    response = server.get(url, origin)
    vary = {"Vary": tokens(f"Origin, {vary}")} if vary else {}
    assert_equal((response.status, response.cors), (status, expected | vary))


ASKED = {family: [row for row in block if row[0] != "ErrorDocument"] for family, block in WITHOUT.items()}


@families("url, status, vary", ASKED, preflight="answered by the target's policy")
def test_preflights_by_the_targets_policy(server, url, status, vary):
    assert_answered(server.preflight(url, OTHER), OTHER)
    assert_denied(server.preflight(url, EVIL), "origin-not-allowed")


def test_without_any_policy_nothing_is_touched(server):
    assert server.get("/plain/page", GOOD).cors == server.get("/bare/mapped", GOOD).cors == UNTOUCHED


@rows("more", [("alone", ""), ("beside policies of files", f"<Files x>\n{POLICY}\n</Files>")])
def test_the_policy_of_a_virtual_host_is_one(start, more):
    beside = Site(f"RewriteEngine On\nRewriteRule ^/asked /other/page [PT]\n{policy()}\n{more}", modules=["rewrite"])
    beside.add(f"<Location /other>\n{THEIRS}\n</Location>")
    beside.page("/other/page")
    server = start(beside)
    assert server.get("/asked", GOOD).cors == shared(GOOD)
    assert server.get("/asked", OTHER).cors == NOT_SHARED
    assert server.preflight("/asked", GOOD).cors == answered(GOOD)
