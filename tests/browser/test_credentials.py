# SPDX-License-Identifier: Apache-2.0
"""Cookies and passwords: who may send them along and read the answer, with CorsAllowCredentials On and Off."""

from harness import rows

from stage import API, APP, APP_ORIGIN, SIBLING, STRANGER, Stage, shop
from verdict import DENIED, HIDDEN, OPAQUE

ABROAD = "app.abroad.localhost"     # on the list, and of another site than the API

site = Stage()
LISTED = f"{APP_ORIGIN} http://{ABROAD}:*"
OFF = site.echo(shop(origin=LISTED))
ON = site.echo(shop("CorsAllowCredentials On", origin=LISTED))
NEARLY = site.echo("CorsAllowCredentials On\n" f"CorsAllowOrigin http://{APP}.:* https://{APP}:* http://{APP}")
GIVES = 'Header always set Set-Cookie "gift=1; Path=/; SameSite=None; Secure"'
GIVES_ON = site.location(shop("CorsAllowCredentials On", GIVES))
GIVES_OFF = site.location(shop(GIVES))
BASIC = "CorsAllowHeaders Authorization"
MEMBERS = site.protected(shop(BASIC))
MEMBERS_WITHOUT = site.protected(shop())
MEMBERS_COOKIE = site.protected(shop(BASIC, "CorsAllowCredentials On"))
site.page("/signed-in.html", "signed in")
site.add(
    """
    <Location /signed-in.html>
        Header set Cache-Control no-store
        Header add Set-Cookie "near=1; Path=/; SameSite=Lax"
        Header add Set-Cookie "far=1; Path=/; SameSite=None; Secure"
    </Location>
    """
)

DEFAULT = "fetch(url)"
SAME_ORIGIN = "fetch(url, {credentials: 'same-origin'})"
INCLUDE = "fetch(url, {credentials: 'include'})"
OMIT = "fetch(url, {credentials: 'omit'})"
JSON = "json('POST', 7, {credentials: 'include'})"
JSON_OMIT = "json('POST', 7, {credentials: 'omit'})"
NO_CORS = "fetch(url, {credentials: 'include', mode: 'no-cors'})"
XHR = "xhr('GET', null, request => { request.withCredentials = true; })"
XHR_DEFAULT = "xhr('GET')"

GET, GET_NEAR_FAR, GET_FAR = "200 GET", "200 GET near=1; far=1", "200 GET far=1"
POST, POST_NEAR_FAR, POST_FAR = "200 POST 7", "200 POST 7 near=1; far=1", "200 POST 7 far=1"

# the script; where; what it comes to for the app, an app on the list of another site, an unlisted neighbour of the same
# site, a stranger, and the API itself
COOKIES = [
    ("by default, On", DEFAULT, ON, GET, GET, HIDDEN, HIDDEN, GET_NEAR_FAR),
    ("by default, Off", DEFAULT, OFF, GET, GET, HIDDEN, HIDDEN, GET_NEAR_FAR),
    ("same-origin, On", SAME_ORIGIN, ON, GET, GET, HIDDEN, HIDDEN, GET_NEAR_FAR),
    ("same-origin, Off", SAME_ORIGIN, OFF, GET, GET, HIDDEN, HIDDEN, GET_NEAR_FAR),
    ("include, On", INCLUDE, ON, GET_NEAR_FAR, GET_FAR, HIDDEN, HIDDEN, GET_NEAR_FAR),
    ("include, Off", INCLUDE, OFF, HIDDEN, HIDDEN, HIDDEN, HIDDEN, GET_NEAR_FAR),
    ("include, without CORS", NO_CORS, ON, OPAQUE, OPAQUE, OPAQUE, OPAQUE, GET_NEAR_FAR),
    ("omit, On", OMIT, ON, GET, GET, HIDDEN, HIDDEN, GET),
    ("omit, Off", OMIT, OFF, GET, GET, HIDDEN, HIDDEN, GET),
    ("include with JSON, On", JSON, ON, POST_NEAR_FAR, POST_FAR, DENIED, DENIED, POST_NEAR_FAR),
    ("include with JSON, Off", JSON, OFF, DENIED, DENIED, DENIED, DENIED, POST_NEAR_FAR),
    ("omit with JSON, On", JSON_OMIT, ON, POST, POST, DENIED, DENIED, POST),
    ("omit with JSON, Off", JSON_OMIT, OFF, POST, POST, DENIED, DENIED, POST),
    ("XHR with credentials, On", XHR, ON, GET_NEAR_FAR, GET_FAR, HIDDEN, HIDDEN, GET_NEAR_FAR),
    ("XHR with credentials, Off", XHR, OFF, HIDDEN, HIDDEN, HIDDEN, HIDDEN, GET_NEAR_FAR),
    ("XHR without, On", XHR_DEFAULT, ON, GET, GET, HIDDEN, HIDDEN, GET_NEAR_FAR),
    ("include, On for what resembles the origin", INCLUDE, NEARLY, HIDDEN, HIDDEN, HIDDEN, HIDDEN, GET_NEAR_FAR),
]


