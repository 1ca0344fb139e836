# SPDX-License-Identifier: Apache-2.0
"""<CorsOrigin>: what is inherited, what an inner section replaces, and which of several sections counts."""

import textwrap

import pytest
from harness import Site, policy, rows, section
from harness.answer import FOR_EVERYBODY, NOT_SHARED, PREFLIGHT_VARY, SAFELISTED, answered, shared, tokens
from harness.site import GOOD, OTHER

A, B, C, D = "https://a.example", "https://b.example", "https://c.example", "https://d.example"
DENIED = {"Vary": tokens(PREFLIGHT_VARY)}
STAR = {**FOR_EVERYBODY, **NOT_SHARED}
PUT, DELETE = "GET, HEAD, POST, PUT", "GET, HEAD, POST, DELETE"
ON, OFF = "CorsAllowCredentials On", "CorsAllowCredentials Off"


def lines(*parts):
    """A configuration of these parts."""
    return "\n".join(parts)


BY_SECTION = lines(section(A, "CorsMaxAge 5"), f"CorsAllowOrigin {B}")
WITH_METHODS = lines(section(A, "CorsAllowMethods DELETE"), f"CorsAllowOrigin {B}")
SIGNED_IN = lines(section(A, ON), f"CorsAllowOrigin {B}")

