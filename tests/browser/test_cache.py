# SPDX-License-Identifier: Apache-2.0
"""The browser's HTTP cache, which keeps the policy's headers with the page: nobody gets those meant for another.

The app, its partner and their unlisted sibling are of one site, so that they share a cache. A stranger has one."""

from harness import rows

from stage import API, APP, APP_ORIGIN, PARTNER, PARTNER_ORIGIN, SIBLING, STRANGER, Stage, shop
from verdict import HIDDEN

site = Stage()
SHOWN = "CorsExposeHeaders X-Version", "Header set X-Version 7"
BOTH = shop(*SHOWN, "CorsAllowCredentials On", origin=f"{APP_ORIGIN} {PARTNER_ORIGIN}")
FRESH = site.location(f"{BOTH}\nHeader set Cache-Control max-age=600")
STALE = site.location(f"{BOTH}\nHeader set Cache-Control no-cache")
KEPT_OUT = site.location(f"{BOTH}\nHeader set Cache-Control no-store")
UNTAGGED = site.location(f"{BOTH}\nHeader set Cache-Control max-age=600\nFileETag None\nHeader unset Last-Modified")
ANY = site.location("CorsAllowOrigin *\nHeader set Cache-Control max-age=600")
ANY_BUT = site.location(f"CorsAllowOrigin *\nCorsDenyOrigin http://{SIBLING}:*\nHeader set Cache-Control max-age=600")
OWN_VARY = site.location(f"{BOTH}\nHeader set Cache-Control max-age=600\nHeader set Vary X-Colour")

FULL, UNCHANGED = "GET 200", "GET 304"
OK = "200 ok"

GET = "fetch(url)"
INCLUDE = "fetch(url, {credentials: 'include'})"
NO_CORS = "fetch(url, {mode: 'no-cors'})"
VERSION = "read(['X-Version'])"


def mode(name):
    """A script that fetches in one of the cache modes."""
    return f"fetch(url, {{cache: '{name}'}})"


# where; who does what and what it comes to, one after the other; what the server was asked, where that is to the point
VISITS = [
    ("a fresh page twice", FRESH, [(APP, GET, OK), (APP, GET, OK)], [FULL]),
    ("a stale page twice", STALE, [(APP, GET, OK), (APP, GET, OK)], [FULL, UNCHANGED]),
    ("a page not to be stored twice", KEPT_OUT, [(APP, GET, OK), (APP, GET, OK)], [FULL, FULL]),
    ("no-store", FRESH, [(APP, GET, OK), (APP, mode("no-store"), OK)], [FULL, FULL]),
    ("reload", FRESH, [(APP, GET, OK), (APP, mode("reload"), OK), (APP, GET, OK)], [FULL, FULL]),
    ("no-cache", FRESH, [(APP, GET, OK), (APP, mode("no-cache"), OK)], [FULL, UNCHANGED]),
    ("force-cache of a stale page", STALE, [(APP, GET, OK), (APP, mode("force-cache"), OK)], [FULL]),
    ("the exposed header of a stored page", FRESH, [(APP, GET, OK), (APP, VERSION, ["7"])], [FULL]),
    ("the exposed header after a 304", STALE, [(APP, GET, OK), (APP, VERSION, ["7"])], [FULL, UNCHANGED]),
    ("the app, then its partner", FRESH, [(APP, GET, OK), (PARTNER, GET, OK)], [FULL, UNCHANGED]),
    (
        "the app and its partner in turn", FRESH,
        [(APP, GET, OK), (PARTNER, GET, OK), (APP, GET, OK), (PARTNER, VERSION, ["7"]), (PARTNER, GET, OK)],
        [FULL, UNCHANGED, UNCHANGED, UNCHANGED],
    ),
    (
        "the app, then its partner, forced", FRESH, [(APP, GET, OK), (PARTNER, mode("force-cache"), OK)],
        [FULL, UNCHANGED],
    ),
    ("a stale page, the app and its partner", STALE, [(APP, GET, OK), (PARTNER, GET, OK)], [FULL, UNCHANGED]),
    ("a page without a tag, the app and its partner", UNTAGGED, [(APP, GET, OK), (PARTNER, GET, OK)], [FULL, FULL]),
    (
        "a page with a Vary of its own", OWN_VARY, [(APP, GET, OK), (PARTNER, GET, OK), (PARTNER, GET, OK)],
        [FULL, UNCHANGED],
    ),
    ("the app, then an unlisted sibling", FRESH, [(APP, GET, OK), (SIBLING, GET, HIDDEN)], None),
    ("an unlisted sibling, then the app", FRESH, [(SIBLING, GET, HIDDEN), (APP, GET, OK)], None),
    ("the app, an unlisted sibling, the app", FRESH, [(APP, GET, OK), (SIBLING, GET, HIDDEN), (APP, GET, OK)], None),
    ("the app, then a stranger", FRESH, [(APP, GET, OK), (STRANGER, GET, HIDDEN)], [FULL, FULL]),
    ("the API itself, then the app", FRESH, [(API, GET, OK), (APP, GET, OK)], [FULL, UNCHANGED]),
    ("the app, then the API itself", FRESH, [(APP, GET, OK), (API, GET, OK)], [FULL, UNCHANGED]),
    ("without CORS, then with", FRESH, [(APP, NO_CORS, "opaque"), (APP, GET, OK)], [FULL, UNCHANGED]),
    ("with CORS, then without", FRESH, [(APP, GET, OK), (APP, NO_CORS, "opaque")], [FULL, UNCHANGED]),
    ("without cookies, then with", FRESH, [(APP, GET, OK), (APP, INCLUDE, OK)], [FULL]),
    ("any origin: one copy for all", ANY, [(APP, GET, OK), (PARTNER, GET, OK), (SIBLING, GET, OK)], [FULL]),
    ("any origin: one copy, the API's own", ANY, [(API, GET, OK), (APP, GET, OK), (APP, NO_CORS, "opaque")], [FULL]),
    ("any origin but one", ANY_BUT, [(APP, GET, OK), (SIBLING, GET, HIDDEN)], None),
    ("any origin but one, who comes first", ANY_BUT, [(SIBLING, GET, HIDDEN), (APP, GET, OK)], None),
]


@rows("path, visits, asked", VISITS)
def test_pages(visitor, path, visits, asked):
    visitor.to(path)
    found = []
    for host, script, _ in visits:
        visitor.open(host)
        found.append(visitor.run(script))
    assert found == [expected for _, _, expected in visits]
    assert asked is None or visitor.asked(len(asked)) == asked
