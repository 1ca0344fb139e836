# SPDX-License-Identifier: Apache-2.0
"""The set-ups of conf/examples and README.md start without a word, and do what their comments promise."""

import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from harness import Site, configtest, installed, rows, sqlite
from harness.answer import FOR_EVERYBODY, NOT_SHARED, SAFELISTED, assert_answered, assert_denied, shared
from harness.postgres import quoted
from harness.queries import EVERY_SECOND, FAILED, becomes
from harness.reload import Reloading

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((PROJECT / "conf/examples").glob("*.conf"))
APP = "https://app.example.com"
FULL = {"methods": "GET, HEAD, POST, PUT, PATCH, DELETE"}
NAMES = "accept, accept-language, content-language, content-type, authorization"


def example(name, **substitutes):
    """The site of an example, its paths brought under the root of the test."""
    text = (PROJECT / "conf/examples" / name).read_text()
    site = Site(modules=["proxy", "proxy_http", "dbd"])
    for old, new in substitutes.items():
        text = text.replace(old, new)
    site.add(text)
    for name in ("development", "production"):
        site.file(f"conf/origins/{name}.origins", (PROJECT / f"conf/origins/{name}.origins").read_text())
    site.page("/api/page")
    return site


def test_there_are_examples():
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_is_accepted_without_a_word(path):
    configtest(example(path.name)).assert_nothing_said()


def test_the_reference_changes_nothing():
    configtest((PROJECT / "conf/cors.conf").read_text()).assert_nothing_said()


def test_every_directive_of_the_reference_can_be_uncommented():
    lines = (PROJECT / "conf/cors.conf").read_text().splitlines()
    text = "\n".join(re.sub(r"^#(?= *<?/?Cors)", "", line) for line in lines)
    site = example("public-api.conf")
    site.blocks = [text]
    configtest(site).assert_nothing_said()


def test_the_policy_of_the_readme():
    text = re.search(r"```apache\nLoadModule.*?\n\n(.*?)```", (PROJECT / "README.md").read_text(), re.S).group(1)
    assert len(text.splitlines()) <= 10
    configtest(text).assert_nothing_said()


def test_a_public_api(start):
    server = start(example("public-api.conf"))
    expected = {**FOR_EVERYBODY, "Access-Control-Expose-Headers": "link, x-ratelimit-remaining"}
    assert server.get("/api/page", APP).cors == expected
    assert server.get("/api/page").cors == expected
    assert_answered(server.preflight("/api/page", APP), "*", max_age="86400", vary=None)


def test_a_front_end_with_cookies(start):
    server = start(example("front-end-with-cookies.conf"))
    assert server.get("/api/page", APP).cors == shared(APP, credentials=True, expose="x-request-id")
    assert server.get("/api/page", "https://evil.example").cors == NOT_SHARED
    answer = server.preflight("/api/page", APP, method="DELETE", names="x-csrf-token")
    assert_answered(answer, APP, credentials=True, names=NAMES + ", x-csrf-token", **FULL)


@rows(
    "origin, allowed",
    [
        ("the domain", "https://example.com", True),
        ("a subdomain", "https://a.example.com", True),
        ("one below", "https://a.b.example.com", True),
        ("a preview", "https://pr-17.previews.example.net", True),
        ("not a preview", "https://pr-x.previews.example.net", False),
        ("the one that left", "https://legacy.example.com", False),
        ("a name that ends alike", "https://badexample.com", False),
    ],
)
def test_many_subdomains(start, origin, allowed):
    server = start(example("many-subdomains.conf"))
    assert server.get("/api/page", origin).cors == (shared(origin) if allowed else NOT_SHARED)


@rows(
    "environment, local, live",
    [("development", "development", True, False), ("production", "production", False, True), ("unset", None, False, True)],
)
def test_development_and_production(start, environment, local, live):
    site = example("development-and-production.conf")
    site.environment = {"ENV": environment} if environment else {}
    server = start(site)
    for origin, is_allowed in (("http://localhost:3000", local), (APP, live)):
        answer = server.get("/api/page", origin).cors
        assert answer == (shared(origin, credentials=True) if is_allowed else NOT_SHARED)


def test_behind_proxypass(start):
    site = example("behind-proxypass.conf", **{"127.0.0.1:8000": "127.0.0.1:${BACKEND}"})
    backend = 'DocumentRoot "${DOCROOT}"\nHeader always set Access-Control-Allow-Origin *'
    site.blocks = [
        f"<VirtualHost 127.0.0.1:${{PORT}}>\n{site.text}</VirtualHost>",
        f"<VirtualHost 127.0.0.1:${{BACKEND}}>\n{backend}\n</VirtualHost>",
    ]
    server = start(site)
    assert server.get("/api/page", APP).cors == shared(APP)
    assert server.get("/api/page", "https://evil.example").cors == NOT_SHARED
    assert server.get("/api/none", APP).cors == shared(APP)
    assert_answered(server.preflight("/api/page", APP, method="PUT"), APP, names=NAMES, **FULL)


