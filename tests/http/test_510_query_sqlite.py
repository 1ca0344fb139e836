# SPDX-License-Identifier: Apache-2.0
"""CorsOriginsQuery with SQLite: what a row may be, what is left out and named, what it combines with."""

import contextlib
import re

import pytest
from harness import Httpd, Site, rows, sqlite
from harness.answer import FOR_EVERYBODY, NOT_SHARED, assert_answered, assert_denied, shared
from harness.errorlog import LOUD
from harness.queries import ALL, EVERY_SECOND, LEFT_OUT, LISTED, LOADED, allowed, line_of, said
from harness.reload import until
from harness.site import EVIL, GOOD, OTHER

CREDENTIALS = "CorsAllowCredentials On"
CONTENT = []
site = Site(f"{sqlite.LINES}\n{EVERY_SECOND}", modules=["dbd"], allows=[LEFT_OUT])  # as soon as there is an answer


def query(where="1"):
    """The line with a query of some of the rows."""
    return f"CorsOriginsQuery \"SELECT pattern FROM origins WHERE {where}\""


def listing(*patterns, lines=()):
    """The path of a page whose policy has these rows."""
    name = str(len(CONTENT))
    CONTENT.extend((name, pattern) for pattern in patterns or (None,))
    return site.location("\n".join((query(f"list = '{name}'"), *lines)))


LONGEST = "https://" + ("a" * 49 + ".") * 5 + "com"
ADDRESSES = ["https://192.0.2.1", "https://[2001:db8::1]"]
# Patterns in rows; origins that are allowed by them; and that are not
GRANTED = [
    ("an origin", [LISTED], [LISTED], [f"{LISTED}:8443", "http://listed.example"]),
    ("three", [GOOD, OTHER, LISTED], [GOOD, OTHER, LISTED], [EVIL]),
    ("the same twice", [LISTED, LISTED], [LISTED], [EVIL]),
    ("a host, in many ways", [f"{LISTED}:*", LISTED, f"{LISTED}:1"], [LISTED, f"{LISTED}:1", f"{LISTED}:2"], [EVIL]),
    ("subdomains", ["https://*.listed.example"], ["https://a.b.listed.example"], [LISTED, "https://alisted.example"]),
    ("any port", [f"{LISTED}:*"], [LISTED, f"{LISTED}:8443"], ["http://listed.example"]),
    ("both wildcards", ["https://*.listed.example:*"], ["https://a.listed.example:1"], [LISTED]),
    ("punycode", ["https://xn--bcher-kva.example"], ["https://xn--bcher-kva.example"], [EVIL]),
    ("addresses", ADDRESSES, ADDRESSES, [EVIL]),
    ("an app's own scheme", ["capacitor://localhost"], ["capacitor://localhost"], ["https://localhost"]),
    ("http", ["http://listed.example"], ["http://listed.example"], [LISTED]),
    ("the longest host", [LONGEST], [LONGEST], [EVIL]),
    (
        "ten thousand", [f"https://o{number}.example" for number in range(10000)],
        ["https://o0.example", "https://o4711.example", "https://o9999.example"], ["https://o10000.example"],
    ),
]
GRANTED_PATHS = [(name, listing(*patterns), yes, no) for name, patterns, yes, no in GRANTED]
WITH_CREDENTIALS = [
    ("https", LISTED, ()),
    ("http on loopback", "http://localhost:3000", ()),
    ("http, where that is lifted", "http://listed.example", ["CorsDangerouslyAllow InsecureOrigins"]),
    ("null, where that is lifted", "null", ["CorsDangerouslyAllow NullOrigin"]),
]
CREDENTIALS_PATHS = [(name, listing(row, lines=[CREDENTIALS, *more]), row) for name, row, more in WITH_CREDENTIALS]
SUFFIX = listing("https://*.uk.com", lines=[CREDENTIALS, "CorsDangerouslyAllow PublicSuffixes"])
NULL = listing("null", lines=["CorsDangerouslyAllow NullOrigin"])
EVERYBODY = listing("*")
EVERYBODY_AND = listing(LISTED, "*")
NOBODY = site.location(query("0"))


