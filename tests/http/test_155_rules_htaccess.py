# SPDX-License-Identifier: Apache-2.0
"""<CorsOrigin> in .htaccess files: where it may stand, its faults, and what only a merge makes unsafe."""

from harness import Site, policy, rows, section
from harness.answer import FOR_EVERYBODY, NOT_SHARED, UNTOUCHED, answered, assert_denied, shared
from harness.site import EVIL, GOOD, OTHER

ON, OFF = "CorsAllowCredentials On", "CorsAllowCredentials Off"
RULES = f"{section(GOOD, ON)}\n{policy('CorsExposeHeaders X-A', origin=OTHER)}"

site = Site(expects=["CORS0621"])  # one section is for http:


@rows(
    "path, expected",
    [
        ("with FileInfo", site.htaccess("/allowed", RULES), shared(GOOD, True, expose="X-A")),
        ("with All", site.htaccess("/all", RULES, override="All"), shared(GOOD, True, expose="X-A")),
        ("with None the file is not read", site.htaccess("/none", RULES, override="None"), UNTOUCHED),
        (
            "by its name in AllowOverrideList",
            site.htaccess("/listed", section(GOOD, "CorsMaxAge 5"),
                          override="None\n    AllowOverrideList <CorsOrigin CorsMaxAge"),
            shared(GOOD),
        ),
        ("in a section of the file", site.htaccess("/files", f"<Files page>\n{RULES}\n</Files>"),
         shared(GOOD, True, expose="X-A")),
    ],
)
def test_in_force(server, path, expected):
    response = server.get(path, GOOD)
    assert (response.status, response.cors) == (200, expected)


@rows(
    "path",
    [
        ("AuthConfig", site.htaccess("/auth", section(GOOD), override="AuthConfig")),
        ("Indexes", site.htaccess("/indexes", section(GOOD), override="Indexes Limit Options")),
    ],
)
def test_another_override_is_not_enough(server, path):
    server.log.expect(r"\[core:alert\].*<CorsOrigin.* not allowed here")
    assert server.get(path, GOOD).status == 500


# the file; who is kept out; what is logged
FAULTS = [
    ("a bad pattern", section("https://good.example/", "CorsMaxAge 5"), GOOD, "https://good.example/"),
    ("a bad value within", section(GOOD, "CorsMaxAge 86401"), GOOD, "86401"),
    ("null", section("null"), "null", "null"),
    ("every origin with credentials", section("*", ON), GOOD, "CorsAllowCredentials"),
    ("every origin with credentials around", f"{ON}\n{section('*')}", GOOD, "CorsAllowCredentials"),
    ("http with credentials", section("http://g.example", ON), "http://g.example", "http://g.example"),
    ("a public suffix with credentials", section("https://*.co.uk", ON), "https://x.co.uk", r"https://\*\.co\.uk"),
    ("everything exposed with credentials", section(GOOD, ON, "CorsExposeHeaders *"), GOOD, "CorsExposeHeaders"),
    ("what may not stand within", section(GOOD, "Header set X-A b"), GOOD, "Header"),
    ("a policy within", section(GOOD, f"CorsAllowOrigin {OTHER}"), GOOD, "CorsAllowOrigin"),
    ("a section within", section(GOOD, *section(OTHER).splitlines()), GOOD, "<CorsOrigin>"),
    ("a lifted guard", f"CorsDangerouslyAllow NullOrigin\n{section('null')}", "null", "CorsDangerouslyAllow"),
    ("no >", f"<CorsOrigin {GOOD}\n</CorsOrigin>", GOOD, "<CorsOrigin"),
    ("no pattern", "<CorsOrigin>\n</CorsOrigin>", GOOD, "<CorsOrigin"),
    ("in <Limit>", f"<Limit GET>\n{section(GOOD)}\n</Limit>", GOOD, "<Limit>"),
    ("not closed", f"<CorsOrigin {GOOD}>", GOOD, "CorsOrigin"),
]
FAULTY = [(n, site.htaccess(f"/fault{i}", text, "All"), *more) for i, (n, text, *more) in enumerate(FAULTS)]


@rows("path, origin, words", FAULTY)
def test_a_fault_allows_nobody_and_is_logged(server, path, origin, words):
    server.log.expect(rf"\[(core|cors):(alert|error)\].*{words}")
    for response in (server.get(path, origin), server.preflight(path, origin)):
        assert response.status in (200, 403, 500)
        assert not any(name.startswith("Access-Control") for name in response.cors)


