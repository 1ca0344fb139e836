# SPDX-License-Identifier: Apache-2.0
"""<CorsOrigin>: each directive that may stand in it, over what is around it; sections beside "*"; the rest around."""

from harness import Site, policy, rows, section
from harness.answer import (
    FOR_EVERYBODY, NOT_SHARED, PREFLIGHT_VARY, SAFELISTED, answered, assert_denied, shared, tokens,
)
from harness.site import EVIL, GOOD, OTHER

PRIVATE = ("Access-Control-Request-Private-Network", "true")
ON, OFF = "CorsAllowCredentials On", "CorsAllowCredentials Off"
site = Site()

# around; in the section; what its origin gets besides, in a response and in a preflight's; the same of another origin
VALUES = [
    ("CorsAllowMethods", "", "CorsAllowMethods PUT", {}, {"methods": "GET, HEAD, POST, PUT"}, {}, {}),
    (
        "CorsAllowMethods, replaced", "CorsAllowMethods PUT", "CorsAllowMethods DELETE PATCH", {},
        {"methods": "GET, HEAD, POST, DELETE, PATCH"}, {}, {"methods": "GET, HEAD, POST, PUT"},
    ),
    (
        "CorsAllowMethods, every one", "CorsAllowMethods PUT", "CorsAllowMethods *", {}, {"methods": "*"}, {},
        {"methods": "GET, HEAD, POST, PUT"},
    ),
    (
        "CorsAllowMethods, in two lines", "CorsAllowMethods PUT", "CorsAllowMethods DELETE\nCorsAllowMethods PATCH", {},
        {"methods": "GET, HEAD, POST, DELETE, PATCH"}, {}, {"methods": "GET, HEAD, POST, PUT"},
    ),
    (
        "CorsAllowMethods, those of every policy", "CorsAllowMethods PUT", "CorsAllowMethods GET", {}, {}, {},
        {"methods": "GET, HEAD, POST, PUT"},
    ),
    ("CorsAllowHeaders", "", "CorsAllowHeaders X-A", {}, {"names": f"{SAFELISTED}, x-a"}, {}, {}),
    (
        "CorsAllowHeaders, replaced", "CorsAllowHeaders X-A", "CorsAllowHeaders X-B", {},
        {"names": f"{SAFELISTED}, x-b"}, {}, {"names": f"{SAFELISTED}, x-a"},
    ),
    (
        "CorsAllowHeaders, every one", "CorsAllowHeaders X-A", "CorsAllowHeaders * Authorization", {},
        {"names": "*, authorization"}, {}, {"names": f"{SAFELISTED}, x-a"},
    ),
    ("CorsAllowCredentials", "", ON, {"credentials": True}, {"credentials": True}, {}, {}),
    ("CorsAllowCredentials, turned off", ON, OFF, {}, {}, {"credentials": True}, {"credentials": True}),
    (
        "CorsAllowCredentials, left as it is", ON, "CorsMaxAge 1", {"credentials": True},
        {"credentials": True, "max_age": "1"}, {"credentials": True}, {"credentials": True},
    ),
    ("CorsExposeHeaders", "", "CorsExposeHeaders X-A", {"expose": "X-A"}, {}, {}, {}),
    (
        "CorsExposeHeaders, replaced", "CorsExposeHeaders X-A", "CorsExposeHeaders X-B", {"expose": "X-B"}, {},
        {"expose": "X-A"}, {},
    ),
    (
        "CorsExposeHeaders, every one without credentials", ON, f"{OFF}\nCorsExposeHeaders *", {"expose": "*"}, {},
        {"credentials": True}, {"credentials": True},
    ),
    ("CorsMaxAge", "", "CorsMaxAge 7200", {}, {"max_age": "7200"}, {}, {}),
    ("CorsMaxAge, zero", "CorsMaxAge 5", "CorsMaxAge 0", {}, {"max_age": "0"}, {}, {"max_age": "5"}),
    ("CorsMaxAge, none", "CorsMaxAge 5", "CorsMaxAge Off", {}, {"max_age": None}, {}, {"max_age": "5"}),
    ("CorsMaxAge, none around", "CorsMaxAge Off", "CorsMaxAge 5", {}, {"max_age": "5"}, {}, {"max_age": None}),
    ("CorsTimingAllowOrigin", "", "CorsTimingAllowOrigin On", {"timing": GOOD}, {}, {}, {}),
    (
        "CorsTimingAllowOrigin, turned off", "CorsTimingAllowOrigin On", "CorsTimingAllowOrigin Off", {}, {},
        {"timing": OTHER}, {},
    ),
    (
        "all at once", "",
        "CorsAllowMethods PUT\nCorsAllowHeaders X-A\nCorsAllowCredentials On\nCorsExposeHeaders X-B\n"
        "CorsMaxAge 9\nCorsTimingAllowOrigin On", {"credentials": True, "expose": "X-B", "timing": GOOD},
        {"methods": "GET, HEAD, POST, PUT", "names": f"{SAFELISTED}, x-a", "credentials": True, "max_age": "9"}, {}, {},
    ),
    (
        "nothing", "CorsMaxAge 5\nCorsExposeHeaders X-A", "", {"expose": "X-A"}, {"max_age": "5"}, {"expose": "X-A"},
        {"max_age": "5"},
    ),
]


