# SPDX-License-Identifier: Apache-2.0
"""CorsAllowHeaders: which request headers a preflight may ask for, in every spelling a client may use."""

import time

from harness import Site, policy, rows
from harness.answer import SAFELISTED, assert_answered, assert_denied
from harness.site import GOOD

site = Site()
NONE = site.location(policy())
SOME = site.location(policy("CorsAllowHeaders X-Api-Key X-Trace", "CorsAllowHeaders Authorization"))
TWICE = site.location(policy("CorsAllowHeaders content-type x-a X-A"))
ODD = site.location(policy("CorsAllowHeaders x_under x.dot !#$%&'*+-.^_`|~"))
ANY = site.location(policy("CorsAllowHeaders *"))
ANY_AUTH = site.location(policy("CorsAllowHeaders * Authorization"))
MEMBER = site.location(policy("CorsAllowHeaders *", "CorsAllowCredentials On"))
MEMBER_AUTH = site.location(policy("CorsAllowHeaders * Authorization", "CorsAllowCredentials On"))

LISTED = f"{SAFELISTED}, x-api-key, x-trace, authorization"


@rows(
    "path, asked, listed",
    [
        ("nothing asked for", NONE, None, SAFELISTED),
        ("nothing asked for, in so many words", NONE, "", SAFELISTED),
        ("Content-Type, so that JSON can be posted", NONE, "content-type", SAFELISTED),
        ("all the safelisted names", NONE, "accept,accept-language,content-language,content-type", SAFELISTED),
        ("nothing asked for of a longer list", SOME, None, LISTED),
        ("a listed name as browsers spell it", SOME, "x-api-key", LISTED),
        ("a listed name in upper case", SOME, "X-API-KEY", LISTED),
        ("a listed name as it was configured", SOME, "X-Api-Key", LISTED),
        ("a name of the second line", SOME, "authorization", LISTED),
        ("several names", SOME, "authorization,x-api-key,x-trace", LISTED),
        ("several names in no order", SOME, "x-trace,authorization,x-api-key", LISTED),
        ("listed and safelisted names", SOME, "content-type,x-api-key", LISTED),
        ("the same name twice", SOME, "x-api-key,x-api-key", LISTED),
        ("names on several lines", SOME, ["x-api-key", "x-trace, authorization"], LISTED),
        ("blanks after the commas", SOME, "x-api-key, x-trace", LISTED),
        ("blanks before the commas", SOME, "x-api-key ,x-trace", LISTED),
        ("tabs and many blanks", SOME, "x-api-key \t , \t x-trace  ", LISTED),
        ("empty elements", SOME, ",x-api-key,, ,x-trace,", LISTED),
        ("a name that was listed twice is listed once", TWICE, "x-a", f"{SAFELISTED}, x-a"),
        (
            "names of odd but legal bytes", ODD, "!#$%&'*+-.^_`|~,x.dot",
            f"{SAFELISTED}, x_under, x.dot, !#$%&'*+-.^_`|~",
        ),
        ("any name under a star", ANY, "x-whatever,content-type", "*"),
        ("nothing under a star", ANY, None, "*"),
        ("Authorization listed beside a star", ANY_AUTH, "authorization,x-whatever", "*, authorization"),
    ],
)
def test_allowed(server, path, asked, listed):
    assert_answered(server.preflight(path, GOOD, "GET", asked), GOOD, names=listed)


@rows(
    "path, asked, listed",
    [
        ("one name", MEMBER, "x-whatever", "x-whatever"),
        ("several names", MEMBER, "x-a,x-b", "x-a, x-b"),
        ("a safelisted name", MEMBER, "content-type", "content-type"),
        ("names on several lines", MEMBER, ["x-a", "x-b"], "x-a, x-b"),
        ("Authorization where it is listed", MEMBER_AUTH, "authorization,x-a", "authorization, x-a"),
    ],
)
def test_under_a_star_with_credentials_the_requested_names_are_named(server, path, asked, listed):
    assert_answered(server.preflight(path, GOOD, "GET", asked), GOOD, names=listed, credentials=True)


@rows(
    "path, asked",
    [
        ("a name that is not listed", NONE, "x-api-key"),
        ("a name that is not listed, after listed ones", SOME, "authorization,x-api-key,x-other"),
        ("a name that is not listed, before listed ones", SOME, "a-other,x-api-key"),
        ("a name that is not listed, on the second line", SOME, ["x-api-key", "x-other"]),
        ("a name that is not listed, on the first line", SOME, ["x-other", "x-api-key"]),
        ("the beginning of a listed name", SOME, "x-api-ke"),
        ("a listed name and more", SOME, "x-api-keys"),
        ("a star, which names nothing", SOME, "*"),
        ("two names with a blank between them", SOME, "x-api-key x-trace"),
        ("two names with a semicolon between them", SOME, "x-api-key;x-trace"),
        ("a name with a value", SOME, "x-api-key: 1"),
        ("a name in quotes", SOME, '"x-api-key"'),
        ("a name with bytes that are no text", SOME, "x-api-key\xff"),
        ("a no-break space for a blank", SOME, "x-api-key,\xa0x-trace"),
        ("a very long name", SOME, "x" * 6000),
        ("very many names", SOME, ",".join(["x-api-key", *(f"x-{n}" for n in range(900))])),
        ("Authorization, which a star does not cover", ANY, "authorization"),
        ("Authorization in upper case", ANY, "AUTHORIZATION"),
        ("Authorization among others", ANY, "x-a, Authorization , x-b"),
        ("Authorization, which a star does not cover with credentials either", MEMBER, "authorization"),
        ("what is no name, under a star with credentials", MEMBER, "x-a, x b"),
        ("bytes that are no name, under a star with credentials", MEMBER, "x-a,\xe9"),
    ],
)
def test_not_allowed(server, path, asked):
    assert_denied(server.preflight(path, GOOD, "GET", asked), "header-not-allowed")


@rows(
    "path, asked",
    [
        ("commas and nothing else", SOME, "," * 8000),
        ("commas under a star with credentials", MEMBER, "," * 8000),
        ("commas and blanks", SOME, ", \t" * 2500),
        ("the same name two thousand times", SOME, "x-trace," * 1000),
    ],
)
def test_nonsense_costs_little(server, path, asked):
    before = time.monotonic()
    response = server.preflight(path, GOOD, "GET", asked)
    assert time.monotonic() - before < 1
    assert response.status in (204, 403)
    assert len("".join(response.all("Access-Control-Allow-Headers"))) < 200