# name; outer lines; inner lines; origin; headers of an actual response; headers of a preflight's
ROWS = [
    ("nothing inside: the section", BY_SECTION, "", A, shared(A), answered(A, max_age="5")),
    ("nothing inside: the plain source", BY_SECTION, "", B, shared(B), answered(B)),
    ("nothing inside: a stranger", BY_SECTION, "", C, NOT_SHARED, DENIED),
    ("nothing inside: nobody", BY_SECTION, "", None, NOT_SHARED, None),
    (
        "methods inside: the section without any", BY_SECTION, "CorsAllowMethods PUT", A, shared(A),
        answered(A, methods=PUT, max_age="5"),
    ),
    (
        "methods inside: the section that has its own", WITH_METHODS, "CorsAllowMethods PUT", A, shared(A),
        answered(A, methods=DELETE),
    ),
    (
        "methods inside: the plain source", WITH_METHODS, "CorsAllowMethods PUT", B, shared(B),
        answered(B, methods=PUT),
    ),
    ("a section inside: the outer section", BY_SECTION, section(C), A, NOT_SHARED, DENIED),
    ("a section inside: the outer plain source", BY_SECTION, section(C), B, NOT_SHARED, DENIED),
    ("a section inside: its own", BY_SECTION, section(C), C, shared(C), answered(C)),
    ("a source inside: the outer section", BY_SECTION, policy(origin=D), A, NOT_SHARED, DENIED),
    ("a source inside: the outer plain source", BY_SECTION, policy(origin=D), B, NOT_SHARED, DENIED),
    ("a source inside: its own", BY_SECTION, policy(origin=D), D, shared(D), answered(D)),
    (
        "a source inside: what the outer section says of the same origin",
        SIGNED_IN, policy(origin=A), A, shared(A), answered(A),
    ),
    (
        "a regex inside: the outer section",
        BY_SECTION, r"CorsAllowOriginRegex https://d\.example", A, NOT_SHARED, DENIED,
    ),
    ("a regex inside: its own", BY_SECTION, r"CorsAllowOriginRegex https://d\.example", D, shared(D), answered(D)),
    ("denied inside: who has a section", BY_SECTION, f"CorsDenyOrigin {A}", A, NOT_SHARED, DENIED),
    ("denied inside: the others", BY_SECTION, f"CorsDenyOrigin {A}", B, shared(B), answered(B)),
    ("denied outside: who has a section inside", f"CorsDenyOrigin {A}", section(A), A, NOT_SHARED, DENIED),
    (
        "denied outside and no more inside", lines(f"CorsDenyOrigin {A}", section(A)), f"CorsDenyOrigin {C}", A,
        shared(A), answered(A),
    ),
    ("a section inside a plain policy: the plain source", policy(origin=B), section(A), B, NOT_SHARED, DENIED),
    ("a section inside a plain policy: its own", policy(origin=B), section(A), A, shared(A), answered(A)),
    (
        "a section with a line inside a plain policy", policy("CorsAllowMethods PUT", "CorsMaxAge 7", origin=B),
        section(A, "CorsMaxAge 5"), A, shared(A), answered(A, methods=PUT, max_age="5"),
    ),
    (
        "two sections inside: the first of them", SIGNED_IN, lines(section(C, "CorsMaxAge 5"), section(A)), C,
        shared(C), answered(C, max_age="5"),
    ),
    (
        "two sections inside, one for an outer one's origin", SIGNED_IN, lines(section(C), section(A)), A, shared(A),
        answered(A),
    ),
    (
        "credentials around, of a section without a word",
        ON, section(A), A, shared(A, True), answered(A, credentials=True),
    ),
    ("credentials around, turned off by the section", ON, section(A, OFF), A, shared(A), answered(A)),
    (
        "credentials around, turned off by the section, of a plain source", ON,
        lines(section(A, OFF), f"CorsAllowOrigin {B}"), B, shared(B, True), answered(B, credentials=True),
    ),
    (
        "credentials inside, of an inherited section without a word", BY_SECTION, ON, A, shared(A, True),
        answered(A, max_age="5", credentials=True),
    ),
    (
        "credentials inside, of an inherited section that turned them off",
        lines(section(A, OFF), f"CorsAllowOrigin {B}"), ON, A, shared(A), answered(A),
    ),
    ("credentials inside, of the inherited source", BY_SECTION, ON, B, shared(B, True), answered(B, credentials=True)),
    (
        "credentials turned off inside, of an inherited section that has them", SIGNED_IN, OFF, A, shared(A, True),
        answered(A, credentials=True),
    ),
    (
        "credentials of the section alone", SIGNED_IN, "CorsMaxAge 9", A, shared(A, True),
        answered(A, max_age="9", credentials=True),
    ),
    (
        "credentials of the section alone, of the plain source",
        SIGNED_IN, "CorsMaxAge 9", B, shared(B), answered(B, max_age="9"),
    ),
    (
        "exposed inside, by a section without any", lines(section(A, ON), "CorsExposeHeaders X-Outer"),
        "CorsExposeHeaders X-Inner", A, shared(A, True, expose="X-Inner"), answered(A, credentials=True),
    ),
    (
        "exposed by the section", section(A, "CorsExposeHeaders X-Own"), "CorsExposeHeaders X-Inner", A,
        shared(A, expose="X-Own"), answered(A),
    ),
    (
        "request headers of both", section(A, "CorsAllowHeaders X-Own"), "CorsAllowHeaders X-Inner", A, shared(A),
        answered(A, names=f"{SAFELISTED}, X-Own"),
    ),
    ("no max age inside", section(A), "CorsMaxAge Off", A, shared(A), answered(A, max_age=None)),
    (
        "no max age in the section",
        section(A, "CorsMaxAge Off"), "CorsMaxAge 9", A, shared(A), answered(A, max_age=None),
    ),
    ("turned off inside", SIGNED_IN, "CorsEngine Off", A, {}, {}),
    (
        "turned off outside, on inside",
        lines(SIGNED_IN, "CorsEngine Off"), "CorsEngine On", A, shared(A, True), answered(A, credentials=True),
    ),
    ("every origin outside, a section inside: a stranger", "CorsAllowOrigin *", section(A), C, NOT_SHARED, DENIED),
    (
        "a section outside, every origin inside: its origin",
        SIGNED_IN, "CorsAllowOrigin *", A, FOR_EVERYBODY, answered("*", vary=None),
    ),
    (
        "every origin beside an inherited section: its origin", lines(section(A, ON), "CorsAllowOrigin *"),
        "CorsExposeHeaders X-Inner", A, shared(A, True, expose="X-Inner"), answered(A, credentials=True),
    ),
    (
        "every origin beside an inherited section: a stranger", lines(section(A, ON), "CorsAllowOrigin *"),
        "CorsExposeHeaders X-Inner", C, {**STAR, "Access-Control-Expose-Headers": "x-inner"}, answered("*"),
    ),
    (
        "every origin beside an inherited section: nobody", lines(section(A, ON), "CorsAllowOrigin *"),
        "CorsExposeHeaders X-Inner", None, {**STAR, "Access-Control-Expose-Headers": "x-inner"}, None,
    ),
    (
        "overlap, the narrow section first",
        lines(section(A, "CorsMaxAge 5"), section("https://*.example", "CorsMaxAge 6")),
        "CorsAllowMethods PUT", A, shared(A), answered(A, methods=PUT, max_age="5"),
    ),
    (
        "overlap, the wide section first", lines(section("https://*.example", "CorsMaxAge 6"), section(A, ON)),
        "CorsAllowMethods PUT", A, shared(A), answered(A, methods=PUT, max_age="6"),
    ),
    (
        "overlap, and what the first leaves out is not the second's",
        lines(section(A, "CorsMaxAge 5"), section("https://*.example", "CorsMaxAge 6", "CorsAllowMethods DELETE")),
        "CorsExposeHeaders X-Inner", A, shared(A, expose="X-Inner"), answered(A, max_age="5"),
    ),
    (
        "overlap of a section and a plain source", lines(f"CorsAllowOrigin {A}", section(A, ON)), "", A,
        shared(A, True), answered(A, credentials=True),
    ),
    (
        "overlap of a section and a regex",
        lines(r"CorsAllowOriginRegex https://[ab]\.example", section(A, "CorsMaxAge 5")), "", B, shared(B), answered(B),
    ),
    (
        "overlap of a section and an origin file, both inherited",
        lines("CorsOriginsFile conf/good", section(GOOD, ON)), "", GOOD,
        shared(GOOD, True), answered(GOOD, credentials=True),
    ),
    (
        "an origin file beside a section, inherited", lines("CorsOriginsFile conf/good", section(OTHER, ON)), "", GOOD,
        shared(GOOD), answered(GOOD),
    ),
    (
        "null in a section, guard lifted around it",
        lines("CorsDangerouslyAllow NullOrigin", section("null", "CorsMaxAge 5")), "", "null", shared("null"),
        answered("null", max_age="5"),
    ),
]

