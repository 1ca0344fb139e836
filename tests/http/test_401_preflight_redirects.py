# SPDX-License-Identifier: Apache-2.0
"""A preflight may not be redirected: it is answered, or denied, at the URL that was asked for."""

from harness import Site
from harness.paths import ANSWERED, POLICY, assert_preflight, every_kind, families
from harness.site import GOOD

AWAY = "https://elsewhere.example/"
site = Site(modules=["rewrite", "speling", "negotiation", "mime", "autoindex"])
site.add(
    f"""
    TypesConfig /dev/null
    RewriteEngine On
    RewriteRule ^/server/moved {AWAY} [R=301,L]
    RewriteRule ^/server/forbidden - [F]
    RewriteRule ^/server/gone - [G]
    RewriteRule ^/server/missing - [R=404]
    RewriteRule ^/server/maintenance - [R=503]
    RewriteRule ^/server/legal - [R=451]
    RewriteRule ^/server/refused - [R=405]
    RewriteCond %{{REQUEST_METHOD}} =OPTIONS
    RewriteRule ^/server/recipe(.*) - [R=204,L]
    RewriteCond %{{REQUEST_METHOD}} =OPTIONS
    RewriteRule ^/server/old-recipe(.*) $1 [R=200,L]
    RewriteRule ^/server/front /server/page [PT]
    RewriteRule ^/server/inside /server/page
    RewriteRule ^/by-directory/moved {AWAY} [R=301,L]
    RewriteRule ^/by-directory/gone - [G]
    Redirect 302 /server/redirect {AWAY}
    Redirect 302 /by-directory/redirect {AWAY}
    Redirect 302 /by-htaccess/redirect {AWAY}
    RedirectMatch 307 ^/server/match {AWAY}
    Redirect 451 /server/unavailable
    Redirect gone /server/left
    Redirect 503 /server/closed
    <Location /server>
        {POLICY}
    </Location>
    <Location /server/section>
        Redirect 308 {AWAY}
    </Location>
    <Location /server/status>
        CorsPreflightStatus 299
        Redirect 302 {AWAY}
    </Location>
    <Location /server/if>
        <If "true">
            Redirect 302 {AWAY}
        </If>
    </Location>
    <DirectoryMatch "/htdocs/(by-directory|directory)">
        {POLICY}
    </DirectoryMatch>
    <Directory "${{DOCROOT}}/by-htaccess">
        AllowOverride All
    </Directory>
    <Directory "${{DOCROOT}}/directory">
        Options FollowSymLinks
        RewriteEngine On
        RewriteRule ^moved {AWAY} [R=301,L]
        RewriteRule ^forbidden - [F]
        RewriteRule ^gone - [G]
        RewriteRule ^inside page [L]
        RewriteCond %{{REQUEST_METHOD}} =OPTIONS
        RewriteRule ^recipe - [R=204,L]
        RedirectMatch 307 /match$ {AWAY}
    </Directory>
    <Directory "${{DOCROOT}}/directory/spelling">
        CheckSpelling On
    </Directory>
    <Directory "${{DOCROOT}}/directory/typed">
        Options MultiViews FollowSymLinks
        AddType text/html .html
    </Directory>
    """
)
HTACCESS = f"""
{POLICY}
Options FollowSymLinks
RewriteEngine On
RewriteRule ^moved {AWAY} [R=301,L]
RewriteRule ^forbidden - [F]
RewriteRule ^gone - [G]
RewriteRule ^inside page [L]
RewriteRule ^front /server/page [L]
RedirectMatch 307 /match$ {AWAY}
"""
site.file("htdocs/by-htaccess/.htaccess", HTACCESS)
for path in (
    "/server/page", "/server/section", "/server/if", "/server/bare/file", "/by-directory/page", "/by-htaccess/page",
    "/directory/page", "/directory/spelling/word", "/directory/typed/page.html", "/directory/index/index.html",
    "/directory/bare/file",
):
    site.page(path)

# URL; what OPTIONS gets without an Origin
PREFLIGHTS = {
    "a redirect applies": [
        ("Redirect", "/server/redirect", 302),
        ("RedirectMatch", "/server/match/x", 307),
        ("Redirect in <Location>", "/server/section", 308),
        ("Redirect in <If>", "/server/if", 302),
        ("Redirect with a status of its own", "/server/unavailable", 451),
        ("Redirect above a <Directory> with the policy", "/by-directory/redirect", 302),
        ("Redirect above a .htaccess with the policy", "/by-htaccess/redirect", 302),
        ("RedirectMatch in <Directory>", "/directory/match", 307),
        ("RedirectMatch in .htaccess", "/by-htaccess/match", 307),
        ("RewriteRule [R]", "/server/moved", 301),
        ("RewriteRule [R] above a <Directory> with the policy", "/by-directory/moved", 301),
        ("RewriteRule [R] in <Directory>", "/directory/moved", 301),
        ("RewriteRule [R] in .htaccess", "/by-htaccess/moved", 301),
        ("a spelling corrected", "/directory/spelling/wrod", 200),
    ],
    "a rule says forbidden, gone or missing": [
        ("RewriteRule [F]", "/server/forbidden", 403),
        ("RewriteRule [F] in <Directory>", "/directory/forbidden", 403),
        ("RewriteRule [F] in .htaccess", "/by-htaccess/forbidden", 403),
        ("RewriteRule [G]", "/server/gone", 410),
        ("RewriteRule [G] above a <Directory> with the policy", "/by-directory/gone", 410),
        ("RewriteRule [G] in <Directory>", "/directory/gone", 410),
        ("RewriteRule [G] in .htaccess", "/by-htaccess/gone", 410),
        ("RewriteRule [R=404]", "/server/missing", 404),
        ("RewriteRule [R=405]", "/server/refused", 405),
        ("RewriteRule [R=451]", "/server/legal", 451),
        ("Redirect gone", "/server/left", 410),
        ("Redirect 503", "/server/closed", 503),
        ("RewriteRule [R=503]", "/server/maintenance", 503),
    ],
    "a rewrite rule of old answers every OPTIONS": [
        ("with 204", "/server/recipe", 204),
        ("with 200", "/server/old-recipe", 200),
        ("with 204, in <Directory>", "/directory/recipe", 204),
    ],
    "the URL is rewritten to another": [
        ("[PT]", "/server/front", 200),
        ("without [PT]", "/server/inside", 200),
        ("in <Directory>", "/directory/inside", 200),
        ("in .htaccess", "/by-htaccess/inside", 200),
        ("in .htaccess, to another policy", "/by-htaccess/front", 200),
    ],
    "a directory is asked for": [
        ("without its slash", "/directory/bare", 301),
        ("without its slash, in a <Location>", "/server/bare", 301),
        ("with an index", "/directory/index/", 200),
        ("without an index", "/directory/bare/", 200),
        ("without its slash, with an index", "/directory/index", 301),
    ],
    "a file is found by negotiation": [
        ("MultiViews", "/directory/typed/page", 200),
    ],
}


@families("url, left", PREFLIGHTS, preflight="answered")
@every_kind
def test_answered_where_it_was_asked(server, kind, url, left):
    assert_preflight(server, kind, url, left)


def test_the_status_is_the_policys(server):
    response = server.preflight("/server/status", GOOD, "PUT", "authorization")
    assert (response.status, response.body, response.cors) == (299, "", ANSWERED)
    assert (response.all("Content-Length"), response.all("Location"), response.all("Content-Type")) == (["0"], [], [])