@rows("path, yes, no", GRANTED_PATHS)
def test_what_rows_grant(server, path, yes, no):
    assert allowed(server, path, [*yes, *no]) == yes
    assert_answered(server.preflight(path, yes[0]), yes[0])
    assert_denied(server.preflight(path, no[0]), "origin-not-allowed")


@rows("path, origin", CREDENTIALS_PATHS)
def test_what_rows_grant_with_credentials(server, path, origin):
    assert server.get(path, origin).cors == shared(origin, credentials=True)
    assert server.get(path, EVIL).cors == NOT_SHARED


@rows(
    "path, origin, expected",
    [
        ("a public suffix, where that is lifted", SUFFIX, "https://a.uk.com", shared("https://a.uk.com", True)),
        ("null, where that is lifted", NULL, "null", shared("null")),
        ("every origin", EVERYBODY, EVIL, FOR_EVERYBODY),
        ("every origin, and none is said", EVERYBODY, None, FOR_EVERYBODY),
        ("every origin beside one", EVERYBODY_AND, EVIL, FOR_EVERYBODY),
        ("no row at all is a policy nevertheless", NOBODY, EVIL, NOT_SHARED),
    ],
)
def test_special_rows(server, path, origin, expected):
    assert server.get(path, origin).cors == expected


# A row that is left out; words of its log line; more lines of the policy
LEFT = [
    ("upper case", "https://Good.example", ["https://Good.example", "https://good.example"]),
    ("a trailing slash", "https://good.example/", ["https://good.example/"]),
    ("the default port", "https://good.example:443", [":443"]),
    ("a path", "https://good.example/app", ["https://good.example/app"]),
    ("a bare host", "good.example", ["good.example"]),
    ("a wildcard in a name", "https://a*.example", ["https://a*.example"]),
    ("two origins", "https://one.example https://two.example", ["https://one.example https://two.example"]),
    ("a comment behind it", "https://good.example # ours", ["# ours"]),
    ("null", "null", ["null", "NullOrigin"]),
    ("NULL", None, []),
    ("nothing", "", []),
    ("a blank", " ", []),
    ("a number", 42, ["42"]),
    ("a fraction", 1.5, ["1.5"]),
    ("a quote", "https://o'brien.example", ["o'brien"]),
    ("a double quote", 'https://"good.example', ["good.example"]),
    ("a Unicode host", "https://b\u00fccher.example", ["cher.example", "punycode"]),
    ("a new line", f"{GOOD}\n{OTHER}", [r"https://good.example\nhttps://other.example"]),
    ("a carriage return", f"{GOOD}\r{OTHER}", [r"https://good.example\rhttps://other.example"]),
    ("control bytes", f"\x1b[2J{GOOD}\x07", [r"\x1b[2J", r"\x07"]),
    ("a percent sign", "https://%s%n.example", ["%s%n"]),
    ("ten thousand bytes", "https://" + "a" * 10000, ["https://aaaa"]),
    ("ten thousand labels", "https://" + "a." * 10000 + "example", ["https://a.a.a."]),
    ("every origin, with credentials", "*", ["*", "CorsAllowCredentials"], CREDENTIALS),
    ("http, with credentials", "http://good.example", ["http://good.example", "InsecureOrigins"], CREDENTIALS),
    ("a public suffix, with credentials", "https://*.co.uk", ["https://*.co.uk", "PublicSuffixes"], CREDENTIALS),
    ("null, with credentials", "null", ["null", "NullOrigin"], CREDENTIALS),
]
LEFT_PATHS = [(row[0], listing("https://first.example", row[1], LISTED, lines=row[3:]), *row[1:]) for row in LEFT]


@rows("path, row, words", [row[:4] for row in LEFT_PATHS])
def test_a_row_that_is_left_out_is_named_once(server, path, row, words):
    [line] = said(server, LEFT_OUT, line_of(site, path))
    assert line.startswith("[cors:warn] ") and all(word in line for word in words), line
    assert len(line) < 1000 and line.isascii() and line.isprintable(), line


