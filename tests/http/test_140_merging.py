# SPDX-License-Identifier: Apache-2.0
"""Merging: every directive on its own, the inner value over the outer, in every pair of places."""

import pytest
from harness import Site, policy
from harness.answer import NOT_SHARED, PREFLIGHT_VARY, SAFELISTED, UNTOUCHED, answered, shared, tokens
from harness.nesting import IN_AREA, virtual_host
from harness.site import GOOD, OTHER

DENIED = {"Vary": tokens(PREFLIGHT_VARY)}
METHODS = "GET, HEAD, POST"
THEIRS = "Header always set Access-Control-Allow-Origin https://theirs.example"

# name; outer lines; inner lines; origin; headers of an actual response; headers of a preflight's
DIRECTIVES = [
    (
        "nothing said", policy("CorsMaxAge 5"), "CorsAllowCredentials Off", GOOD, shared(GOOD),
        answered(GOOD, max_age="5"),
    ),
    ("CorsEngine turned off", policy(), "CorsEngine Off", GOOD, UNTOUCHED, UNTOUCHED),
    ("CorsEngine turned on", policy("CorsEngine Off"), "CorsEngine On", GOOD, shared(GOOD), answered(GOOD)),
    ("CorsAllowOrigin, the inner one", policy(), policy(origin=OTHER), OTHER, shared(OTHER), answered(OTHER)),
    ("CorsAllowOrigin, the outer one", policy(), policy(origin=OTHER), GOOD, NOT_SHARED, DENIED),
    (
        "CorsAllowOriginRegex, the inner one",
        policy(), r"CorsAllowOriginRegex https://r[0-9]\.example", "https://r1.example",
        shared("https://r1.example"), answered("https://r1.example"),
    ),
    (
        "sources are a group: a regex replaces a pattern",
        policy(), r"CorsAllowOriginRegex https://r[0-9]\.example", GOOD, NOT_SHARED, DENIED,
    ),
    (
        "sources are a group: a pattern replaces a file and a regex",
        "CorsOriginsFile conf/good\nCorsAllowOriginRegex https://good\\.example", policy(origin=OTHER), GOOD,
        NOT_SHARED, DENIED,
    ),
    (
        "sources are a group: a file replaces a pattern", policy(), "CorsOriginsFile conf/other", GOOD, NOT_SHARED,
        DENIED,
    ),
    ("CorsOriginsFile, the inner one", policy(), "CorsOriginsFile conf/other", OTHER, shared(OTHER), answered(OTHER)),
    (
        "CorsOriginsFileEnv, the inner one",
        policy(), "CorsOriginsFileEnv STAGE live=conf/other", OTHER, shared(OTHER), answered(OTHER),
    ),
    ("CorsDenyOrigin, added inside", policy(), f"CorsDenyOrigin {GOOD}", GOOD, NOT_SHARED, DENIED),
    (
        "CorsDenyOrigin, replaced inside",
        policy(f"CorsDenyOrigin {GOOD}"), f"CorsDenyOrigin {OTHER}", GOOD, shared(GOOD), answered(GOOD),
    ),
    ("CorsDenyOrigin, inherited", f"CorsDenyOrigin {GOOD}", policy(), GOOD, NOT_SHARED, DENIED),
    (
        "CorsAllowMethods", policy("CorsAllowMethods PUT"), "CorsAllowMethods DELETE", GOOD,
        shared(GOOD), answered(GOOD, methods=f"{METHODS}, DELETE"),
    ),
    (
        "CorsAllowMethods, inherited by another source", policy("CorsAllowMethods PUT"), policy(origin=OTHER), OTHER,
        shared(OTHER), answered(OTHER, methods=f"{METHODS}, PUT"),
    ),
    (
        "CorsAllowHeaders", policy("CorsAllowHeaders X-Outer"), "CorsAllowHeaders X-Inner", GOOD,
        shared(GOOD), answered(GOOD, names=f"{SAFELISTED}, X-Inner"),
    ),
    (
        "CorsAllowCredentials turned on", policy(), "CorsAllowCredentials On", GOOD,
        shared(GOOD, credentials=True), answered(GOOD, credentials=True),
    ),
    (
        "CorsAllowCredentials turned off", policy("CorsAllowCredentials On"), "CorsAllowCredentials Off", GOOD,
        shared(GOOD), answered(GOOD),
    ),
    (
        "CorsExposeHeaders", policy("CorsExposeHeaders X-Outer"), "CorsExposeHeaders X-Inner", GOOD,
        shared(GOOD, expose="X-Inner"), answered(GOOD),
    ),
    ("CorsMaxAge", policy("CorsMaxAge 5"), "CorsMaxAge 7", GOOD, shared(GOOD), answered(GOOD, max_age="7")),
    (
        "CorsMaxAge turned off", policy("CorsMaxAge 5"), "CorsMaxAge Off", GOOD, shared(GOOD),
        answered(GOOD, max_age=None),
    ),
    (
        "CorsTimingAllowOrigin", policy(), "CorsTimingAllowOrigin On", GOOD,
        shared(GOOD, timing=GOOD), answered(GOOD),
    ),
    (
        "CorsUpstreamHeaders", policy(THEIRS), "CorsUpstreamHeaders Keep", GOOD,
        shared("https://theirs.example"), None,
    ),
    (
        "CorsDangerouslyAllow, inherited", "CorsDangerouslyAllow NullOrigin", policy(origin="null"), "null",
        shared("null"), answered("null"),
    ),
]
NOT_IN_HTACCESS = ("CorsOriginsFile", "CorsOriginsFileEnv", "CorsDangerouslyAllow")

