# SPDX-License-Identifier: Apache-2.0
"""CorsOriginsQuery with PostgreSQL: what a column may be, and changes that are loaded without a restart."""

import contextlib
import re

import pytest
from harness import Httpd, Site, configtest, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED
from harness.queries import (
    ALL, EVERY_SECOND, FAILED, LEFT_OUT, LISTED, LOADED, allowed, becomes, line_of, postgresql, said,
)
from harness.reload import until
from harness.site import EVIL, GOOD, OTHER

site = Site(postgresql("${DATABASE}"), modules=["dbd"])


def select(columns):
    """The path of a page whose policy has this query."""
    return site.location(f"CorsOriginsQuery \"SELECT {columns}\"")


TYPES = [
    ("text", f"'{LISTED}'::text"),
    ("varchar", f"'{LISTED}'::varchar(40)"),
    ("char, full", f"'{LISTED}'::char({len(LISTED)})"),
    ("name", f"'{LISTED}'::name"),
    ("an enumeration", "choice FROM (SELECT unnest(enum_range(NULL::choices)) AS choice) AS all_of_them"),
    ("a domain", f"'{LISTED}'::address"),
    ("an array, unrolled", f"unnest(ARRAY['{GOOD}', '{LISTED}'])"),
    ("JSON", f"'[\\\"{LISTED}\\\"]'::json ->> 0"),
    ("a row of values", f"* FROM (VALUES ('{LISTED}', 1), ('{GOOD}', 2)) AS two"),
    ("a function", "pattern FROM listed() AS pattern"),
    ("more columns than one", f"'{LISTED}', '{EVIL}', now()"),
    ("the same a thousand times", f"'{LISTED}' FROM generate_series(1, 1000)"),
    ("ten thousand", f"'https://o' || n || '.example' FROM generate_series(1, 10000) AS n UNION SELECT '{LISTED}'"),
    ("a percent sign", f"'{LISTED}' WHERE 'abc' LIKE 'a%s' OR 'abc' LIKE 'a%'"),
]
TYPE_PATHS = [(name, select(columns)) for name, columns in TYPES]
LEFT = [
    ("an integer", "42", "42"),
    ("a boolean", "true", "'true'"),
    ("bytes", f"'{GOOD}'::bytea", r"\x68747470733a"),
    ("an array", f"ARRAY['{GOOD}']", "{https://good.example}"),
    ("NULL", "NULL", ""),
    ("nothing", "''", ""),
    ("a Unicode host", "'https://b\u00fccher.example'", "punycode"),
    ("a new line", f"E'{GOOD}\\\\n{OTHER}'", r"https://good.example\n"),
    ("a megabyte", "'https://' || repeat('a', 1000000)", "https://aaaa"),
]
LEFT_PATHS = [(name, select(f"{row}::text UNION ALL SELECT '{LISTED}'"), word) for name, row, word in LEFT]
NO_COLUMNS = select("FROM generate_series(1, 3)")


@rows("path", TYPE_PATHS)
def test_types_and_forms(server, path):
    assert allowed(server, path, [LISTED, EVIL]) == [LISTED]


@rows("path, word", LEFT_PATHS)
def test_a_row_that_is_left_out_is_named_once(server, path, word):
    assert allowed(server, path, [LISTED, GOOD, OTHER]) == [LISTED]
    [line] = said(server, LEFT_OUT, line_of(site, path))
    assert line.startswith("[cors:warn] ") and word in line and len(line) < 1000, line


def test_a_query_without_columns_allows_nobody_and_is_named(server):
    assert server.get(NO_COLUMNS, "").cors == server.get(NO_COLUMNS, GOOD).cors == NOT_SHARED
    assert said(server, f"({LEFT_OUT}|{FAILED})", line_of(site, NO_COLUMNS))