def test_tenants_in_htaccess(start):
    site = example("tenants-in-htaccess.conf", **{"/srv/tenants": "${DOCROOT}/tenants"})
    policy = re.findall(r"#   (Cors.*)", (PROJECT / "conf/examples/tenants-in-htaccess.conf").read_text())
    assert policy
    site.file("htdocs/tenants/shop/.htaccess", "\n".join(policy) + "\n")
    site.page("/tenants/shop/page")
    site.page("/tenants/other/page")
    server = start(site)
    assert server.get("/tenants/shop/page", "https://shop.example").cors == shared("https://shop.example")
    assert server.get("/tenants/other/page", "https://shop.example").cors == {}


REPORTS, READER, STRANGER = "https://reports.partner.example", "https://a.b.partner.example", "https://evil.example"
OWN = {"methods": FULL["methods"], "names": NAMES + ", x-csrf-token", "credentials": True}
OWN_SHARED = {"credentials": True, "expose": "x-request-id"}
# who; what a response shares; the preflight that is allowed (method, headers, what its answer has), those that are not
CALLERS = [
    ("the app", APP, OWN_SHARED, ("DELETE", "x-csrf-token", OWN), [("PURGE", None), ("GET", "x-partner-id")]),
    (
        "the admins' app", "https://admin.example.com", OWN_SHARED, ("PATCH", "authorization", OWN),
        [("GET", "x-report-id")],
    ),
    (
        "who posts reports", REPORTS, {"expose": "x-request-id"},
        ("POST", "content-type,x-report-id", {"names": f"{SAFELISTED}, x-report-id"}),
        [("PUT", None), ("POST", "authorization"), ("GET", "x-partner-id")],
    ),
    (
        "a partner", READER, {"expose": "x-request-id"},
        ("GET", "x-partner-id", {"names": f"{SAFELISTED}, x-partner-id", "max_age": "7200"}),
        [("PUT", None), ("GET", "x-csrf-token"), ("GET", "x-report-id")],
    ),
]


@rows("origin, actual, asked, refused", CALLERS)
def test_front_end_and_partners(start, origin, actual, asked, refused):
    server = start(example("front-end-and-partners.conf"))
    method, names, answer = asked
    assert server.get("/api/page", origin).cors == shared(origin, **actual)
    assert_answered(server.preflight("/api/page", origin, method, names), origin, **answer)
    for method, names in refused:
        assert server.preflight("/api/page", origin, method, names).status == 403


def test_front_end_and_partners_and_nobody_else(start):
    server = start(example("front-end-and-partners.conf"))
    for origin in (STRANGER, "https://partner.example", f"{REPORTS}:8443", "http://reports.partner.example", None):
        assert server.get("/api/page", origin).cors == NOT_SHARED
    assert_denied(server.preflight("/api/page", STRANGER), "origin-not-allowed")


def blocks_of(name):
    """The configurations that a document shows."""
    return re.findall(r"```apache\n(.*?)```", (PROJECT / "docs" / name).read_text(), re.S)


def test_the_policy_of_rules_by_origin(start):
    (text,) = blocks_of("rules-by-origin.md")
    configtest(text).assert_nothing_said()
    site = Site(text)
    site.page("/api/page")
    server = start(site)
    reports = "https://reports.example.net"
    assert server.get("/api/page", APP).cors == shared(APP, credentials=True, expose="x-request-id")
    assert_answered(server.preflight("/api/page", APP, "DELETE", "x-csrf-token"), APP, **OWN)
    for partner in (READER, reports):
        assert server.get("/api/page", partner).cors == shared(partner, expose="x-request-id")
        answer = server.preflight("/api/page", partner, "GET", "x-partner-id")
        assert_answered(answer, partner, names=f"{SAFELISTED}, x-partner-id", max_age="7200")
        assert server.preflight("/api/page", partner, "DELETE").status == 403
    for origin in (STRANGER, "https://partner.example", "https://admin.example.com", None):
        assert server.get("/api/page", origin).cors == NOT_SHARED


A, B, C, D = "https://a.example", "https://b.example", "https://c.example", "https://d.example"
NAMED = {"A": A, "B": B, "C": C, "D": D}


def table_of_inheritance():
    """The rows of the document's table: a name, outer lines, inner lines, the third cell."""
    text = (PROJECT / "docs/rules-by-origin.md").read_text()
    lines = re.search(r"^\| outer \|.*?(?=\n\n)", text, re.S | re.M).group().splitlines()[2:]
    found, outer = [], ""
    for line in lines:
        first, second, third = (cell.strip() for cell in line.strip("|").split("|"))
        outer = outer if first == "the same" else written(first)
        found.append((f"{second} inside {' '.join(outer.split())}", outer, written(second), third))
    return found


