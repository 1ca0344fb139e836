# SPDX-License-Identifier: Apache-2.0
"""Combinations that are refused when the configuration is read, and the lifting of their guards."""

from harness import Site, configtest, policy, rows

CREDENTIALS = "CorsAllowCredentials On"
STAR = "CorsAllowOrigin *"

# two lines that do not go together; what the message says
UNSAFE = [
    ("every origin", STAR, "*", "CorsAllowCredentials"),
    ("every origin among others", f"{STAR} https://good.example", "*", "CorsAllowCredentials"),
    ("an http origin", "CorsAllowOrigin http://good.example", "http://good.example", "InsecureOrigins"),
    (
        "an http origin with a port", "CorsAllowOrigin http://good.example:8080", "http://good.example:8080",
        "InsecureOrigins",
    ),
    ("an http wildcard", "CorsAllowOrigin http://*.good.example", "http://*.good.example", "InsecureOrigins"),
    ("an http address", "CorsAllowOrigin http://192.0.2.1", "http://192.0.2.1", "InsecureOrigins"),
    (
        "a name that begins like localhost", "CorsAllowOrigin http://localhost.example", "http://localhost.example",
        "InsecureOrigins",
    ),
    (
        "a name that ends like localhost", "CorsAllowOrigin http://notlocalhost", "http://notlocalhost",
        "InsecureOrigins",
    ),
    (
        "an address that begins like a loopback", "CorsAllowOrigin http://127.0.0.1.example",
        "http://127.0.0.1.example", "InsecureOrigins",
    ),
    ("a scheme that is not https", "CorsAllowOrigin app://good.example", "app://good.example", "InsecureOrigins"),
    ("all of a top-level domain", "CorsAllowOrigin https://*.com", "https://*.com", "PublicSuffixes"),
    ("all of a country's companies", "CorsAllowOrigin https://*.co.uk", "https://*.co.uk", "PublicSuffixes"),
    ("all of a hoster's customers", "CorsAllowOrigin https://*.github.io", "https://*.github.io", "PublicSuffixes"),
    ("all of a suffix on a port", "CorsAllowOrigin https://*.co.uk:8443", "https://*.co.uk:8443", "PublicSuffixes"),
    ("all of a suffix on any port", "CorsAllowOrigin https://*.co.uk:*", "https://*.co.uk:*", "PublicSuffixes"),
    ("all of a suffix with a trailing dot", "CorsAllowOrigin https://*.co.uk.", "https://*.co.uk.", "PublicSuffixes"),
    ("a regex for everything", "CorsAllowOriginRegex .*", ".*", "CorsAllowCredentials"),
    ("a regex for every https origin", "CorsAllowOriginRegex https://.*", "https://.*", "CorsAllowCredentials"),
    ("a regex for every host", "CorsAllowOriginRegex https?://[^/]+", "https?://[^/]+", "CorsAllowCredentials"),
    (
        "a regex with a wide alternative",
        r"CorsAllowOriginRegex https://good\.example|https://[a-z.]+", r"https://[a-z.]+", "CorsAllowCredentials",
    ),
    ("everything exposed", policy("CorsExposeHeaders *"), "*", "CorsExposeHeaders"),
]


@rows("text, value, mend", UNSAFE)
def test_refused_with_credentials(text, value, mend):
    result = configtest(f"<Location /x>\n{CREDENTIALS}\n{text}\n</Location>")
    assert result.code != 0, result.output
    about = result.at(2) + result.at(3) + result.at(4)
    assert any(value in message and mend in message for message in about), result.output
    assert any("CorsAllowCredentials" in message for message in about), result.output


@rows("text, value, mend", [row for row in UNSAFE if "http://" not in row[1]])
def test_accepted_without(text, value, mend):
    configtest(f"<Location /x>\n{text}\n</Location>").assert_nothing_said()


OVER_THE_SERVER = [
    ("a Location", "<Location /x>", "</Location>"),
    ("a Directory", '<Directory "${DOCROOT}/x">', "</Directory>"),
    ("Files in a Directory", '<Directory "${DOCROOT}/x">\n<Files y>', "</Files>\n</Directory>"),
    ("an If", "<If true>", "</If>"),
    ("a virtual host", "<VirtualHost *:1>", "</VirtualHost>"),
    ("a Location of a virtual host", "<VirtualHost *:1>\n<Location /x>", "</Location>\n</VirtualHost>"),
    (
        "an If in a Location of a virtual host", "<VirtualHost *:1>\n<Location /x>\n<If true>",
        "</If>\n</Location>\n</VirtualHost>",
    ),
    ("a Proxy", "<Proxy http://x.example/>", "</Proxy>"),
]


@rows("opening, closing", OVER_THE_SERVER)
@rows(
    "outer, inner",
    [("origin outside, credentials inside", STAR, CREDENTIALS), ("the other way round", CREDENTIALS, STAR)],
)
def test_refused_over_the_server(opening, closing, outer, inner):
    result = configtest(Site(f"{outer}\n{opening}\n{inner}\n{closing}", modules=["proxy"]))
    line = 2 + len(opening.splitlines())
    assert result.code != 0, result.output
    about = result.at(1) + result.at(line)
    assert any("CorsAllowOrigin" in message and "CorsAllowCredentials" in message for message in about), result.output


