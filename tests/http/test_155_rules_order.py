# SPDX-License-Identifier: Apache-2.0
"""<CorsOrigin>: denied first, then the first section in the file that has a pattern for the origin, then the rest."""

from harness import Site, rows, section
from harness.answer import FOR_EVERYBODY, NOT_SHARED, PREFLIGHT_VARY, answered, assert_denied, shared, tokens

APP = "https://app.example.com"
site = Site(expects=["CORS0621"])  # one section is for http:


def numbered(*patterns, more=""):
    """The path of a page under a section for each of the patterns; its max age is its number."""
    return site.location("\n".join([*(section(p, f"CorsMaxAge {n}") for n, p in enumerate(patterns, 1)), more]))


FILL = [f"https://fill{n}.example.net" for n in range(12)]

# the patterns of the sections, in order; the origin; the number of the section
FIRST = [
    ("alone", [APP], APP, 1),
    ("twice the same", [APP, APP], APP, 1),
    ("the narrow one before the wide one", [APP, "https://*.example.com"], APP, 1),
    ("the wide one before the narrow one", ["https://*.example.com", APP], APP, 1),
    ("the wide one for the others", [APP, "https://*.example.com"], "https://a.example.com", 2),
    (
        "a wildcard is not for the domain itself",
        ["https://*.example.com", "https://example.com"], "https://example.com", 2,
    ),
    (
        "two wildcards, the narrow one first",
        ["https://*.b.example.com", "https://*.example.com"], "https://a.b.example.com", 1,
    ),
    (
        "two wildcards, the wide one first",
        ["https://*.example.com", "https://*.b.example.com"], "https://a.b.example.com", 1,
    ),
    ("a port before any port", [f"{APP}:8443", f"{APP}:*"], f"{APP}:8443", 1),
    ("any port before a port", [f"{APP}:*", f"{APP}:8443"], f"{APP}:8443", 1),
    ("any port, and none", [f"{APP}:8443", f"{APP}:*"], APP, 2),
    ("both wildcards", [f"{APP}:1", "https://*.example.com:*", APP], APP, 2),
    ("any port against a wildcard, first", [f"{APP}:*", "https://*.example.com"], APP, 1),
    ("any port against a wildcard, second", ["https://*.example.com", f"{APP}:*"], APP, 1),
    ("the wildcard has no port", ["https://*.example.com", f"{APP}:*"], f"{APP}:8443", 2),
    ("another scheme", ["http://app.example.com", APP], APP, 2),
    ("the second pattern of a section", [f"https://x.example {APP}", APP], APP, 1),
    ("the second pattern of the second section", ["https://x.example", f"https://y.example {APP}", APP], APP, 2),
    ("a wide second pattern of the first section", ["https://x.example https://*.example.com", APP], APP, 1),
    ("every origin last", [APP, "*"], APP, 1),
    ("every origin last, the others", [APP, "*"], "https://else.example", 2),
    ("every origin first", ["*", APP], APP, 1),
    ("every origin in the middle, before it", [APP, "*", "https://*.example"], APP, 1),
    ("every origin in the middle, after it", [APP, "*", "https://*.example"], "https://a.example", 2),
    ("every origin beside a pattern", [f"https://x.example *", APP], APP, 1),
    ("every origin is null's, too", [APP, "*"], "null", 2),
    ("an address", ["https://192.0.2.1", "https://192.0.2.1:*"], "https://192.0.2.1", 1),
    ("a suffix of a name is no subdomain", ["https://*.ple.com", "https://*.example.com"], APP, 2),
]


def widths():
    """Each row as it is, and with a dozen other sections before, behind and between its own."""
    for name, patterns, origin, number in FIRST:
        yield f"{name}; few", numbered(*patterns), origin, number
        yield f"{name}; others before", numbered(*FILL, *patterns), origin, number + len(FILL)
        yield f"{name}; others behind", numbered(*patterns, *FILL), origin, number
        mixed = [p for n, pattern in enumerate(patterns) for p in (*FILL[4 * n : 4 * n + 4], pattern)]
        yield f"{name}; others between", numbered(*mixed), origin, mixed.index(patterns[number - 1]) + 1


@rows("path, origin, number", [row for row in widths()])
def test_the_first_section_counts(server, path, origin, number):
    found = server.preflight(path, origin).cors
    allowed = found.pop("Access-Control-Allow-Origin")
    assert found == {k: v for k, v in answered("", max_age=str(number)).items() if k != "Access-Control-Allow-Origin"}
    assert allowed in ((origin, "*") if "*" in allowed else (origin,))