def both(around, within):
    """The paths of a page with a section for one origin beside a plain source, written before it and after it."""
    rule = section(GOOD, *within.splitlines())
    return [site.location(text) for text in (
        "\n".join((rule, policy(around, origin=OTHER))), "\n".join((policy(around, origin=OTHER), rule)))]


@rows("paths, actual, preflight, other, other_preflight", [(n, both(a, w), *more) for n, a, w, *more in VALUES])
def test_over_what_is_around(server, paths, actual, preflight, other, other_preflight):
    for path in paths:
        assert server.get(path, GOOD).cors == shared(GOOD, **actual)
        assert server.preflight(path, GOOD).cors == answered(GOOD, **preflight)
        assert server.get(path, OTHER).cors == shared(OTHER, **other)
        assert server.preflight(path, OTHER).cors == answered(OTHER, **other_preflight)
        assert server.get(path, EVIL).cors == server.get(path).cors == NOT_SHARED


NETWORK = both("", "CorsAllowPrivateNetwork On")
NO_NETWORK = both("CorsAllowPrivateNetwork On", "CorsAllowPrivateNetwork Off")


@rows("paths, into, kept_out", [("On", NETWORK, GOOD, OTHER), ("turned off", NO_NETWORK, OTHER, GOOD)])
def test_the_private_network(server, paths, into, kept_out):
    for path in paths:
        assert server.preflight(path, into, "GET", None, PRIVATE).cors == answered(into, private_network=True)
        assert_denied(server.preflight(path, kept_out, "GET", None, PRIVATE), "private-network-not-allowed")
        assert server.preflight(path, kept_out).cors == answered(kept_out)


ALL = "CorsAllowMethods *\nCorsAllowHeaders *"
NARROW = section(GOOD, "CorsAllowMethods GET", "CorsAllowHeaders X-A")
LISTED = site.location(f"{ALL}\n{NARROW}\nCorsAllowOrigin {OTHER}")
ECHOED = site.location(f"{section(GOOD, ON)}\n{ALL}\nCorsAllowOrigin {OTHER}")


def test_what_a_list_in_a_section_takes_away(server):
    assert_denied(server.preflight(LISTED, GOOD, "PUT"), "method-not-allowed")
    assert_denied(server.preflight(LISTED, GOOD, "GET", "x-b"), "header-not-allowed")
    assert server.preflight(LISTED, GOOD, "GET", "x-a").cors == answered(GOOD, names=f"{SAFELISTED}, x-a")
    assert server.preflight(LISTED, OTHER, "PUT", "x-b").cors == answered(OTHER, methods="*", names="*")


def test_stars_around_are_spelt_out_for_a_section_with_credentials(server):
    expected = answered(GOOD, methods="PUT", names="x-b", credentials=True)
    assert server.preflight(ECHOED, GOOD, "PUT", "x-b").cors == expected
    assert server.preflight(ECHOED, OTHER, "PUT", "x-b").cors == answered(OTHER, methods="*", names="*")


SIGNED, READER, TIMED = "https://signed.example", "https://reader.example", "https://timed.example"
BESIDE = "\n".join(
    (
        section(SIGNED, ON, "CorsExposeHeaders X-Signed"),
        section(READER, "CorsAllowMethods PUT", "CorsExposeHeaders X-R"),
        "{star}", "CorsDenyOrigin https://bad.example", "CorsMaxAge 5",
    )
)
PLAIN_STAR = site.location(BESIDE.format(star="CorsAllowOrigin *"))
STAR_AMONG = site.location(BESIDE.format(star=f"CorsAllowOrigin {OTHER} *"))
STAR = {**FOR_EVERYBODY, **NOT_SHARED}