# Rows at first; what happens to them; which of the four are allowed then, or everybody
FOUR = [LISTED, GOOD, OTHER, EVIL]
CHANGES = [
    ("a row more", [LISTED], f"INSERT INTO origins VALUES (%s, '{GOOD}')", [LISTED, GOOD]),
    ("the first row", [], f"INSERT INTO origins VALUES (%s, '{LISTED}')", [LISTED]),
    ("a row less", [LISTED, GOOD], f"DELETE FROM origins WHERE list = %s AND pattern = '{GOOD}'", [LISTED]),
    ("no row any more", [LISTED, GOOD], "DELETE FROM origins WHERE list = %s", []),
    ("another pattern", [LISTED], f"UPDATE origins SET pattern = '{GOOD}' WHERE list = %s", [GOOD]),
    ("a bad row", [LISTED], f"INSERT INTO origins VALUES (%s, '{GOOD}'), (%s, 'https://Bad.example')", [LISTED, GOOD]),
    ("a bad row goes", [LISTED, "nonsense"], "DELETE FROM origins WHERE list = %s AND pattern = 'nonsense'", [LISTED]),
    ("every row is bad now", [LISTED], "UPDATE origins SET pattern = pattern || '/' WHERE list = %s", []),
    ("everybody comes", [LISTED], "INSERT INTO origins VALUES (%s, '*')", "everybody"),
    ("everybody goes", [LISTED, "*"], "DELETE FROM origins WHERE list = %s AND pattern = '*'", [LISTED]),
    ("nothing happens", [LISTED, GOOD], "UPDATE origins SET list = %s WHERE list = %s", [LISTED, GOOD]),
]
CHANGE_PATHS = []
for number, (name, before, statement, now) in enumerate(CHANGES):
    path = site.location(f"CorsOriginsQuery \"SELECT pattern FROM origins WHERE list = 'change {number}'\"")
    CHANGE_PATHS.append((name, path, before, statement.replace("%s", f"'change {number}'"), now))
HELD = site.location("CorsOriginsQuery \"SELECT pattern FROM origins WHERE list = 'held'\"")


def verdicts(server, path):
    """What the four get."""
    if server.get(path).cors == FOR_EVERYBODY:
        return "everybody"
    return allowed(server, path, FOUR)


@pytest.fixture(scope="module")
def server(postgres):
    """All queries are answered, as far as that shows."""
    name = postgres.case()
    postgres.sql(
        f"""
        CREATE TYPE choices AS ENUM ('{LISTED}', '{GOOD}');
        CREATE DOMAIN address AS text CHECK (VALUE LIKE 'https%');
        CREATE FUNCTION listed() RETURNS SETOF text LANGUAGE sql AS $$ SELECT '{LISTED}' $$;
        INSERT INTO origins VALUES ('held', '{LISTED}'), ('', '{GOOD}');
        """,
        name,
    )
    values = [f"('change {number}', '{each}')" for number, change in enumerate(CHANGES) for each in change[1]]
    postgres.sql(f"INSERT INTO origins VALUES {', '.join(values)}", name)
    site.environment["DATABASE"] = postgres.params(name)
    expected = [path for _, path in TYPE_PATHS] + [path for _, path, _ in LEFT_PATHS] + [HELD]
    with Httpd(site) as running:
        running.case = name
        with contextlib.suppress(AssertionError):
            until(lambda: all(allowed(running, path, [LISTED]) for path in expected), "")
        yield running


@pytest.fixture(scope="module")
def changed(postgres, server):
    """What the log had said before the changes, and after them and some looks more."""
    before = server.root.read("logs/error")
    postgres.sql("BEGIN;" + ";".join(row[3] for row in CHANGE_PATHS) + ";COMMIT", server.case)
    with contextlib.suppress(AssertionError):
        until(lambda: all(verdicts(server, path) == now for _, path, _, _, now in CHANGE_PATHS), "")
    looks(postgres, server)
    return before, server.root.read("logs/error")[len(before):]


def looks(postgres, server):
    """Wait until the server has looked once more, from the first query of the file to the last."""
    start = postgres.queries(server.case, "'held'")
    until(lambda: postgres.queries(server.case, "'held'") > start + 1, "the server looks again")


@rows("path, now", [(row[0], row[1], row[4]) for row in CHANGE_PATHS])
def test_what_has_changed_is_in_force(server, changed, path, now):
    assert verdicts(server, path) == now


@rows("path, now", [(row[0], row[1], row[4]) for row in CHANGE_PATHS])
def test_a_change_is_logged_once_and_no_change_never(server, changed, path, now):
    name, _, before, *_ = next(row for row in CHANGE_PATHS if row[1] == path)
    lines = said(server, LOADED, line_of(site, path), changed[1])
    assert len(lines) == (0 if name == "nothing happens" else 1)
    numbers = {len([each for each in before if each != "nonsense"]), 2 if now == "everybody" else len(now)}
    for line in lines:
        assert numbers <= {int(each) for each in re.findall(r"(?<![\w./-])\d+(?![\w./-])", line)}, line


