# SPDX-License-Identifier: Apache-2.0
"""Where only server, virtual host and <Location> hold policies, preflights cost no look at the file system."""

import pytest
from harness import Httpd, Site
from harness.answer import UNTOUCHED
from harness.paths import (
    ANSWERED, POLICY, assert_actual, assert_policy_answers, assert_preflight, every_kind, families, origin_of,
)
from harness.site import GOOD
from harness.strace import files_of

OTHERS = """
    <VirtualHost 127.0.0.1:${PORT}>
        ServerName localhost
        RewriteEngine On
        RewriteRule ^/rewritten https://elsewhere.example/ [R=301,L]
        RewriteRule ^/forbidden - [F]
        RewriteCond %{REQUEST_METHOD} =OPTIONS
        RewriteRule ^/recipe - [R=200,L]
        Redirect 302 /redirect https://elsewhere.example/
        Redirect 451 /unavailable
        ProxyPass /proxied http://127.0.0.1:1/
        <Location /shut>
            Require all denied
        </Location>
        <Directory "${DOCROOT}/moved">
            Redirect 308 /moved https://elsewhere.example/
        </Directory>
        <Directory "${DOCROOT}">
            Options FollowSymLinks
            AllowOverride AuthConfig Limit
        </Directory>
        INSIDE
    </VirtualHost>
"""
# A condition may ask for the name of the file, so that httpd has to find it first.
CONDITIONS = {
    "an <If>": f'<If "%{{REQUEST_URI}} =~ m#^/#">\n{POLICY}\n</If>',
    "an <If> in a <Location>": f'<Location />\n<If "-n %{{HTTP_HOST}}">\n{POLICY}\n</If>\n</Location>',
}
INSIDE = {
    "a virtual host": POLICY,
    "a <Location>": f"<Location />\n{POLICY}\n</Location>",
    "a <LocationMatch>": f'<LocationMatch "^/">\n{POLICY}\n</LocationMatch>',
    **CONDITIONS,
    "several at once": f"<Location />\nCorsAllowMethods PUT DELETE\n</Location>\n{POLICY}\nCorsAllowMethods PATCH",
}
PLACES = ["the server", *INSIDE]


def build(place):
    """A site whose policy stands there and nowhere else."""
    site = Site(modules=["rewrite", "proxy", "proxy_http", "allowmethods"])
    if place == "the server":
        site.add(POLICY)
    site.add(OTHERS.replace("INSIDE", INSIDE.get(place, "")))
    for path in ("/page", "/dir/file", "/moved/page", "/deep/er/and/deeper/page", "/marker"):
        site.page(path)
    return site


@pytest.fixture(scope="module", params=PLACES)
def server(request):
    """A server for each place of a policy."""
    with Httpd(build(request.param)) as running:
        yield running


# URL; what OPTIONS gets without an Origin; what the log then says
PREFLIGHTS = {
    "the policy is fixed before the file is known": [
        ("a page", "/page", 200),
        ("no page", "/none", 200),
        ("a page far down", "/deep/er/and/deeper/page", 200),
        ("a directory without its slash", "/dir", 301),
        ("an encoded slash", "/a%2Fb", 404),
        ("a longer way", "/dir/../page", 200),
        ("escapes", "/%70age", 200),
        ("Redirect", "/redirect", 302),
        ("Redirect with a status of its own", "/unavailable", 451),
        ("Redirect in <Directory>", "/moved/page", 308),
        ("RewriteRule [R]", "/rewritten", 301),
        ("RewriteRule [F]", "/forbidden", 403),
        ("a rule of old for OPTIONS", "/recipe", 200),
        ("a dead backend", "/proxied/x", 503, [r"\[proxy:error\]", r"\[proxy_http:error\]"]),
        ("access denied", "/shut", 403, r"\[authz_core:error\]"),
    ]
}


@families("url, left, loud", PREFLIGHTS, preflight="answered")
@every_kind
def test_answered(server, kind, url, left, loud):
    assert_preflight(server, kind, url, left, loud)


@every_kind
def test_the_actual_request(server, kind):
    assert_actual(server, kind, ("GET", "/page"), 200)
    assert_actual(server, kind, ("GET", "/redirect"), 302)


@pytest.mark.parametrize("server", [place for place in PLACES if place not in CONDITIONS], indirect=True)
def test_no_file_is_looked_at(server):
    pages = server.root.path / "htdocs"
    with files_of(server) as trace:
        for _, url, *_ in PREFLIGHTS["the policy is fixed before the file is known"]:
            for kind in ("allowed", "denied", "malformed"):
                assert_policy_answers(server.preflight(url, origin_of(kind, server), "PUT", "authorization"), kind)
        assert server.get("/marker").status == 200
        assert trace.before(pages / "marker", pages) == []
        assert server.get("/page").status == 200
        assert trace.before(pages / "page", pages) != []


def test_a_condition_on_the_file_is_met_where_it_is(start):
    site = Site(f"<If \"-f '%{{REQUEST_FILENAME}}'\">\n{POLICY}\n</If>")
    site.page("/page")
    server = start(site)
    assert_policy_answers(server.preflight("/page", GOOD, "PUT", "authorization"), "allowed")
    assert_actual(server, "allowed", ("GET", "/page"), 200)
    assert server.preflight("/none", GOOD).cors == server.get("/none", GOOD).cors == UNTOUCHED


def test_a_policy_that_hangs_on_the_file_is_found_nevertheless(start):
    text = OTHERS.replace("INSIDE", "<Location />\nCorsMaxAge 5\n</Location>")
    site = Site(text, modules=["rewrite", "proxy", "proxy_http"])
    site.page("/dir/file")
    site.add(f'<Directory "${{DOCROOT}}/dir">\n{POLICY}\nCorsMaxAge 600\n</Directory>')
    response = start(site).preflight("/dir/file", GOOD)
    assert (response.status, response.cors) == (204, {**ANSWERED, "Access-Control-Max-Age": "5"})