# What the server's configuration has, what the .htaccess adds; the origins that are kept out, those that are not
MERGED = [
    (
        "credentials around an inherited section for everybody", f"{section(GOOD, 'CorsMaxAge 5')}\n{section('*')}", ON,
        [EVIL, "null"], {GOOD: shared(GOOD, True)}, ("<CorsOrigin>", "CorsAllowCredentials"),
    ),
    (
        "credentials around an inherited http section", f"{section('http://g.example')}\n{policy()}", ON,
        ["http://g.example"], {GOOD: shared(GOOD, True), EVIL: NOT_SHARED}, ("<CorsOrigin>", "CorsAllowCredentials"),
    ),
    (
        "credentials around an inherited section of a suffix", f"{section('https://*.co.uk')}\n{policy()}", ON,
        ["https://x.co.uk"], {GOOD: shared(GOOD, True)}, ("<CorsOrigin>", "CorsAllowCredentials"),
    ),
    (
        "a section for everybody inside inherited credentials", policy(ON), f"{section(OTHER)}\n{section('*')}",
        [EVIL, GOOD], {OTHER: shared(OTHER, True)}, ("<CorsOrigin>", "CorsAllowCredentials"),
    ),
    (
        "everything exposed around an inherited section with credentials", f"{section(OTHER, ON)}\n{policy()}",
        "CorsExposeHeaders *", [OTHER], {GOOD: shared(GOOD, expose="*")}, ("CorsExposeHeaders", "CorsAllowCredentials"),
    ),
    (
        "credentials around a section that exposes everything", f"{section(OTHER, 'CorsExposeHeaders *')}\n{policy()}",
        ON, [OTHER], {GOOD: shared(GOOD, True)}, ("CorsExposeHeaders", "CorsAllowCredentials"),
    ),
    (
        "credentials around a plain star, beside a section", f"{section(OTHER, 'CorsMaxAge 5')}\nCorsAllowOrigin *", ON,
        [EVIL, GOOD], {OTHER: shared(OTHER, True)}, ("CorsAllowOrigin", "CorsAllowCredentials"),
    ),
]


def merged(number, outer, inner):
    """The path of a page under both."""
    path = site.htaccess(f"/merged{number}", inner)
    site.add(f'<Directory "${{DOCROOT}}/merged{number}">\n{outer}\n</Directory>')
    return path


@rows("path, kept_out, others, directives", [(n, merged(i, o, h), *more) for i, (n, o, h, *more) in enumerate(MERGED)])
def test_merged_into_something_unsafe(server, path, kept_out, others, directives):
    both = r"\[cors:error\]" + "".join(rf"(?=.*{word})" for word in directives)
    for origin in kept_out:
        server.log.allow(both)
        assert server.get(path, origin).cors == NOT_SHARED, origin
        assert_denied(server.preflight(path, origin), "unsafe-policy")
    (line,) = server.log.find(both)[:1]
    assert ".htaccess:" in line and "conf/site.conf:" in line and all(word in line for word in directives)
    for origin, expected in others.items():
        assert server.get(path, origin).cors == expected


def test_each_request_that_meets_it_is_one_line(server):
    server.log.allow(r"\[cors:error\]")
    before = len(server.log.find(r"\[cors:error\].*CorsAllowCredentials", 0))
    server.get("/merged0/page", EVIL)
    assert len(server.log.find(r"\[cors:error\].*CorsAllowCredentials")) - before == 1


def test_nobody_in_particular_is_served_without_headers_of_an_unsafe_section(server):
    server.log.allow(r"\[cors:error\]")
    assert server.get("/merged0/page").cors == NOT_SHARED
    assert server.get("/merged6/page").cors == NOT_SHARED


LIFTED = site.htaccess("/lifted", f"{ON}\n{section('http://g.example')}")
site.add('<Directory "${DOCROOT}/lifted">\nCorsDangerouslyAllow InsecureOrigins\n</Directory>')
SAFE = site.htaccess("/safe", ON)
site.add(f'<Directory "${{DOCROOT}}/safe">\n{section("*", OFF, "CorsExposeHeaders *")}\n</Directory>')


def test_what_a_merge_leaves_safe(server):
    assert server.get(LIFTED, "http://g.example").cors == shared("http://g.example", True)
    assert server.get(SAFE, EVIL).cors == {**FOR_EVERYBODY, **NOT_SHARED, "Access-Control-Expose-Headers": "*"}
    assert server.preflight(SAFE, EVIL).cors == {**answered("*")}


def test_a_changed_file_is_in_force_at_once(start):
    changing = Site()
    path = changing.htaccess("/changing", section(GOOD, ON))
    server = start(changing)
    assert server.get(path, GOOD).cors == shared(GOOD, True)
    server.root.write("htdocs/changing/.htaccess", f"{section(GOOD)}\n{section(OTHER, ON)}".encode())
    assert [server.get(path, origin).cors for origin in (GOOD, OTHER)] == [shared(GOOD), shared(OTHER, True)]