@rows("path", [row[:2] for row in CHANGE_PATHS if "bad" in row[0]])
def test_a_row_that_is_left_out_is_not_named_at_each_look(server, changed, path):
    name = next(row[0] for row in CHANGE_PATHS if row[1] == path)
    expected = (1, 0) if name == "a bad row goes" else (0, 1)
    assert tuple(len(said(server, LEFT_OUT, line_of(site, path), text)) for text in changed) == expected


def test_what_is_not_committed_is_not_seen(postgres, server):
    insert = f"INSERT INTO origins VALUES ('held', '{GOOD}')"
    with postgres.transaction(insert, server.case):
        looks(postgres, server)
        assert allowed(server, HELD, FOUR) == [LISTED]
    postgres.sql(insert, server.case)
    becomes(server, HELD, FOUR, LISTED, GOOD)


def test_each_virtual_host_has_its_own_database(postgres, start):
    hosts = Site(f"{EVERY_SECOND}\n<VirtualHost 127.0.0.1:${{PORT}}>\nServerName localhost\n</VirtualHost>", ["dbd"])
    path = hosts.page("/page")
    for number, origin in enumerate((GOOD, OTHER)):
        lines = postgresql(postgres.params(postgres.case(origin))).replace(EVERY_SECOND, ALL)
        hosts.add(f"<VirtualHost 127.0.0.1:${{PORT}}>\nServerName {number}.example\n{lines}\n</VirtualHost>")
    server = start(hosts)

    def answers():
        asked = [(origin, ("Host", f"{number}.example")) for number in (0, 1) for origin in FOUR]
        return [each[0] for each in asked if server.get(path, *each).cors != NOT_SHARED]

    until(lambda: answers() == [GOOD, OTHER], answers)


@rows(
    "lines, words",
    [
        ("mod_dbd", [ALL], ["LoadModule dbd_module"]),
        ("mod_dbd, in a section", ["<Location />", ALL, "</Location>"], ["LoadModule dbd_module"]),
    ],
)
def test_configtest_says_which_module_is_missing(lines, words):
    result = configtest("\n".join(["CorsMaxAge 5", *lines]))
    line = 2 + lines.index(ALL)
    result.assert_refused(line, "CorsOriginsQuery", *words)
    assert any("CORS0204" in message for message in result.at(line)), result.output


@rows(
    "text",
    [
        ("a virtual host", "<VirtualHost *:1>\n%s\n</VirtualHost>"),
        ("<Directory>", '<Directory "/">\n%s\n</Directory>'),
        ("<Files> in a <Location>'s neighbour", '<Directory "/">\n<Files x>\n%s\n</Files>\n</Directory>'),
        ("<If>", "<If true>\n%s\n</If>"),
        ("<Proxy>", '<Proxy "http://x.example/*">\n%s\n</Proxy>'),
        ("the server, twice", "%s\n%s"),
        ("the same section as other sources", f"<Location /x>\nCorsAllowOrigin {GOOD}\n%s\n</Location>"),
    ],
)
def test_places_that_are_right(text):
    lines = 'DBDriver sqlite3\nDBDParams "none"\n'
    configtest(Site(lines + text.replace("%s", ALL), ["dbd", "proxy"])).assert_nothing_said()


@rows(
    "text, line",
    [
        ("<Limit>", f"<Location />\n<Limit GET>\n{ALL}\n</Limit>\n</Location>", 3),
        ("<LimitExcept>", f"<Location />\n<LimitExcept GET>\n{ALL}\n</LimitExcept>\n</Location>", 3),
        ("nothing to ask", 'CorsMaxAge 5\nCorsOriginsQuery ""', 2),
        ("blanks to ask", 'CorsMaxAge 5\nCorsOriginsQuery "  "', 2),
    ],
)
def test_places_and_values_that_are_wrong(text, line):
    configtest(Site(text, ["dbd"])).assert_refused(line, "CorsOriginsQuery")


@rows("arguments", [("none", ""), ("two", "SELECT 1")])
def test_a_number_of_arguments(arguments):
    result = configtest(Site(f"CorsOriginsQuery {arguments}", ["dbd"]))
    assert result.code != 0 and "CorsOriginsQuery" in result.output