# place: configuration with {outer} and {inner}, which may be .htaccess files instead
IN_AREA = '<Directory "{root}/area">'
PLACES = {
    "Location over virtual host": "{outer}\n<Location /area>\n{inner}\n</Location>",
    "LocationMatch over Location":
        '<Location /area>\n{outer}\n</Location>\n<LocationMatch "^/a.ea/">\n{inner}\n</LocationMatch>',
    "Directory over Directory": f'{IN_AREA}\n{{inner}}\n</Directory>\n<Directory "{{root}}">\n{{outer}}\n</Directory>',
    "Files in DirectoryMatch":
        '<DirectoryMatch "/ar.a">\n{outer}\n<Files page>\n{inner}\n</Files>\n</DirectoryMatch>',
    "Location over Files": "<Location /area>\n{inner}\n</Location>\n<Files page>\n{outer}\n</Files>",
    "If in Location": "<Location /area>\n{outer}\n<If true>\n{inner}\n</If>\n</Location>",
    "If in If": "<If true>\n{outer}\n<If true>\n{inner}\n</If>\n</If>",
    ".htaccess over Directory": f"{IN_AREA}\nAllowOverride FileInfo\n{{outer}}\n</Directory>",
    ".htaccess over .htaccess": '<Directory "{root}">\nAllowOverride FileInfo\n</Directory>',
}
NOT_IN_HTACCESS = ("CorsOriginsFile", "CorsDangerouslyAllow")

site = Site()
site.file("conf/good", f"{GOOD}\n")


def virtual_host(number, place, outer, inner):
    """One virtual host for one case; its name."""
    name = f"case{number}.example"
    text = PLACES[place].format(outer=outer, inner=inner, root=f"${{DOCROOT}}/{name}")
    site.page(f"/{name}/area/page")
    if place.startswith(".htaccess"):
        site.file(f"htdocs/{name}/area/.htaccess", inner + "\n")
    if place.endswith(".htaccess"):
        site.file(f"htdocs/{name}/.htaccess", outer + "\n")
    body = f'ServerName {name}\nDocumentRoot "${{DOCROOT}}/{name}"\n{text}'
    site.add(f"<VirtualHost 127.0.0.1:${{PORT}}>\n{textwrap.indent(body, '    ')}\n</VirtualHost>")
    return name


def places_of(number, outer):
    """Three places for each row, in turn; some directives do not stand in .htaccess files."""
    is_bound = outer.startswith(NOT_IN_HTACCESS)
    names = [place for place in PLACES if not (is_bound and place == ".htaccess over .htaccess")]
    return [names[(number + step) % len(names)] for step in (0, 3, 6)]


CASES = [
    pytest.param(virtual_host(3 * number + nth, place, outer, inner), *expected, id=f"{name}: {place}")
    for number, (name, outer, inner, *expected) in enumerate(ROWS)
    for nth, place in enumerate(places_of(number, outer))
]


def test_the_table_is_large_enough():
    names = {row[0] for row in ROWS}
    assert len(names) == len(ROWS) >= 40 and len(CASES) == 3 * len(ROWS)
    for place in PLACES:
        assert sum(case.id.endswith(f": {place}") for case in CASES) >= 15, place
    for word in ("credentials", "overlap", "inside", "outside", "inherited"):
        assert sum(word in name for name in names) >= 4, word


@pytest.mark.parametrize("host, origin, actual, preflight", CASES)
def test_inner_over_outer(server, host, origin, actual, preflight):
    assert server.get("/area/page", origin, ("Host", host)).cors == actual
    if preflight is not None:
        asked = next((m for m in ("PUT", "DELETE") if m in preflight.get("Access-Control-Allow-Methods", "")), "GET")
        assert server.preflight("/area/page", origin, asked, None, ("Host", host)).cors == preflight
