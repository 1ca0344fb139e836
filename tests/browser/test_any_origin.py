# SPDX-License-Identifier: Apache-2.0
"""Stars: the policy for any origin, which cookies are never part of, and any method or header for an app."""

from harness import rows

from stage import API, APP, STRANGER, Stage, shop
from verdict import DENIED, HIDDEN

site = Stage()
ANY = site.echo("CorsAllowOrigin *")
ANY_WRITE = site.echo("CorsAllowOrigin *\nCorsAllowMethods *\nCorsAllowHeaders *\nCorsExposeHeaders *")
ANY_AUTH = site.echo("CorsAllowOrigin *\nCorsAllowHeaders * Authorization")
ANY_BUT = site.echo(f"CorsAllowOrigin *\nCorsDenyOrigin http://{STRANGER}:*")
EVERY = "CorsAllowMethods *", "CorsAllowHeaders *"
APP_STARS = site.echo(shop(*EVERY))
APP_STARS_AUTH = site.echo(shop(*EVERY, "CorsAllowHeaders Authorization"))
MEMBER = site.echo(shop(*EVERY, "CorsAllowCredentials On"))
MEMBER_AUTH = site.echo(shop(*EVERY, "CorsAllowHeaders Authorization", "CorsAllowCredentials On"))

GET = "fetch(url)"
INCLUDE = "fetch(url, {credentials: 'include'})"
JSON = "json('POST', 1)"
JSON_INCLUDE = "json('POST', 1, {credentials: 'include'})"
XHR = "xhr('GET', null, request => { request.withCredentials = true; })"
KEY = "get({'X-Api-Key': 'k7'})"
TOKEN = "get({Authorization: 'Bearer t'})"
EVERYTHING = "json('PATCH', 1, {headers: {'X-Api-Key': 'k7', 'X-Other': '1'}})"
TOKEN_INCLUDE = "get({Authorization: 'Bearer t'}, {credentials: 'include'})"
EVERYTHING_INCLUDE = "json('PATCH', 1, {headers: {'X-Api-Key': 'k7', 'X-Other': '1'}, credentials: 'include'})"
STAR_METHOD = "fetch(url, {method: '*', credentials: 'include'})"

# what the script does; where; what it comes to on the app's page, on a stranger's, on the API's own
STARS = [
    ("any origin, GET", GET, ANY, "200 GET", "200 GET", "200 GET"),
    ("any origin, JSON", JSON, ANY, "200 POST 1", "200 POST 1", "200 POST 1"),
    ("any origin, PUT that is not listed", "json('PUT', 1)", ANY, DENIED, DENIED, "200 PUT 1"),
    ("any origin, a header that is not listed", KEY, ANY, DENIED, DENIED, "200 GET k7"),
    ("any origin, with cookies", INCLUDE, ANY, HIDDEN, HIDDEN, "200 GET"),
    ("any origin, XHR with cookies", XHR, ANY, HIDDEN, HIDDEN, "200 GET"),
    ("any origin, JSON with cookies", JSON_INCLUDE, ANY, DENIED, DENIED, "200 POST 1"),
    ("any origin but the stranger", GET, ANY_BUT, "200 GET", HIDDEN, "200 GET"),
    ("any origin but the stranger, JSON", JSON, ANY_BUT, "200 POST 1", DENIED, "200 POST 1"),
    ("any origin but the stranger, with cookies", INCLUDE, ANY_BUT, HIDDEN, HIDDEN, "200 GET"),
    ("any of everything", EVERYTHING, ANY_WRITE, "200 PATCH 1 k7", "200 PATCH 1 k7", "200 PATCH 1 k7"),
    ("any of everything, PURGE", "fetch(url, {method: 'PURGE'})", ANY_WRITE, "200 PURGE", "200 PURGE", "200 PURGE"),
    ("any of everything, patch", "json('patch', 1)", ANY_WRITE, "200 patch 1", "200 patch 1", "200 patch 1"),
    ("any of everything, headers", "read(['X-Version', 'X-Node'])", ANY_WRITE, *[["7", "backstage"]] * 3),
    ("any of everything, Authorization", TOKEN, ANY_WRITE, DENIED, DENIED, "200 GET"),
    ("any header and Authorization", TOKEN, ANY_AUTH, "200 GET", "200 GET", "200 GET"),
    ("the app's", EVERYTHING, APP_STARS, "200 PATCH 1 k7", DENIED, "200 PATCH 1 k7"),
    ("the app's, patch", "json('patch', 1)", APP_STARS, "200 patch 1", DENIED, "200 patch 1"),
    ("the app's, Authorization", TOKEN, APP_STARS, DENIED, DENIED, "200 GET"),
    ("the app's, Authorization listed", TOKEN, APP_STARS_AUTH, "200 GET", DENIED, "200 GET"),
    ("the app's, with cookies where there are none", EVERYTHING_INCLUDE, APP_STARS, DENIED, DENIED, "200 PATCH 1 k7"),
    ("the app's, with cookies", EVERYTHING_INCLUDE, MEMBER, "200 PATCH 1 k7", DENIED, "200 PATCH 1 k7"),
    ("the app's, where cookies could be", EVERYTHING, MEMBER, "200 PATCH 1 k7", DENIED, "200 PATCH 1 k7"),
    ("the app's, with cookies, a method called *", STAR_METHOD, MEMBER, "200 *", DENIED, "200 *"),
    ("the app's, with cookies, Authorization", TOKEN_INCLUDE, MEMBER, DENIED, DENIED, "200 GET"),
    ("the app's, with cookies, Authorization listed", TOKEN_INCLUDE, MEMBER_AUTH, "200 GET", DENIED, "200 GET"),
]


@rows("script, path, app, stranger, home", STARS)
def test_stars(visitor, script, path, app, stranger, home):
    assert visitor.see(path, script, APP, STRANGER, API) == (app, stranger, home)
