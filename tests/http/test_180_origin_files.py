# SPDX-License-Identifier: Apache-2.0
"""CorsOriginsFile: one pattern a line, and every bad line named."""

from harness import Site, configtest, rows
from harness.answer import NOT_SHARED, assert_answered, assert_denied, shared
from harness.site import EVIL

LISTED = "https://listed.example"
FILES = [
    ("a plain list", "https://first.example\nhttps://listed.example\nhttps://last.example\n"),
    ("no newline at the end", "https://first.example\nhttps://listed.example"),
    ("line ends of DOS", "https://first.example\r\nhttps://listed.example\r\n"),
    ("a byte order mark", "\ufeffhttps://listed.example\nhttps://last.example\n"),
    ("a byte order mark and line ends of DOS", "\ufeff# list\r\nhttps://listed.example\r\n"),
    ("blank lines", "\n\n   \n\t\nhttps://listed.example\n\n"),
    ("blank lines of DOS", "\r\n\r\nhttps://listed.example\r\n\r\n"),
    ("lines of comment", "# a comment\n  # another\nhttps://listed.example\n# the last"),
    ("a comment behind a pattern", "https://listed.example # ours\nhttps://last.example# theirs\n"),
    ("comments that look like patterns", "# https://evil.example\nhttps://listed.example #https://evil.example\n"),
    ("a comment of bytes that are no text", "# caf\udce9\nhttps://listed.example\n"),
    ("blanks around patterns", "  https://listed.example  \n\thttps://last.example\t\n"),
    ("the same pattern twice", "https://listed.example\nhttps://listed.example\n"),
    ("a wildcard", "https://*.example\n"),
    ("any port", "https://listed.example:*\n"),
    ("a long comment", "# " + "x" * 20000 + "\nhttps://listed.example\n"),
    ("ten thousand lines", "".join(f"https://o{n}.example\n" for n in range(10000)) + "https://listed.example\n"),
]

site = Site()
PATHS = []
for number, (name, content) in enumerate(FILES):
    site.file(f"conf/origins/{number}.txt", content.encode("utf-8", "surrogateescape"))
    PATHS.append((name, site.location(f"CorsOriginsFile conf/origins/{number}.txt")))


@rows("path", PATHS)
def test_a_listed_origin_is_allowed(server, path):
    assert server.get(path, LISTED).cors == shared(LISTED)
    assert_answered(server.preflight(path, LISTED), LISTED)


@rows("path", PATHS)
def test_an_unlisted_one_is_not(server, path):
    assert server.get(path, "https://unlisted.test").cors == NOT_SHARED
    assert server.get(path, EVIL.replace("example", "test")).cors == NOT_SHARED
    assert_denied(server.preflight(path, "https://unlisted.test"), "origin-not-allowed")


@rows("path", [row for row in PATHS if row[0].startswith("comments that")])
def test_a_commented_origin_is_not_allowed(server, path):
    assert server.get(path, "https://evil.example").cors == NOT_SHARED


site.file("conf/empty", "# nobody yet\n")
ABSOLUTE = site.location('CorsOriginsFile "${ROOT}/conf/origins/0.txt"')
FILE = "CorsOriginsFile conf/origins"
TWO = site.location(f"{FILE}/0.txt\n{FILE}/13.txt\nCorsAllowOrigin https://beside.test")
EMPTY = site.location("CorsOriginsFile conf/empty")


@rows(
    "path, origin, expected",
    [
        ("an absolute path", ABSOLUTE, LISTED, shared(LISTED)),
        ("two files, the first", TWO, LISTED, shared(LISTED)),
        ("two files, the second", TWO, "https://any.example", shared("https://any.example")),
        ("a pattern beside them", TWO, "https://beside.test", shared("https://beside.test")),
        ("a file that allows nobody is a policy nevertheless", EMPTY, LISTED, NOT_SHARED),
    ],
)
def test_paths_and_company(server, path, origin, expected):
    assert server.get(path, origin).cors == expected


def check(content, *lines):
    """configtest of a site whose origin file has this content; its CorsOriginsFile is on line 1."""
    tested = Site("\n".join(("CorsOriginsFile conf/origins.txt", *lines)))
    tested.file("conf/origins.txt", content)
    return configtest(tested)