@rows("path, row", [row[:3] for row in LEFT_PATHS])
def test_the_rows_beside_it_are_not(server, path, row):
    credentials = CREDENTIALS in site.text.splitlines()[line_of(site, path)]
    assert server.get(path, LISTED).cors == shared(LISTED, credentials=credentials)
    assert server.get(path, "https://first.example").cors == shared("https://first.example", credentials=credentials)
    for origin in (GOOD, OTHER, "http://good.example", "https://a.co.uk", "null", ""):
        assert server.get(path, origin).cors == NOT_SHARED


PADDED = listing(f"{LISTED}      ", OTHER)


def test_a_row_padded_with_blanks_is_read_or_named(server):
    assert allowed(server, PADDED, [LISTED]) or said(server, LEFT_OUT, line_of(site, PADDED))


# How it may be written
FORMS = [
    ("more columns than one", f"\"SELECT '{LISTED}', '{EVIL}', 3\""),
    ("without a table", f"\"SELECT '{LISTED}'\""),
    ("in lower case", "\"select pattern from origins where list = '0'\""),
    ("in single quotes", f"'SELECT \"pattern\" FROM \"origins\" WHERE pattern IN (\"{LISTED}\")'"),
    ("a percent sign", f"\"SELECT pattern FROM origins WHERE pattern = '{LISTED}' AND pattern LIKE '%%s%'\""),
    ("a semicolon at the end", f"\"SELECT '{LISTED}';\""),
    ("a comment at the end", f"\"SELECT '{LISTED}' -- ours\""),
    ("on two lines", f"\"SELECT pattern FROM origins \\\n WHERE pattern = '{LISTED}'\""),
    ("an expression", "\"SELECT 'https://' || 'listed' || '.example' AS anything\""),
    ("a union", f"\"SELECT '{GOOD}' UNION ALL SELECT '{LISTED}'\""),
    ("a recursion", f"\"WITH RECURSIVE n(i) AS (VALUES (1) UNION SELECT i + 1 FROM n WHERE i < 9) SELECT '{LISTED}'\""),
]
FORM_PATHS = [(name, site.location(f"CorsOriginsQuery {text}\nCorsMaxAge {n}")) for n, (name, text) in enumerate(FORMS)]


@rows("path", FORM_PATHS)
def test_forms_of_queries(server, path):
    assert allowed(server, path, [LISTED, EVIL]) == [LISTED]


site.file("conf/origins", "https://file.example\n")
FIRST, SECOND = query("list = '0'"), f"CorsOriginsQuery \"SELECT '{OTHER}'\""
COMPANY = [
    ("a pattern", [FIRST, f"CorsAllowOrigin {GOOD}"], [LISTED, GOOD]),
    ("a pattern before it", [f"CorsAllowOrigin {GOOD}", FIRST], [LISTED, GOOD]),
    ("a regex", [FIRST, r"CorsAllowOriginRegex https://g..d\.example"], [LISTED, GOOD]),
    ("a file", [FIRST, "CorsOriginsFile conf/origins"], [LISTED, "https://file.example"]),
    ("another query", [FIRST, SECOND], [LISTED, OTHER]),
    ("itself", [FIRST, FIRST], [LISTED]),
    ("all of them", [FIRST, SECOND, f"CorsAllowOrigin {GOOD}", "CorsOriginsFile conf/origins"],
     [LISTED, GOOD, OTHER, "https://file.example"]),
    ("an origin that is denied", [FIRST, SECOND, f"CorsDenyOrigin {LISTED}"], [OTHER]),
    ("an inner section without sources", [FIRST, "<If true>", "CorsMaxAge 5", "</If>"], [LISTED]),
    ("an inner section with a pattern", [FIRST, "<If true>", f"CorsAllowOrigin {GOOD}", "</If>"], [GOOD]),
    ("an outer section with a pattern", [f"CorsAllowOrigin {GOOD}", "<If true>", SECOND, "</If>"], [OTHER]),
    ("an outer section with a query", [FIRST, "<If true>", SECOND, "</If>"], [OTHER]),
]
COMPANY_PATHS = [(name, site.location("\n".join(lines)), expected) for name, lines, expected in COMPANY]
CANDIDATES = [LISTED, GOOD, OTHER, "https://file.example", EVIL]
OFF = site.location(f"CorsEngine Off\n{FIRST}")
site.add(
    f"""
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName localhost
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName own.example
        DBDParams "${{ROOT}}/database/own"
        {ALL}
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName main.example
        {query("list = '0'")}
    </VirtualHost>
    """
)
PAGE = site.page("/page")
site.file("database/own", sqlite.content([GOOD]))


