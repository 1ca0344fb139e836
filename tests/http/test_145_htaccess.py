# SPDX-License-Identifier: Apache-2.0
"""Policies in .htaccess files: where AllowOverride lets them, and nowhere else."""

from harness import Site, policy, rows
from harness.answer import NOT_SHARED, UNTOUCHED, assert_answered, shared
from harness.site import EVIL, GOOD, OTHER

site = Site()
ALLOWED = site.htaccess("/allowed", policy("CorsAllowCredentials On", "CorsExposeHeaders X-A"))
ALL = site.htaccess("/all", policy(), override="All")
IGNORED = site.htaccess("/ignored", policy(), override="None")
WRONG = site.htaccess("/wrong", policy(), override="AuthConfig")
LISTED = site.htaccess("/listed", policy(), override="None\n    AllowOverrideList CorsAllowOrigin")
NOT_CORS = site.htaccess("/notcors", "DirectoryIndex page", override="Indexes")
FILES = site.htaccess("/files", f"<Files page>\n{policy()}\n</Files>\n<If true>\nCorsMaxAge 9\n</If>")


@rows(
    "path, origin, status, expected",
    [
        ("with FileInfo", ALLOWED, GOOD, 200, shared(GOOD, credentials=True, expose="X-A")),
        ("with FileInfo, another origin", ALLOWED, EVIL, 200, NOT_SHARED),
        ("with All", ALL, GOOD, 200, shared(GOOD)),
        ("with None the file is not read", IGNORED, GOOD, 200, UNTOUCHED),
        ("by its name in AllowOverrideList", LISTED, GOOD, 200, shared(GOOD)),
        ("a file without a word of ours", NOT_CORS, GOOD, 200, UNTOUCHED),
        ("sections in the file", FILES, GOOD, 200, shared(GOOD)),
    ],
)
def test_in_force(server, path, origin, status, expected):
    response = server.get(path, origin)
    assert (response.status, response.cors) == (status, expected)


@rows(
    "path, differences",
    [
        ("with FileInfo", ALLOWED, {"credentials": True}),
        ("with All", ALL, {}),
        ("sections in the file", FILES, {"max_age": "9"}),
    ],
)
def test_preflights(server, path, differences):
    assert_answered(server.preflight(path, GOOD), GOOD, **differences)


def test_another_override_is_not_enough(server):
    server.log.expect(r"\[core:alert\].*CorsAllowOrigin not allowed here")
    assert server.get(WRONG, GOOD).status == 500


FAULTS = [
    ("a bad pattern", policy(origin="https://good.example/"), "https://good.example/"),
    ("an unknown value", policy("CorsAllowCredentials Perhaps"), "CorsAllowCredentials"),
    ("a bad method", policy("CorsAllowMethods TRACE"), "TRACE"),
    ("a bad header name", policy("CorsAllowHeaders Cookie"), "Cookie"),
    ("a number out of range", policy("CorsMaxAge 86401"), "86401"),
    ("a misspelt directive", policy("CorsAllowOrigins x"), "CorsAllowOrigins"),
]


@rows("path, words", [(n, site.htaccess(f"/fault{i}", text), words) for i, (n, text, words) in enumerate(FAULTS)])
def test_a_fault_is_an_error_of_the_server_and_logged(server, path, words):
    server.log.expect(rf"\[(core|cors):(alert|error)\].*{words}")
    response = server.get(path, GOOD)
    assert response.status == 500
    assert server.preflight(path, GOOD).status == 500


def test_a_changed_file_is_in_force_at_once(start):
    changing = Site()
    path = changing.htaccess("/changing", policy())
    server = start(changing)
    assert server.get(path, GOOD).cors == shared(GOOD)
    server.root.write("htdocs/changing/.htaccess", policy(origin=OTHER).encode())
    assert [server.get(path, origin).cors for origin in (GOOD, OTHER)] == [NOT_SHARED, shared(OTHER)]