@rows("path", [("alone", PLAIN_STAR), ("among others", STAR_AMONG)])
@rows(
    "origin, actual, method, preflight",
    [
        (
            "a section with credentials", SIGNED, shared(SIGNED, True, expose="X-Signed"), "POST",
            answered(SIGNED, credentials=True, max_age="5"),
        ),
        (
            "a section without", READER, {**STAR, "Access-Control-Expose-Headers": "x-r"}, "PUT",
            answered("*", methods="GET, HEAD, POST, PUT", max_age="5"),
        ),
        ("everybody else", EVIL, STAR, "POST", answered("*", max_age="5")),
        ("the null origin", "null", STAR, "POST", answered("*", max_age="5")),
        ("everybody else, whose methods are around", EVIL, STAR, "PUT", {"Vary": tokens(PREFLIGHT_VARY)}),
        ("who is denied", "https://bad.example", NOT_SHARED, "POST", {"Vary": tokens(PREFLIGHT_VARY)}),
        ("nobody", None, STAR, None, None),
    ],
)
def test_sections_beside_every_origin(server, path, origin, actual, method, preflight):
    assert server.get(path, origin).cors == actual
    if method:
        assert server.preflight(path, origin, method).cors == preflight


FOR_ALL = "CorsExposeHeaders X-All", "CorsMaxAge 7"
STARRED = site.location("\n".join((section(SIGNED, ON), section("*", *FOR_ALL))))
STARRED_OFF = site.location("\n".join((ON, section(SIGNED), section("*", OFF, *FOR_ALL))))
STAR_SECTION = {**STAR, "Access-Control-Expose-Headers": "x-all"}


@rows("path", [("without credentials around", STARRED), ("without, unlike what is around", STARRED_OFF)])
@rows(
    "origin, actual, preflight",
    [
        ("the first section's", SIGNED, shared(SIGNED, True), answered(SIGNED, credentials=True)),
        ("everybody else", EVIL, STAR_SECTION, answered("*", max_age="7")),
        ("nobody", None, STAR_SECTION, None),
    ],
)
def test_a_section_for_every_origin(server, path, origin, actual, preflight):
    assert server.get(path, origin).cors == actual
    if preflight:
        assert server.preflight(path, origin).cors == preflight


REPORTED = site.location(f"{section(GOOD, ON)}\nCorsAllowOrigin {OTHER}\nCorsEngine ReportOnly\nCorsDisallowed Reject")
REFUSING = site.location(f"{section(GOOD, ON)}\nCorsAllowOrigin {OTHER}\nCorsDisallowed Reject")
STATUS = site.location(f"{section(GOOD, ON)}\nCorsPreflightStatus 200")
PASSING = site.location(f"{section(GOOD, ON)}\nCorsPreflight PassThrough")
TURNED_OFF = site.location(f"{section(GOOD, ON)}\nCorsEngine Off")
DEBUGGED = site.location(f"{section(GOOD, 'CorsAllowMethods PUT')}\nCorsDebug On")


def test_what_is_only_watched_changes_nothing(server):
    for origin in (GOOD, OTHER, EVIL, None):
        assert (server.get(REPORTED, origin).status, server.get(REPORTED, origin).cors) == (200, {})
    assert server.preflight(REPORTED, GOOD, "PUT").cors == {}
    assert server.log.find(r"origin-not-allowed|not allowed|denied"), server.log.lines()


def test_a_section_is_not_refused_and_strangers_are(server):
    for origin, status, expected in (
        (GOOD, 200, shared(GOOD, True)), (OTHER, 200, shared(OTHER)), (EVIL, 403, NOT_SHARED), (None, 200, NOT_SHARED),
    ):
        response = server.get(REFUSING, origin)
        assert (response.status, response.cors) == (status, expected)


def test_what_does_not_depend_on_the_origin_is_taken_from_around(server):
    response = server.preflight(STATUS, GOOD)
    assert (response.status, response.cors) == (200, answered(GOOD, credentials=True))
    assert server.preflight(PASSING, GOOD).status != 204
    assert server.get(TURNED_OFF, GOOD).cors == {} == server.preflight(TURNED_OFF, GOOD).cors


def test_the_reason_of_a_debugged_preflight_is_the_section(server):
    response = server.preflight(DEBUGGED, GOOD, "DELETE")
    assert response.status != 403 and response.cors["Access-Control-Allow-Origin"] == GOOD
    (said,) = response.all("Cors-Debug")
    assert "method-not-allowed" in said
    lines = server.root.read("conf/site.conf").splitlines()
    line = next(n for n, line in enumerate(lines) if "CorsDebug On" in line) - 1
    assert "CorsAllowMethods PUT" in lines[line - 1] and f"conf/site.conf:{line}" in said
