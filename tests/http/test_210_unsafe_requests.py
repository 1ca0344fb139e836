# SPDX-License-Identifier: Apache-2.0
"""Unsafe combinations that only arise when sections merge: no CORS headers, and both directives in the log."""

from harness import Site, policy, rows
from harness.answer import NOT_SHARED, assert_answered, assert_denied, shared
from harness.site import EVIL, GOOD

CREDENTIALS = "CorsAllowCredentials On"
HTTP = "http://good.example"

site = Site(expects=[r"CORS0.*http://good\.example"])


def under(number, outer, inner):
    """The path of a page whose .htaccess says `inner` under a directory that says `outer`."""
    path = site.htaccess(f"/case{number}", inner)
    site.add(f'<Directory "${{DOCROOT}}/case{number}">\n{outer}\n</Directory>')
    return path


# outer (in a <Directory>); inner (in its .htaccess); origin; words of the log line
UNSAFE = [
    (
        "credentials under every origin", "CorsAllowOrigin *", CREDENTIALS, EVIL,
        [r"CorsAllowOrigin", r"conf/site\.conf:\d+", r"CorsAllowCredentials", r"\.htaccess:1"],
    ),
    (
        "every origin under credentials", CREDENTIALS, "CorsMaxAge 5\nCorsAllowOrigin *", EVIL,
        [r"CorsAllowOrigin", r"\.htaccess:2", r"CorsAllowCredentials", r"conf/site\.conf:\d+"],
    ),
    (
        "both in the same file", "CorsMaxAge 5", f"CorsAllowOrigin *\n{CREDENTIALS}", EVIL,
        [r"CorsAllowOrigin", r"\.htaccess:1", r"CorsAllowCredentials", r"\.htaccess:2"],
    ),
    (
        "credentials under an http origin", policy(origin=HTTP), CREDENTIALS, HTTP,
        [r"CorsAllowOrigin", r"conf/site\.conf:\d+", r"CorsAllowCredentials", r"\.htaccess:1"],
    ),
    (
        "an http origin under credentials", CREDENTIALS, policy(origin=HTTP), HTTP,
        [r"CorsAllowOrigin", r"\.htaccess:1", r"CorsAllowCredentials", r"conf/site\.conf:\d+"],
    ),
    (
        "a public suffix under credentials", CREDENTIALS, policy(origin="https://*.co.uk"), "https://a.co.uk",
        [r"CorsAllowOrigin", r"\.htaccess:1", r"CorsAllowCredentials", r"conf/site\.conf:\d+"],
    ),
    (
        "a regex for everything under credentials", CREDENTIALS, "CorsAllowOriginRegex https://.*", EVIL,
        [r"CorsAllowOriginRegex", r"\.htaccess:1", r"CorsAllowCredentials", r"conf/site\.conf:\d+"],
    ),
    (
        "credentials under everything exposed", policy("CorsExposeHeaders *"), CREDENTIALS, GOOD,
        [r"CorsExposeHeaders", r"conf/site\.conf:\d+", r"CorsAllowCredentials", r"\.htaccess:1"],
    ),
    (
        "null without its guard lifted", "CorsMaxAge 5", policy(origin="null"), "null",
        [r"CorsAllowOrigin", r"\.htaccess:1", r"NullOrigin"],
    ),
]
CASES = [
    (name, under(number, outer, inner), origin, words)
    for number, (name, outer, inner, origin, words) in enumerate(UNSAFE)
]


def expect_all(server, words):
    """Declare one error line of the module that has all the words, in any order."""
    server.log.expect(r"\[cors:error\] (?=.*CORS0\d\d\d)" + "".join(f"(?=.*{word})" for word in words))


@rows("path, origin, words", CASES)
def test_served_without_headers(server, path, origin, words):
    expect_all(server, words)
    response = server.get(path, origin)
    assert (response.status, response.cors) == (200, NOT_SHARED)


@rows("path, origin, words", CASES)
def test_the_preflight_is_denied(server, path, origin, words):
    expect_all(server, words)
    assert_denied(server.preflight(path, origin), "unsafe-policy")


@rows("path, origin, words", CASES)
def test_a_same_origin_request_is_none_of_its_business(server, path, origin, words):
    server.log.allow(r"\[cors:error\]")
    same = ("Sec-Fetch-Site", "same-origin")
    for response in (server.get(path, origin, same), server.preflight(path, origin, "PUT", None, same)):
        assert (response.status, response.cors) == (200, NOT_SHARED)


LIFT = "CorsDangerouslyAllow NullOrigin InsecureOrigins PublicSuffixes"


@rows(
    "path, origin, credentials",
    [
        (name, under(100 + number, f"{LIFT}\n{outer}", inner), origin, credentials)
        for number, (name, outer, inner, origin, credentials) in enumerate(
            [
                ("an http origin", CREDENTIALS, policy(origin=HTTP), HTTP, True),
                ("a public suffix", CREDENTIALS, policy(origin="https://*.co.uk"), "https://a.co.uk", True),
                ("null", "CorsMaxAge 600", policy(origin="null"), "null", False),
            ]
        )
    ],
)
def test_what_the_server_lifted_is_lifted_for_htaccess(server, path, origin, credentials):
    assert server.get(path, origin).cors == shared(origin, credentials=credentials)
    assert_answered(server.preflight(path, origin), origin, credentials=credentials)


SAFE = under(200, "CorsAllowOrigin *", policy(CREDENTIALS))


def test_a_file_that_names_its_own_origins_is_safe(server):
    assert server.get(SAFE, GOOD).cors == shared(GOOD, credentials=True)


site.add(
    f"""
    <Directory "${{DOCROOT}}/sections">
        CorsAllowOrigin *
    </Directory>
    <Location /sections>
        {CREDENTIALS}
    </Location>
    """
)
site.page("/sections/page")


def test_a_location_over_a_directory(server):
    words = ["CorsAllowOrigin", r"conf/site\.conf:\d+", "CorsAllowCredentials"]
    expect_all(server, words)
    assert server.get("/sections/page", GOOD).cors == NOT_SHARED
    assert_denied(server.preflight("/sections/page", GOOD), "unsafe-policy")