def written(cell):
    """The configuration of a cell."""
    lines = []
    for code in re.findall(r"`([^`]*)`", cell):
        code = re.sub(r"\b([A-D])\b", lambda letter: NAMED[letter.group(1)], code)
        lines.append(f"{code}\n</CorsOrigin>" if code.startswith("<") else code)
    return "\n".join(lines)


# The third cell, as who is allowed which methods
SAYS = {
    "A by its section, B": {A: "", B: ""},
    "A by its section, with PUT if the section has no methods of its own; B with PUT": {A: ", PUT", B: ", PUT"},
    "C alone": {C: ""},
    "D alone": {D: ""},
    "B": {B: ""},
    "A alone": {A: ""},
}


@rows("outer, inner, says", table_of_inheritance())
def test_the_table_of_rules_by_origin(start, outer, inner, says):
    site = Site(f"<Location /api>\n{outer}\n</Location>\n<Location /api/inner>\n{inner}\n</Location>")
    site.page("/api/inner/page")
    server = start(site)
    for origin in NAMED.values():
        methods = SAYS[says].get(origin)
        if methods is None:
            assert server.get("/api/inner/page", origin).cors == NOT_SHARED
            assert server.preflight("/api/inner/page", origin).status == 403
        else:
            assert server.get("/api/inner/page", origin).cors == shared(origin)
            answer = server.preflight("/api/inner/page", origin)
            assert_answered(answer, origin, methods=f"GET, HEAD, POST{methods}")


LISTED = (APP, "https://a.partner.example")
OLD = "https://old.example.com"
EACH_SECOND = {"CorsReloadInterval 5": EVERY_SECOND}
ENABLE = f"UPDATE origins SET enabled = {{}} WHERE pattern = '{OLD}'"
INSERT = "INSERT INTO origins (pattern) VALUES ({})"
# What the tables of both do not take
REFUSED = [
    ("upper case", "https://App.example.com", "in_lower_case"),
    ("a bare host", "app.example.com", "scheme_and_host"),
    ("every origin", "*", "scheme_and_host"),
    ("a trailing slash", "https://app.example.com/", "no_path_no_slash"),
    ("two origins", "https://a.example.com b.example.com", "one_origin_a_row"),
    ("too long", "https://" + "a" * 300, "not_that_long"),
    ("the same again", LISTED[0], "(?i)unique"),
]


def test_origins_in_sqlite(start):
    script = (PROJECT / "conf/examples/origins-in-sqlite.sql").read_text()
    site = example("origins-in-sqlite.conf", **{"/var/lib/cors": "${ROOT}/database", **EACH_SECOND})
    site.file("database/origins.db", sqlite.content([], script))
    server = start(site)
    becomes(server, "/api/page", [*LISTED, OLD], *LISTED)
    assert_answered(server.preflight("/api/page", APP, method="DELETE"), APP, names=NAMES, **FULL)
    server.log.allow(f"{FAILED}.*locked")  # a look while it is written
    file = server.root.path / "database/origins.db"
    sqlite.execute(file, ENABLE.format(1))
    becomes(server, "/api/page", [*LISTED, OLD], *LISTED, OLD)
    for _, pattern, constraint in REFUSED:
        with pytest.raises(sqlite3.IntegrityError, match=constraint):
            sqlite.execute(file, INSERT.format(quoted(pattern)))


def test_origins_in_postgresql(postgres):
    postgres.sql("CREATE DATABASE cors")
    postgres.sql((PROJECT / "conf/examples/origins-in-postgresql.sql").read_text(), database="cors")
    postgres.sql("ALTER ROLE cors_reader PASSWORD 'a secret'")
    local = {
        "host=db.example.com": f"host=127.0.0.1 port={postgres.port}", "verify-full": "disable",
        "/etc/apache2/cors.pgpass": "${ROOT}/conf/password",
    }

    def layout(root):
        (root / "conf/password").write_text(f"127.0.0.1:{postgres.port}:cors:cors_reader:a secret\n")
        (root / "conf/password").chmod(0o600)
        if installed.account_lines():
            shutil.chown(root / "conf/password", installed.account_lines().split()[1])

    with Reloading(example("origins-in-postgresql.conf", **local, **EACH_SECOND), layout) as server:
        becomes(server, "/api/page", [*LISTED, OLD], *LISTED)
        postgres.sql(ENABLE.format("true"), database="cors")
        becomes(server, "/api/page", [*LISTED, OLD], *LISTED, OLD)
    for _, pattern, constraint in REFUSED:
        with pytest.raises(AssertionError, match=constraint):
            postgres.sql(INSERT.format(quoted(pattern)), database="cors")