def test_a_virtual_host_under_its_sections():
    result = configtest(f"<VirtualHost *:1>\n{STAR}\n<Location /x>\n{CREDENTIALS}\n</Location>\n</VirtualHost>")
    assert result.code != 0 and (result.at(2) or result.at(4)), result.output


def test_a_section_that_mends_it_is_accepted():
    configtest(f"{STAR}\n<Location /x>\n{policy(CREDENTIALS)}\n</Location>").assert_nothing_said()


def test_each_unsafe_section_is_reported():
    section = f"<Location /x>\n{STAR}\n{CREDENTIALS}\n</Location>\n"
    result = configtest(section * 3)
    assert result.code != 0 and all(result.at(n + 2) or result.at(n + 3) for n in (0, 4, 8)), result.output


HTTP = policy(CREDENTIALS, origin="http://good.example")
SUFFIX = policy(CREDENTIALS, origin="https://*.co.uk")
NULL = policy(origin="null")


@rows(
    "text, guard",
    [
        ("insecure origins", HTTP, "InsecureOrigins"),
        ("another scheme", policy(CREDENTIALS, origin="app://good.example"), "InsecureOrigins"),
        ("public suffixes", SUFFIX, "PublicSuffixes"),
        ("null", NULL, "NullOrigin"),
    ],
)
def test_each_guard_is_lifted_by_its_own_name(text, guard):
    others = [name for name in ("NullOrigin", "InsecureOrigins", "PublicSuffixes") if name != guard]
    places = [
        "{lift}\n{text}", "{lift}\n<Location /x>\n{text}\n</Location>", "<Location /x>\n{text}\n{lift}\n</Location>",
    ]
    for place in places:
        configtest(place.format(lift=f"CorsDangerouslyAllow {guard}", text=text)).assert_nothing_said()
        refused = configtest(place.format(lift=f"CorsDangerouslyAllow {' '.join(others)}", text=text))
        assert refused.code != 0 and guard in refused.output, refused.output


@rows(
    "text",
    [
        ("every origin", f"{STAR}\n{CREDENTIALS}"),
        ("a regex for everything", f"CorsAllowOriginRegex .*\n{CREDENTIALS}"),
        ("everything exposed", policy("CorsExposeHeaders *", CREDENTIALS)),
    ],
)
def test_no_guard_lifts(text):
    assert configtest(f"{text}\nCorsDangerouslyAllow NullOrigin InsecureOrigins PublicSuffixes").code != 0


def test_null_is_guarded_without_credentials_too():
    configtest(NULL).assert_refused(1, "null", "NullOrigin")


def test_an_inner_lifting_replaces_the_outer_one():
    inner = f"<Location /x>\nCorsDangerouslyAllow InsecureOrigins\n{NULL}\n</Location>"
    configtest(f"CorsDangerouslyAllow NullOrigin\n{inner}").assert_refused(4, "null", "NullOrigin")


@rows(
    "text",
    [
        ("localhost", policy(CREDENTIALS, origin="http://localhost:3000")),
        ("a name below localhost", policy(CREDENTIALS, origin="http://app.localhost:3000")),
        ("all names below localhost", policy(CREDENTIALS, origin="http://*.localhost:*")),
        ("127.0.0.1", policy(CREDENTIALS, origin="http://127.0.0.1:3000")),
        ("the last loopback address", policy(CREDENTIALS, origin="http://127.255.255.255")),
        ("the IPv6 loopback", policy(CREDENTIALS, origin="http://[::1]:3000")),
        ("a native shell on localhost", policy(CREDENTIALS, origin="capacitor://localhost")),
        ("a domain below a public suffix", policy(CREDENTIALS, origin="https://*.example.co.uk")),
        ("a public suffix itself", policy(CREDENTIALS, origin="https://github.io")),
        ("a narrow regex", f"CorsAllowOriginRegex https://[a-z]+\\.good\\.example\n{CREDENTIALS}"),
    ],
)
def test_safe_with_credentials(text):
    configtest(text).assert_nothing_said()


def test_ten_faults_are_ten_messages():
    lines = [
        "CorsAllowOrigin https://Good.example", "CorsAllowOrigin https://good.example/", "CorsAllowOrigin null",
        "CorsDenyOrigin https://good.example:443", "CorsAllowMethods TRACE", "CorsAllowHeaders Cookie",
        "CorsExposeHeaders Set-Cookie", "CorsMaxAge 86401", "CorsPreflightStatus 404", "CorsAllowOriginRegex (",
    ]
    result = configtest("\n".join(lines))
    silent = [line for number, line in enumerate(lines, 1) if not result.at(number)]
    assert result.code != 0 and not silent, result.output


def test_faults_of_both_kinds_and_of_all_sections_are_told_in_one_run():
    result = configtest(
        f"<Location /a>\n{STAR}\n{CREDENTIALS}\n</Location>\n"
        "<VirtualHost *:1>\nCorsMaxAge 86401\n<Directory /b>\nCorsAllowOrigin null\n</Directory>\n</VirtualHost>"
    )
    assert result.code != 0
    assert (result.at(2) or result.at(3)) and result.at(6) and result.at(8), result.output


def test_an_included_file_is_named():
    site = Site('Include "${ROOT}/conf/more.conf"')
    site.file("conf/more.conf", "\n\nCorsAllowOrigin https://Good.example\n")
    configtest(site).assert_refused(3, "https://Good.example", "https://good.example", file="conf/more.conf")
