# SPDX-License-Identifier: Apache-2.0
"""Errors: a script on the list sees the status, and never a "CORS error" in its place; a stranger sees nothing."""

from harness import rows

from stage import APP, STRANGER, Stage, shop
from verdict import DENIED, HIDDEN

STATUS = """\
#!/bin/sh
# Answers with the status that the query begins with.
cat >/dev/null
echo "Status: ${QUERY_STRING%%&*}"
echo "Content-Type: text/plain"
echo
echo "said by a script"
"""

site = Stage(modules=["proxy", "proxy_http", "rewrite", "allowmethods", "actions"])
site.add(
    f"""
    <LocationMatch "^/api/">
        {shop("CorsAllowMethods PUT DELETE")}
    </LocationMatch>
    <Location /api/forbidden>
        Require all denied
    </Location>
    <Location /api/stranger-forbidden>
        Require expr "%{{HTTP:Origin}} -strmatch '*//{APP}:*'"
    </Location>
    <Location /api/small>
        LimitRequestBody 10
    </Location>
    <Location /api/readonly>
        AllowMethods GET
    </Location>
    <Location /api/excused>
        ErrorDocument 404 "nothing of that name"
    </Location>
    <Location /api/excused/by-page>
        ErrorDocument 404 /sorry.txt
    </Location>
    <Location /api/excused/by-script>
        ErrorDocument 404 /cgi/status?404
    </Location>
    <Directory "${{DOCROOT}}/api/broken">
        AllowOverride All
    </Directory>
    Redirect gone /api/gone
    Redirect 503 /api/closed
    RewriteEngine On
    RewriteRule ^/api/rewritten - [F]
    ProxyPass /api/down http://127.0.0.1:1/
    ProxyPass /api/backend http://127.0.0.1:${{BACKEND}}/cgi
    ScriptAlias /api/script "${{ROOT}}/scripts"
    ScriptAlias /cgi "${{ROOT}}/scripts"
    """
)
for name in ("forbidden", "page", "small", "readonly", "stranger-forbidden"):
    site.page(f"/api/{name}")
site.page("/sorry.txt", "sorry")
site.page("/api/broken/page")
site.file("htdocs/api/broken/.htaccess", "NoSuchDirective On\n")
site.file("scripts/dies", "#!/bin/sh\ncat >/dev/null\nexit 1\n", mode=0o755)
site.file("scripts/status", STATUS, mode=0o755)

GET = "fetch(url)"
TEXT = "fetch(url, {method: 'POST', body: 'longer than ten bytes'})"
JSON = "json('POST', {name: 'longer than ten bytes'})"
PUT = "json('PUT', {name: 'longer than ten bytes'})"
DELETE = "fetch(url, {method: 'DELETE'})"
DIES = r"\[cgid?:error\].*End of script output before headers"
DOWN = r"\[proxy(_http)?:error\]"
BROKEN = r"\[core:alert\].*NoSuchDirective"
FORBIDDEN = r"\[authz_core:error\] AH01630"

# what the script does; where; what it comes to on the app's page and on a stranger's; what the error log says
ERRORS = [
    ("403", GET, "/api/forbidden", "403", HIDDEN, FORBIDDEN),
    ("403 to JSON", JSON, "/api/forbidden", "403", DENIED, FORBIDDEN),
    ("403 to everybody but the app", PUT, "/api/stranger-forbidden", "405", DENIED, None),
    ("403 of a rewrite", GET, "/api/rewritten", "403", HIDDEN, None),
    ("403 of a rewrite, to JSON", JSON, "/api/rewritten", "403", DENIED, None),
    ("404", GET, "/api/none", "404", HIDDEN, None),
    ("404 to JSON", JSON, "/api/none", "404", DENIED, None),
    ("404 to HEAD", "fetch(url, {method: 'HEAD'})", "/api/none", "404", HIDDEN, None),
    ("404 of an encoded slash", DELETE, "/api/a%2Fb", "404", DENIED, None),
    ("404 in the server's own words", GET, "/api/excused/none", "404", HIDDEN, None),
    ("404 with a page of no policy", GET, "/api/excused/by-page/none", "404 sorry", HIDDEN, None),
    ("404 with a page of no policy, to JSON", JSON, "/api/excused/by-page/none", "404 sorry", DENIED, None),
    ("404 with a script", JSON, "/api/excused/by-script/none", "404 said by a script", DENIED, None),
    ("405 of a file", PUT, "/api/page", "405", DENIED, None),
    ("405 of a method that is not allowed", DELETE, "/api/readonly", "405", DENIED, r"\[allowmethods:error\]"),
    ("410", GET, "/api/gone", "410", HIDDEN, None),
    ("413 to JSON", JSON, "/api/small", "413", DENIED, None),
    ("413 to text", TEXT, "/api/small", "413", HIDDEN, None),
    ("418 of a script", GET, "/api/script/status?418", "418 said by a script", HIDDEN, None),
    ("422 of a script to JSON", JSON, "/api/script/status?422", "422 said by a script", DENIED, None),
    ("500 of a script", GET, "/api/script/status?500", "500 said by a script", HIDDEN, None),
    ("500 of a script that dies", GET, "/api/script/dies", "500", HIDDEN, DIES),
    ("500 of a script that dies of JSON", JSON, "/api/script/dies", "500", DENIED, DIES),
    ("500 of a broken .htaccess", GET, "/api/broken/page", "500", HIDDEN, BROKEN),
    ("404 of a backend", GET, "/api/backend/none", "404", HIDDEN, r"\[cgid?:error\]"),
    ("429 of a backend", JSON, "/api/backend/status?429", "429 said by a script", DENIED, None),
    ("500 of a backend", GET, "/api/backend/dies", "500", HIDDEN, DIES),
    ("503 of a backend that is down", GET, "/api/down", "503", HIDDEN, DOWN),
    ("503 of a backend that is down, to JSON", JSON, "/api/down", "503", DENIED, DOWN),
    ("503 of a backend that is down, to PUT", PUT, "/api/down/x", "503", DENIED, DOWN),
    ("503 of a closed shop", DELETE, "/api/closed", "503", DENIED, None),
]


@rows("script, path, app, stranger, loud", ERRORS)
def test_read_through(visitor, script, path, app, stranger, loud):
    if loud:
        visitor.server.log.expect(loud)
    assert visitor.see(path, script, APP, STRANGER) == (app, stranger)
