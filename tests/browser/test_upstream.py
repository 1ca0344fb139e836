# SPDX-License-Identifier: Apache-2.0
"""CORS headers of others, and a shared cache: a browser that finds two origins in a response refuses both."""

from harness import rows

from stage import API, APP, APP_ORIGIN, PARTNER, PARTNER_ORIGIN, SIBLING, STRANGER, Stage, shop
from verdict import DENIED, HIDDEN

site = Stage(modules=["proxy", "proxy_http", "cache", "cache_socache", "socache_shmcb", "rewrite"])
ALLOW = "Header always set Access-Control-Allow-Origin"
ADD = "Header always add Access-Control-Allow-Origin"
WITH_COOKIES = "Header always set Access-Control-Allow-Credentials true"
BACKENDS = {
    "star": f"{ALLOW} *",
    "reflects": f'{ALLOW} "expr=%{{HTTP:Origin}}"\n{WITH_COOKIES}',
    "stale": f"{ALLOW} http://{STRANGER}:${{PORT}}\n{WITH_COOKIES}",
    "twice": f"{ADD} *\n{ADD} http://{APP}:${{PORT}}",
    "exposes": f"{ALLOW} *\nHeader always set Access-Control-Expose-Headers *",
    "cookies": WITH_COOKIES,
    "vary": "Header always set Vary Accept-Encoding",
    "busy": f'{ALLOW} *\nRedirect 503 "/backend/busy"',
    "answers": f"{ALLOW} *\nHeader always set Access-Control-Allow-Methods PUT\n"
    "Header always set Access-Control-Allow-Headers content-type",
}
for name, text in BACKENDS.items():
    site.add(f"<Location /backend/{name}>\n{text}\n</Location>")
for prefix, lines in {
    "api": [],
    "member": ["CorsAllowCredentials On"],
    "keep": ["CorsUpstreamHeaders Keep"],
    "pass": ["CorsPreflight PassThrough", "CorsUpstreamHeaders Keep"],
}.items():
    site.add(
        f"""
        ProxyPass /{prefix}/ http://127.0.0.1:${{BACKEND}}/backend/
        <LocationMatch "^/{prefix}/">
            {shop("CorsExposeHeaders X-Version", *lines)}
        </LocationMatch>
        """
    )
BESIDE = site.echo(f"{shop()}\n{ALLOW} *")
BESIDE_ADDED = site.echo(f"{shop()}\nHeader add Access-Control-Allow-Origin http://{STRANGER}:${{PORT}}")
BESIDE_TAKEN = site.echo(f"{shop()}\nHeader always unset Access-Control-Allow-Origin")
BOTH = shop("CorsExposeHeaders X-Cache", origin=f"{APP_ORIGIN} {PARTNER_ORIGIN}")
site.add(
    f"""
    ScriptAlias /backend "${{ROOT}}/scripts/echo"
    CacheSocache shmcb
    CacheHeader On
    CacheEnable socache /cached
    CacheIgnoreCacheControl On
    <Location /cached>
        {BOTH}
        Header set Cache-Control max-age=600
    </Location>
    """
)
CACHED = site.page("/cached")

GET = "fetch(url)"
INCLUDE = "fetch(url, {credentials: 'include'})"
JSON = "json('POST', 1)"
PUT = "json('PUT', 1)"
VERSION = "read(['X-Version', 'X-Node'])"

# what the script does; where; what it comes to on the app's page and on a stranger's
HEADERS = [
    ("a backend for any origin", GET, "/api/star", "200 GET", HIDDEN),
    ("a backend for any origin, JSON", JSON, "/api/star", "200 POST 1", DENIED),
    ("a backend for any origin, with cookies", INCLUDE, "/member/star", "200 GET", HIDDEN),
    ("a backend for whoever asks", GET, "/api/reflects", "200 GET", HIDDEN),
    ("a backend for whoever asks, with its cookies", INCLUDE, "/api/reflects", HIDDEN, HIDDEN),
    ("a backend for the stranger", INCLUDE, "/member/stale", "200 GET", HIDDEN),
    ("a backend that says it twice", GET, "/api/twice", "200 GET", HIDDEN),
    ("a backend that exposes more", VERSION, "/api/exposes", ["7", None], HIDDEN),
    ("a backend that would like cookies", INCLUDE, "/api/cookies", HIDDEN, HIDDEN),
    ("a backend with a Vary", GET, "/api/vary", "200 GET", HIDDEN),
    ("a backend that is busy", JSON, "/api/busy", "503", DENIED),
    ("a backend that answers preflights", PUT, "/api/answers", DENIED, DENIED),
    ("a backend that is left to answer preflights", PUT, "/pass/answers", "200 PUT 1", "200 PUT 1"),
    ("a backend that keeps its say", GET, "/keep/star", "200 GET", "200 GET"),
    ("a backend that keeps its say, headers", VERSION, "/keep/exposes", ["7", "backstage"], ["7", "backstage"]),
    ("a backend that has nothing to say", GET, "/keep/vary", "200 GET", HIDDEN),
    ("mod_headers' any origin", GET, BESIDE, "200 GET", HIDDEN),
    ("mod_headers' any origin, JSON", JSON, BESIDE, "200 POST 1", DENIED),
    ("mod_headers' other origin", GET, BESIDE_ADDED, "200 GET", HIDDEN),
    ("mod_headers that takes it away", GET, BESIDE_TAKEN, "200 GET", HIDDEN),
]


@rows("script, path, app, stranger", HEADERS)
def test_headers_of_others(visitor, script, path, app, stranger):
    assert visitor.see(path, script, APP, STRANGER) == (app, stranger)


# The browser's own cache keeps out of it.
FOUND = "read(['X-Cache'], fetch(url, {cache: 'no-store'})).then(([found]) => found.split(' ')[0])"

# who asks, one after the other; where it came from for each
TURNS = [
    ("the app first", [APP, PARTNER, SIBLING, API], ["MISS", "HIT", HIDDEN, "HIT"]),
    ("its partner first", [PARTNER, APP, STRANGER, PARTNER], ["MISS", "HIT", HIDDEN, "HIT"]),
    ("a stranger first", [STRANGER, APP, PARTNER, STRANGER], [HIDDEN, "HIT", "HIT", HIDDEN]),
    ("the API itself first", [API, APP, STRANGER, PARTNER], ["MISS", "HIT", HIDDEN, "HIT"]),
]


@rows("hosts, expected", TURNS)
def test_a_cache_on_the_server(visitor, hosts, expected):
    visitor.to(CACHED)
    seen = []
    for host in hosts:
        visitor.open(host)
        seen.append(visitor.run(FOUND))
    assert seen == expected