HUNDRED = site.location(
    "\n".join(
        [
            *(section(f"https://app{n}.example.com", f"CorsMaxAge {n}", "CorsAllowCredentials On") for n in range(50)),
            *(section(f"https://*.{t}.example.com https://{t}.example.com", f"CorsMaxAge {n + 50}")
              for n, t in ((n, f"t{n}") for n in range(49))),
            section("https://*.example.com:*", "CorsMaxAge 99"),
            "CorsAllowOrigin https://plain.example https://app3.example.com",
            "CorsDenyOrigin https://app7.example.com https://*.bad.t9.example.com",
        ]
    )
)


@rows(
    "origin, differences",
    [
        ("the first", "https://app0.example.com", {"max_age": "0", "credentials": True}),
        ("the last exact one", "https://app49.example.com", {"max_age": "49", "credentials": True}),
        ("one that is a plain source as well", "https://app3.example.com", {"max_age": "3", "credentials": True}),
        ("the first wildcard", "https://x.t0.example.com", {"max_age": "50"}),
        ("the last wildcard", "https://x.y.t48.example.com", {"max_age": "98"}),
        ("the second pattern", "https://t31.example.com", {"max_age": "81"}),
        ("none of the ninety-nine", "https://t49.example.com", {"max_age": "99"}),
        ("a port that only the last has", "https://app3.example.com:8443", {"max_age": "99"}),
        ("a plain source", "https://plain.example", {}),
        ("beside a denied one", "https://good.t9.example.com", {"max_age": "59"}),
    ],
)
def test_a_hundred_sections(server, origin, differences):
    assert server.preflight(HUNDRED, origin).cors == answered(origin, **differences)
    assert server.get(HUNDRED, origin).cors == shared(origin, credentials="credentials" in differences)


@rows(
    "origin",
    [
        ("denied, of an exact section", "https://app7.example.com"),
        ("denied, of a wildcard", "https://very.bad.t9.example.com"),
        ("the domain itself", "https://example.com"),
        ("another scheme", "http://app3.example.com"),
        ("a name that ends alike", "https://badexample.com"),
        ("null", "null"),
    ],
)
def test_who_has_none_of_a_hundred(server, origin):
    assert server.get(HUNDRED, origin).cors == NOT_SHARED
    assert_denied(server.preflight(HUNDRED, origin), "origin-not-allowed")


ONE, ALL = numbered(APP), numbered("*")


@rows("origin", [("two origins", f"{APP} {APP}"), ("a path", f"{APP}/"), ("too long", "https://" + "a" * 400)])
def test_what_is_no_origin(server, origin):
    for path in (HUNDRED, ONE, ALL):
        response = server.get(path, origin)
        assert response.cors == NOT_SHARED
        assert_denied(server.preflight(path, origin), "origin-malformed")


# the deny list; the origins of a section; who asks; whether it is allowed
DENIALS = [
    ("the same", APP, APP, APP, False),
    ("a wildcard", "https://*.example.com", APP, APP, False),
    ("any port", f"{APP}:*", f"{APP}:8443", f"{APP}:8443", False),
    ("one of a wildcard's", APP, "https://*.example.com", APP, False),
    ("another of a wildcard's", APP, "https://*.example.com", "https://x.example.com", True),
    ("one of all", APP, "*", APP, False),
    ("everybody", "*", APP, APP, False),
]


@rows("deny, pattern, origin, allowed", DENIALS)
def test_who_is_denied_is_denied_in_any_section(server, deny, pattern, origin, allowed):
    for text in (f"CorsDenyOrigin {deny}\n{section(pattern)}", f"{section(pattern)}\nCorsDenyOrigin {deny}"):
        path = PATHS[text]
        assert server.get(path, origin).cors == (shared(origin) if allowed else NOT_SHARED)
        if not allowed:
            assert_denied(server.preflight(path, origin), "origin-not-allowed")


PATHS = {
    text: site.location(text)
    for _, deny, pattern, *_ in DENIALS
    for text in (f"CorsDenyOrigin {deny}\n{section(pattern)}", f"{section(pattern)}\nCorsDenyOrigin {deny}")
}
WIDE = site.location(
    f"{section('*', 'CorsExposeHeaders X-All')}\nCorsDenyOrigin {APP}\nCorsAllowOrigin https://x.example"
)
BY_WIDE = {**FOR_EVERYBODY, **NOT_SHARED, "Access-Control-Expose-Headers": "x-all"}


@rows(
    "origin, expected",
    [
        ("denied", APP, NOT_SHARED),
        ("anybody else", "https://y.example", BY_WIDE),
        ("a plain source, too late", "https://x.example", BY_WIDE),
        ("nobody", None, BY_WIDE),
    ],
)
def test_a_section_for_every_origin(server, origin, expected):
    assert server.get(WIDE, origin).cors == expected
    if origin and origin != APP:
        assert server.preflight(WIDE, origin).cors == {**answered("*"), "Vary": tokens(PREFLIGHT_VARY)}
