# SPDX-License-Identifier: Apache-2.0
"""How often a browser asks before it sends: once for all methods and headers, for as long as CorsMaxAge says."""

from harness import rows

from stage import APP, APP_ORIGIN, PARTNER, PARTNER_ORIGIN, STRANGER, Stage, shop
from verdict import DENIED

site = Stage()
LISTS = "CorsAllowMethods PUT PATCH DELETE", "CorsAllowHeaders X-Api-Key Authorization", "CorsAllowCredentials On"
BOTH = f"{APP_ORIGIN} {PARTNER_ORIGIN}"
DEFAULT = site.echo(shop(*LISTS, origin=BOTH))
TEN_MINUTES = site.echo(shop(*LISTS, "CorsMaxAge 600"))
A_DAY = site.echo(shop(*LISTS, "CorsMaxAge 86400"))
NEVER = site.echo(shop(*LISTS, "CorsMaxAge 0"))
UNSAID = site.echo(shop(*LISTS, "CorsMaxAge Off"))
STATUS = site.echo(shop(*LISTS, "CorsPreflightStatus 200"))
STARS = site.echo(shop("CorsAllowMethods *", "CorsAllowHeaders * Authorization"))
STARS_MEMBER = site.echo(shop("CorsAllowMethods *", "CorsAllowHeaders *", "CorsAllowCredentials On"))

ASKED, ASKED_200, REFUSED = "OPTIONS 204", "OPTIONS 200", "OPTIONS 403"
PUT = "json('PUT', 1)"
PATCH = "json('PATCH', 1)"
DELETE = "fetch(url, {method: 'DELETE'})"
KEY = "get({'X-Api-Key': 'k'})"
TOKEN = "json('POST', 1, {headers: {Authorization: 'Bearer t'}})"
GET = "fetch(url)"
INCLUDE = "json('PUT', 1, {credentials: 'include'})"
OMIT = "json('PUT', 1, {credentials: 'omit'})"
UNLISTED = "fetch(url, {method: 'PURGE'})"
OF_FIVE = [(APP, [PUT, PATCH, DELETE, KEY, TOKEN])]
FIVE = ["PUT 200", "PATCH 200", "DELETE 200", "GET 200", "POST 200"]
TWO = ["PUT 200", "DELETE 200"]


def each_asked(requests):
    """Every request after a preflight of its own."""
    return [line for request in requests for line in (ASKED, request)]


# where; who does what, a page after the other; what the server was asked
PREFLIGHTS = [
    ("600: once for every method and header", TEN_MINUTES, OF_FIVE, [ASKED, *FIVE]),
    ("the default: once for every method and header", DEFAULT, OF_FIVE, [ASKED, *FIVE]),
    ("a day: once for every method and header", A_DAY, OF_FIVE, [ASKED, *FIVE]),
    ("0: each time", NEVER, OF_FIVE, each_asked(FIVE)),
    ("0: each time for the same, too", NEVER, [(APP, [PUT, PUT, PUT])], each_asked(["PUT 200"] * 3)),
    ("Off: for the few seconds that browsers assume", UNSAID, OF_FIVE, [ASKED, *FIVE]),
    ("a status of 200", STATUS, OF_FIVE, [ASKED_200, *FIVE]),
    ("stars: once for every method and header", STARS, OF_FIVE, [ASKED, *FIVE]),
    ("what needs no preflight", DEFAULT, [(APP, [GET, GET])], ["GET 200", "GET 200"]),
    ("on the next page of the same origin", DEFAULT, [(APP, [PUT]), (APP, [DELETE])], [ASKED, *TWO]),
    ("0, on the next page of the same origin", NEVER, [(APP, [PUT]), (APP, [DELETE])], each_asked(TWO)),
    ("on the page of another origin", DEFAULT, [(APP, [PUT]), (PARTNER, [DELETE])], each_asked(TWO)),
    (
        "there and back again", DEFAULT, [(APP, [PUT]), (PARTNER, [PUT]), (APP, [PUT])],
        [*each_asked(["PUT 200"] * 2), "PUT 200"],
    ),
    ("with cookies, then without", DEFAULT, [(APP, [INCLUDE, OMIT])], [ASKED, "PUT 200", "PUT 200"]),
    (
        "without cookies, then with", DEFAULT, [(APP, [OMIT, INCLUDE, INCLUDE])],
        [*each_asked(["PUT 200"] * 2), "PUT 200"],
    ),
    ("what is refused is asked again", DEFAULT, [(APP, [UNLISTED, UNLISTED])], [REFUSED, REFUSED]),
    (
        "what is refused makes the browser forget", DEFAULT, [(APP, [PUT, UNLISTED, DELETE])],
        [ASKED, "PUT 200", REFUSED, ASKED, "DELETE 200"],
    ),
]


@rows("path, visits, asked", PREFLIGHTS)
def test_preflights(visitor, path, visits, asked):
    visitor.to(path)
    for host, scripts in visits:
        visitor.open(host)
        for script in scripts:
            visitor.run(script)
    assert visitor.asked(len(asked)) == asked


def test_a_stranger_asks_and_is_refused_each_time(visitor):
    visitor.to(DEFAULT)
    visitor.open(STRANGER)
    assert [visitor.run("json('PUT', 1)") for _ in range(2)] == [DENIED, DENIED]
    assert visitor.asked(2) == [REFUSED, REFUSED]