@rows("path, expected", COMPANY_PATHS)
def test_company(server, path, expected):
    assert allowed(server, path, CANDIDATES) == expected


def test_off(server):
    assert server.get(OFF, LISTED).cors == {}


@rows(
    "host, origin",
    [("its own database", "own.example", GOOD), ("the main server's", "main.example", LISTED)],
)
def test_a_virtual_host_has(server, host, origin):
    answers = {each: server.get(PAGE, each, ("Host", host)).cors for each in (GOOD, LISTED)}
    assert answers == {GOOD: NOT_SHARED, LISTED: NOT_SHARED, origin: shared(origin)}


# The same query in two policies
SAME = "CorsOriginsQuery \"SELECT 'http://same.example' UNION SELECT '*' UNION SELECT 'https://same.example'\""
OPEN = site.location(SAME)
STRICT = site.location(f"{SAME}\n{CREDENTIALS}")
STAR = "CorsOriginsQuery \"SELECT '*'\""
UNSAFE = site.htaccess("/unsafe", CREDENTIALS)
site.add(f'<Directory "${{DOCROOT}}/unsafe">\n{STAR}\n</Directory>')
FORBIDDEN = site.htaccess("/forbidden", STAR, override="All")
site.file(sqlite.FILE, sqlite.content(CONTENT))


@pytest.fixture(scope="module")
def server():
    """Every query has been answered, as far as that shows; what does not is the business of its case."""
    expected = [(path, yes[0]) for _, path, yes, _ in GRANTED_PATHS] + [(path, LISTED) for _, path, *_ in LEFT_PATHS]
    expected += [(path, LISTED) for _, path in FORM_PATHS] + [(OPEN, "https://same.example"), (EVERYBODY, EVIL)]
    with Httpd(site) as running:
        with contextlib.suppress(AssertionError):
            until(lambda: all("Access-Control-Allow-Origin" in running.get(*each).cors for each in expected), "")
        yield running


def test_what_one_policy_may_not_have_is_left_out_of_the_query_in_both(server):
    origins = ["https://same.example", "http://same.example", EVIL]
    assert allowed(server, OPEN, origins) == allowed(server, STRICT, origins, credentials=True) == origins[:1]
    lines = "\n".join(said(server, LEFT_OUT))
    assert "'http://same.example'" in lines and lines.count("InsecureOrigins") == 2


def test_credentials_by_htaccess_under_a_query_for_everybody(server):
    server.log.expect(r"\[cors:error\] CORS0403: (?=.*CorsOriginsQuery)(?=.*CorsAllowCredentials)(?=.*\.htaccess:1)")
    assert server.get(UNSAFE, EVIL).cors == NOT_SHARED


def test_not_in_htaccess(server):
    server.log.expect(r"\[core:alert\].*CORS0107: .*\.htaccess:1: CorsOriginsQuery")
    assert server.get(FORBIDDEN, EVIL).status == 500


@rows("path, number", [(name, path, len(yes)) for name, path, yes, _ in GRANTED_PATHS[:2]])
def test_the_log_says_how_many_origins(server, path, number):
    [line] = said(server, LOADED, line_of(site, path))
    assert line.startswith("[cors:notice] ") and re.search(rf"(?<![\w./-]){number}(?![\w./-])", line), line


def test_the_log_says_nothing_else_that_is_loud(server):
    lines = [line for line in server.root.read("logs/error").splitlines() if LOUD.search(line)]
    others = [line for line in lines if not re.search(rf"{LEFT_OUT}|CORS0621|CORS0403|\.htaccess", line)]
    assert not others and len(lines) < 2 * len(LEFT)
