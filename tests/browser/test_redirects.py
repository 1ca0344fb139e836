# SPDX-License-Identifier: Apache-2.0
"""Redirects: what a script reaches through them, and that preflights are never redirected, which browsers forbid."""

from harness import rows

from stage import APP, APP_ORIGIN, STRANGER, Stage, shop
from verdict import DENIED, HIDDEN

OTHER = "api.other.localhost"

site = Stage(modules=["rewrite"])
site.add(
    f"""
    <LocationMatch "^/api(/|$)">
        {shop("CorsAllowMethods PUT", "CorsExposeHeaders X-Version", "CorsAllowCredentials On")}
    </LocationMatch>
    <Location /null>
        {shop("CorsDangerouslyAllow NullOrigin", "CorsAllowOrigin null")}
    </Location>
    <Location /any>
        CorsAllowOrigin *
        CorsAllowMethods PUT
    </Location>
    ScriptAliasMatch "^/(api|null|any|untouched)/echo" "${{ROOT}}/scripts/echo"
    Redirect 301 /api/301 /api/echo
    Redirect 302 /api/302 /api/echo
    Redirect 303 /api/303 /api/echo
    Redirect 307 /api/307 /api/echo
    Redirect 308 /api/308 /api/echo
    Redirect 302 /api/missing /api/none
    Redirect 302 /api/twice /api/302
    Redirect 307 /api/to/untouched /untouched/echo
    Redirect 307 /api/to/any http://{OTHER}:${{PORT}}/any/echo
    Redirect 307 /api/to/null http://{OTHER}:${{PORT}}/null/echo
    Redirect 307 /api/to/api http://{OTHER}:${{PORT}}/api/echo
    Redirect 307 /untouched/to/api /api/echo
    Redirect 302 /api/home {APP_ORIGIN}/untouched/echo
    Redirect 302 /any/home {APP_ORIGIN}/untouched/echo
    Redirect 302 /go/302 http://api.shop.localhost:${{PORT}}/api/echo
    Redirect 307 /go/307 http://api.shop.localhost:${{PORT}}/api/echo
    Redirect 307 /go/untouched http://api.shop.localhost:${{PORT}}/untouched/echo
    Redirect 302 /go/twice http://api.shop.localhost:${{PORT}}/api/302
    RewriteEngine On
    RewriteRule ^/api/rewritten$ /api/echo [R=307,L]
    RewriteRule ^/api/front/ /untouched/echo [PT,L]
    RewriteCond %{{HTTP:Authorization}} ^$
    RewriteCond %{{HTTP:Cookie}} !signed-in
    RewriteRule ^/api/signed http://{OTHER}:${{PORT}}/untouched/echo [R=302,L]
    <Directory "${{DOCROOT}}/api/list">
        DirectoryIndex index.txt
    </Directory>
    """
)
site.page("/api/list/index.txt", "the list")

GET = "fetch(url)"
JSON = "json('POST', 1)"
PUT = "json('PUT', 1)"
INCLUDE = "fetch(url, {credentials: 'include'})"


def go(path, method=None):
    """A script that starts at its own page's origin."""
    return f"json('{method}', 1, {{to: '{path}'}})" if method else f"fetch('{path}')"


# what the script does; where; what it comes to on the app's page and on a stranger's
REDIRECTS = [
    ("within the API, 301", GET, "/api/301", "200 GET", HIDDEN),
    ("within the API, 302", GET, "/api/302", "200 GET", HIDDEN),
    ("within the API, 303", GET, "/api/303", "200 GET", HIDDEN),
    ("within the API, 307", GET, "/api/307", "200 GET", HIDDEN),
    ("within the API, 308", GET, "/api/308", "200 GET", HIDDEN),
    ("within the API, with cookies", INCLUDE, "/api/302", "200 GET", HIDDEN),
    ("within the API, twice", GET, "/api/twice", "200 GET", HIDDEN),
    ("within the API, to what is not there", GET, "/api/missing", "404", HIDDEN),
    ("within the API, by a rewrite", GET, "/api/rewritten", "200 GET", HIDDEN),
    ("within the API, JSON that becomes a GET", JSON, "/api/302", "200 GET", DENIED),
    ("within the API, JSON", JSON, "/api/307", "200 POST 1", DENIED),
    ("within the API, JSON by a rewrite", JSON, "/api/rewritten", "200 POST 1", DENIED),
    ("within the API, PUT", PUT, "/api/308", "200 PUT 1", DENIED),
    ("within the API, PUT that stays one", PUT, "/api/302", "200 PUT 1", DENIED),
    ("to a directory's slash", GET, "/api/list", "200 the list", HIDDEN),
    ("to a directory's slash, a custom header", "get({'Content-Type': 'a/b'})", "/api/list", "200 the list", DENIED),
    ("to a front controller, which browsers do not notice", PUT, "/api/front/x", "200 PUT 1", DENIED),
    ("that the script is told of", "fetch(url).then(answer => answer.redirected)", "/api/302", True, HIDDEN),
    ("that the script does not follow", "fetch(url, {redirect: 'manual'})", "/api/302", "opaqueredirect", HIDDEN),
    ("to a URL without a policy", GET, "/api/to/untouched", HIDDEN, HIDDEN),
    ("to a URL without a policy, JSON", JSON, "/api/to/untouched", DENIED, DENIED),
    ("from a URL without a policy", GET, "/untouched/to/api", HIDDEN, HIDDEN),
    ("to another host, whose policy is the same: the origin is null now", GET, "/api/to/api", HIDDEN, HIDDEN),
    ("to another host, for any origin", GET, "/api/to/any", "200 GET", HIDDEN),
    ("to another host, for any origin, JSON", JSON, "/api/to/any", "200 POST 1", DENIED),
    ("to another host, where null is let in", GET, "/api/to/null", "200 GET", HIDDEN),
    ("to a sign-in page on another host", GET, "/api/signed", HIDDEN, HIDDEN),
    ("back to the app's own page", GET, "/api/home", HIDDEN, HIDDEN),
    ("back to the app's own page, from any origin's", GET, "/any/home", HIDDEN, HIDDEN),
    ("from the own page", go("/go/302"), "", "200 GET", HIDDEN),
    ("from the own page, JSON", go("/go/307", "POST"), "", "200 POST 1", DENIED),
    ("from the own page, PUT", go("/go/307", "PUT"), "", "200 PUT 1", DENIED),
    ("from the own page, on within the API", go("/go/twice"), "", "200 GET", HIDDEN),
    ("from the own page to a URL without a policy", go("/go/untouched"), "", HIDDEN, HIDDEN),
]


@rows("script, path, app, stranger", REDIRECTS)
def test_redirects(visitor, script, path, app, stranger):
    assert visitor.see(path, script, APP, STRANGER) == (app, stranger)