@rows("script, path, app, abroad, sibling, stranger, home", COOKIES)
def test_cookies_sent(visitor, script, path, app, abroad, sibling, stranger, home):
    visitor.open(API, "/signed-in.html")
    assert visitor.see(path, script, APP, ABROAD, SIBLING, STRANGER, API) == (app, abroad, sibling, stranger, home)


# what the script does; where; what it comes to on the app's page; the cookie that the API has then
GIFTS = [
    ("include, On", INCLUDE, GIVES_ON, "200 ok", "gift=1"),
    ("include, Off: the answer is hidden, and works all the same", INCLUDE, GIVES_OFF, HIDDEN, "gift=1"),
    ("include with JSON, Off: nothing was sent", JSON, GIVES_OFF, DENIED, ""),
    ("by default", DEFAULT, GIVES_ON, "200 ok", ""),
    ("omit", OMIT, GIVES_ON, "200 ok", ""),
]


@rows("script, path, verdict, cookie", GIFTS)
def test_cookies_received(visitor, script, path, verdict, cookie):
    assert visitor.see(path, script, APP) == (verdict,)
    visitor.open(API)
    assert visitor.run("document.cookie") == cookie


RIGHT = "get({Authorization: 'Basic ' + btoa('user:secret')})"
WRONG = "get({Authorization: 'Basic ' + btoa('user:guess')})"
PUT = "json('POST', 1, {headers: {Authorization: 'Basic ' + btoa('user:secret')}})"
WITH_COOKIES = "get({Authorization: 'Basic ' + btoa('user:secret')}, {credentials: 'include'})"
MISMATCH = r"\[auth_basic:error\] AH01617"

# what the script does; where; what it comes to on the app's page and on a stranger's; what the error log says
PASSWORDS = [
    ("the right one", RIGHT, MEMBERS, "200 ok", DENIED, None),
    ("the wrong one", WRONG, MEMBERS, "401", DENIED, MISMATCH),
    ("none", DEFAULT, MEMBERS, "401", HIDDEN, None),
    ("the right one with JSON", PUT, MEMBERS, "200 ok", DENIED, None),
    ("JSON without one, which the preflight gets past", JSON_OMIT, MEMBERS, "401", DENIED, None),
    ("the right one where Authorization is not listed", RIGHT, MEMBERS_WITHOUT, DENIED, DENIED, None),
    ("the right one and cookies, On", WITH_COOKIES, MEMBERS_COOKIE, "200 ok", DENIED, None),
    ("the right one and cookies, Off", WITH_COOKIES, MEMBERS, DENIED, DENIED, None),
    ("why it was refused", "read(['WWW-Authenticate'])", MEMBERS, [None], HIDDEN, None),
]


@rows("script, path, app, stranger, loud", PASSWORDS)
def test_passwords(visitor, script, path, app, stranger, loud):
    if loud:
        visitor.server.log.expect(loud)
    assert visitor.see(path, script, APP, STRANGER) == (app, stranger)