# place; configuration with {outer} and {inner}, which may be .htaccess files instead
PLACES = {
    "Directory over virtual host": f"{{outer}}\n{IN_AREA}\n{{inner}}\n</Directory>",
    "Location over virtual host": "{outer}\n<Location /area>\n{inner}\n</Location>",
    "Files over virtual host": "{outer}\n<Files page>\n{inner}\n</Files>",
    "If over virtual host": '{outer}\n<If "%{{REQUEST_URI}} =~ m#^/area#">\n{inner}\n</If>',
    "Directory over Directory": f'{IN_AREA}\n{{inner}}\n</Directory>\n<Directory "{{root}}">\n{{outer}}\n</Directory>',
    "DirectoryMatch over Directory":
        f'<DirectoryMatch "/area">\n{{inner}}\n</DirectoryMatch>\n{IN_AREA}\n{{outer}}\n</Directory>',
    "Files over Directory": f"<Files page>\n{{inner}}\n</Files>\n{IN_AREA}\n{{outer}}\n</Directory>",
    "FilesMatch in Directory": f'{IN_AREA}\n{{outer}}\n<FilesMatch "^pa">\n{{inner}}\n</FilesMatch>\n</Directory>',
    "Location over Directory": f"<Location /area>\n{{inner}}\n</Location>\n{IN_AREA}\n{{outer}}\n</Directory>",
    "Location over Files": "<Location /area>\n{inner}\n</Location>\n<Files page>\n{outer}\n</Files>",
    "Location over Location": "<Location />\n{outer}\n</Location>\n<Location /area>\n{inner}\n</Location>",
    "LocationMatch over Location":
        '<Location /area>\n{outer}\n</Location>\n<LocationMatch "^/a.ea/">\n{inner}\n</LocationMatch>',
    "If over Location": "<If true>\n{inner}\n</If>\n<Location /area>\n{outer}\n</Location>",
    "If in Location": "<Location /area>\n{outer}\n<If true>\n{inner}\n</If>\n</Location>",
    "If in Directory": f"{IN_AREA}\n{{outer}}\n<If true>\n{{inner}}\n</If>\n</Directory>",
    ".htaccess over Directory": f"{IN_AREA}\nAllowOverride FileInfo\n{{outer}}\n</Directory>",
    ".htaccess over .htaccess": '<Directory "{root}">\nAllowOverride FileInfo\n</Directory>',
}

site = Site(environment={"STAGE": "live"})
site.file("conf/good", f"{GOOD}\n")
site.file("conf/other", f"{OTHER}\n")


def possible(place, outer, inner):
    """Some directives do not stand in .htaccess files; start-up sees no guard lifted by another section."""
    if "CorsDangerouslyAllow" in outer and not place.endswith("over virtual host"):
        return False
    there = [outer] * place.endswith(".htaccess") + [inner] * place.startswith(".htaccess")
    return not any(word in NOT_IN_HTACCESS for text in there for word in text.split())


CASES = [
    pytest.param(virtual_host(site, number, place, PLACES[place], outer, inner), *expected, id=f"{name}: {place}")
    for number, (place, (name, outer, inner, *expected)) in enumerate(
        (place, row) for row in DIRECTIVES for place in PLACES if possible(place, row[1], row[2])
    )
]


@pytest.mark.parametrize("host, origin, actual, preflight", CASES)
def test_inner_over_outer(server, host, origin, actual, preflight):
    assert server.get("/area/page", origin, ("Host", host)).cors == actual
    if preflight is not None:
        assert server.preflight("/area/page", origin, "GET", None, ("Host", host)).cors == preflight