@rows(
    "content, line, value, mend",
    [
        (
            "upper case", "https://fine.example\nhttps://Good.example\n", 2, "https://Good.example",
            "https://good.example",
        ),
        (
            "a trailing slash, after comments", "# a\n\n# b\nhttps://good.example/\n", 4, "https://good.example/",
            "https://good.example",
        ),
        (
            "a fault on the first line, behind a mark", b"\xef\xbb\xbfhttps://Good.example\n", 1,
            "https://Good.example", "https://good.example",
        ),
        (
            "a fault in a file of DOS", b"# a\r\nhttps://good.example:443\r\n", 2, "https://good.example:443",
            "https://good.example",
        ),
        ("a fault without a newline", "https://fine.example\nnonsense", 2, "nonsense", ""),
        ("two patterns on a line", "https://one.example https://two.example\n", 1, "", ""),
        ("null", "https://fine.example\nnull\n", 2, "null", "NullOrigin"),
        ("a mark in the middle", "https://fine.example\n\ufeffhttps://good.example\n", 2, "", ""),
        ("a zero byte", b"https://fine.example\nhttps://good.example\x00.evil.test\n", 2, "", ""),
        ("a carriage return in the middle", b"https://one.example\rhttps://two.example\n", 1, "", ""),
        ("a line without an end in sight", "https://" + "a" * 20000 + ".example\n", 1, "", ""),
    ],
)
def test_a_bad_line_is_named(content, line, value, mend):
    check(content).assert_refused(line, value, mend, file="conf/origins.txt")


def test_every_bad_line_is_named():
    result = check("https://A.example\nhttps://fine.example\nhttps://b.example/\nnonsense\n")
    named = [line for line in (1, 2, 3, 4) if result.at(line, "conf/origins.txt")]
    assert result.code != 0 and named == [1, 3, 4], result.output


@rows(
    "argument, word",
    [
        ("a file that is not there", "conf/none.txt", "conf/none.txt"),
        ("a directory", "conf", "conf"),
        ("a file below a file", "conf/site.conf/origins", "conf/site.conf/origins"),
        ("nothing", '""', "CorsOriginsFile"),
    ],
)
def test_a_file_that_cannot_be_read(argument, word):
    configtest(f"CorsMaxAge 5\nCorsOriginsFile {argument}").assert_refused(2, word)


CREDENTIALS = "CorsAllowCredentials On"


@rows(
    "pattern, mend",
    [
        ("every origin", "*", "CorsAllowCredentials"),
        ("an http origin", "http://good.example", "InsecureOrigins"),
        ("all of a public suffix", "https://*.co.uk", "PublicSuffixes"),
    ],
)
def test_with_credentials_the_lines_are_checked(pattern, mend):
    content = f"https://fine.example\n# more\n{pattern}\n"
    check(content, CREDENTIALS).assert_refused(3, pattern, mend, file="conf/origins.txt")


@rows("pattern", [("an http origin", "http://good.example"), ("all of a public suffix", "https://*.co.uk")])
def test_with_credentials_a_guard_may_be_lifted(pattern):
    lift = "CorsDangerouslyAllow InsecureOrigins PublicSuffixes"
    check(f"https://fine.example\n{pattern}\n", CREDENTIALS, lift).assert_nothing_said()


def test_the_same_file_may_be_safe_in_one_section_and_unsafe_in_another():
    tested = Site()
    tested.file("conf/o", "https://*.co.uk\n")
    tested.location("CorsOriginsFile conf/o")
    configtest(tested).assert_nothing_said()
    tested.location(f"CorsOriginsFile conf/o\n{CREDENTIALS}")
    configtest(tested).assert_refused(1, "https://*.co.uk", "PublicSuffixes", file="conf/o")


def test_http_origins_in_a_file_are_warned_about():
    check("https://fine.example\nhttp://good.example\n").assert_warned(
        2, "http://good.example", file="conf/origins.txt",
    )


def test_null_in_a_file_may_be_lifted():
    check("null\n", "CorsDangerouslyAllow NullOrigin").assert_nothing_said()


def test_a_star_in_a_file_is_everybody(start):
    everybody = Site()
    path = everybody.location("CorsOriginsFile conf/star")
    everybody.file("conf/star", "*\n")
    assert start(everybody).get(path, EVIL).cors["Access-Control-Allow-Origin"] == "*"
