# SPDX-License-Identifier: Apache-2.0
"""fetch: what a script may send and what it gets to see, on the app's page, a stranger's, and the API's own."""

from harness import rows

from stage import API, APP, STRANGER, Stage, shop
from verdict import DENIED, HIDDEN, OPAQUE

site = Stage()
READ = site.echo(shop())
WRITE = site.echo(shop("CorsAllowMethods PUT PATCH DELETE"))
KEYS = site.echo(shop("CorsAllowHeaders X-Api-Key Authorization"))
SHOWN = site.echo(shop("CorsExposeHeaders X-Version"))
ALL_SHOWN = site.echo(shop("CorsExposeHeaders *"))
FILE = site.location(shop())
RANGES = site.location(shop("CorsAllowHeaders Range If-None-Match", "CorsExposeHeaders Content-Range"))

# what the script does; its text; where; what it comes to on the app's page, on a stranger's, on the API's own
METHODS = [
    ("GET", "fetch(url)", READ, "200 GET", HIDDEN, "200 GET"),
    ("HEAD", "fetch(url, {method: 'HEAD'})", READ, "200", HIDDEN, "200"),
    ("POST of text", "fetch(url, {method: 'POST', body: 'hello'})", READ, "200 POST hello", HIDDEN, "200 POST hello"),
    (
        "POST of a form", "fetch(url, {method: 'POST', body: new URLSearchParams({a: 1})})", READ,
        "200 POST a=1", HIDDEN, "200 POST a=1",
    ),
    ("POST of JSON", "json('POST', {a: 1})", READ, '200 POST {"a":1}', DENIED, '200 POST {"a":1}'),
    ("PUT", "json('PUT', {a: 1})", WRITE, '200 PUT {"a":1}', DENIED, '200 PUT {"a":1}'),
    ("PATCH", "json('PATCH', {a: 1})", WRITE, '200 PATCH {"a":1}', DENIED, '200 PATCH {"a":1}'),
    ("DELETE", "fetch(url, {method: 'DELETE'})", WRITE, "200 DELETE", DENIED, "200 DELETE"),
    ("put, which browsers send as PUT", "json('put', 1)", WRITE, "200 PUT 1", DENIED, "200 PUT 1"),
    ("patch, which browsers leave as it is", "json('patch', 1)", WRITE, DENIED, DENIED, "200 patch 1"),
    ("PUT where it is not listed", "json('PUT', 1)", READ, DENIED, DENIED, "200 PUT 1"),
    ("DELETE where it is not listed", "fetch(url, {method: 'DELETE'})", READ, DENIED, DENIED, "200 DELETE"),
    ("a method that nobody lists", "fetch(url, {method: 'PURGE'})", WRITE, DENIED, DENIED, "200 PURGE"),
    ("GET without CORS", "fetch(url, {mode: 'no-cors'})", READ, OPAQUE, OPAQUE, "200 GET"),
    ("PUT that may outlive its page", "json('PUT', 1, {keepalive: true})", WRITE, "200 PUT 1", DENIED, "200 PUT 1"),
]
REQUEST_HEADERS = [
    ("one that is listed", "get({'X-Api-Key': 'k7'})", KEYS, "200 GET k7", DENIED, "200 GET k7"),
    ("one that is listed, in other letters", "get({'x-aPI-kEY': 'k7'})", KEYS, "200 GET k7", DENIED, "200 GET k7"),
    ("one that is not listed", "get({'X-Other': '1'})", KEYS, DENIED, DENIED, "200 GET"),
    ("one of each", "get({'X-Api-Key': 'k7', 'X-Other': '1'})", KEYS, DENIED, DENIED, "200 GET k7"),
    ("Authorization where it is listed", "get({Authorization: 'Bearer t'})", KEYS, "200 GET", DENIED, "200 GET"),
    ("Authorization where it is not", "get({Authorization: 'Bearer t'})", READ, DENIED, DENIED, "200 GET"),
    (
        "several, and JSON", "json('POST', 1, {headers: {'X-Api-Key': 'k7', Authorization: 'Bearer t'}})", KEYS,
        "200 POST 1 k7", DENIED, "200 POST 1 k7",
    ),
    ("Accept", "get({Accept: 'application/json'})", READ, "200 GET", HIDDEN, "200 GET"),
    ("Accept, too long to be safe", "get({Accept: 'text/plain,'.repeat(20)})", READ, "200 GET", DENIED, "200 GET"),
    ("Content-Language", "get({'Content-Language': 'fr'})", READ, "200 GET", HIDDEN, "200 GET"),
    ("Content-Language, in odd bytes", "get({'Content-Language': 'fr_FR'})", READ, "200 GET", DENIED, "200 GET"),
    ("X-Requested-With", "get({'X-Requested-With': 'XMLHttpRequest'})", READ, DENIED, DENIED, "200 GET"),
    ("Cache-Control", "get({'Cache-Control': 'no-cache'})", READ, DENIED, DENIED, "200 GET"),
    ("traceparent", "get({traceparent: '00-1-1-00'})", READ, DENIED, DENIED, "200 GET"),
    ("Range of the first bytes, which is safe", "get({Range: 'bytes=0-1'})", FILE, "206 ok", HIDDEN, "206 ok"),
    ("Range of the last bytes", "get({Range: 'bytes=-2'})", FILE, DENIED, DENIED, "206 k"),
    ("Range of the last bytes where it is listed", "get({Range: 'bytes=-2'})", RANGES, "206 k", DENIED, "206 k"),
    ("If-None-Match where it is listed", "get({'If-None-Match': '*'})", RANGES, "304", DENIED, "304"),
]
VERSION = "read(['X-Version', 'X-Node'])"
RESPONSE_HEADERS = [
    ("exposed and not exposed", VERSION, SHOWN, ["7", None], HIDDEN, ["7", "backstage"]),
    ("none is exposed", VERSION, READ, [None, None], HIDDEN, ["7", "backstage"]),
    ("all are exposed", VERSION, ALL_SHOWN, ["7", "backstage"], HIDDEN, ["7", "backstage"]),
    (
        "after a preflight", "read(['X-Version', 'X-Node'], json('POST', 1))", SHOWN,
        ["7", None], DENIED, ["7", "backstage"],
    ),
    ("every script may see", "read(['Cache-Control'])", READ, ["no-store"], HIDDEN, ["no-store"]),
    ("Content-Length", "read(['Content-Length'])", FILE, ["3"], HIDDEN, ["3"]),
    (
        "Content-Range", "read(['Content-Range'], get({Range: 'bytes=0-1'}))", RANGES,
        ["bytes 0-1/3"], HIDDEN, ["bytes 0-1/3"],
    ),
    ("the policy's own", "read(['Access-Control-Allow-Origin', 'Vary'])", READ, [None, None], HIDDEN, [None, "Origin"]),
]


@rows("script, path, app, stranger, home", METHODS)
def test_methods(visitor, script, path, app, stranger, home):
    assert visitor.see(path, script, APP, STRANGER, API) == (app, stranger, home)


@rows("script, path, app, stranger, home", REQUEST_HEADERS)
def test_request_headers(visitor, script, path, app, stranger, home):
    assert visitor.see(path, script, APP, STRANGER, API) == (app, stranger, home)


@rows("script, path, app, stranger, home", RESPONSE_HEADERS)
def test_response_headers(visitor, script, path, app, stranger, home):
    assert visitor.see(path, script, APP, STRANGER, API) == (app, stranger, home)
