# SPDX-License-Identifier: Apache-2.0
"""docs/guides/from-header-recipes.md: each recipe and its policy, run side by side, do alike what the recipe is for,
and differ where the guide says so."""

import re

import pytest
from harness import Httpd, Site, rows
from harness.client import MEMBER
from harness.document import blocks, text_of
from harness.script import Script

GUIDE = "docs/guides/from-header-recipes.md"
APP, ADMIN, SUB = "https://app.example.com", "https://admin.example.com", "https://a.b.example.com"
EVIL = "https://evil.example"
JSON = [("Content-Type", "application/json")]
PAIRS = {}
for each in blocks(GUIDE):
    for mark in ("recipe", "policy"):
        if mark in each.marks:
            assert mark not in PAIRS.setdefault(each.heading, {}), f"{each.heading} has two of {mark}"
            PAIRS[each.heading][mark] = each

HOST = """
<VirtualHost 127.0.0.1:${{PORT}}>
    ServerName {host}
    DocumentRoot "${{DOCROOT}}/{host}"
    <Directory "${{DOCROOT}}/{host}">
        AllowOverride All
        Options FollowSymLinks
        Require all granted
    </Directory>
    <Location /members>
        AuthType Basic
        AuthName members
        AuthUserFile conf/users
        Require valid-user
    </Location>
{text}
</VirtualHost>
"""
BACKEND = """
<VirtualHost 127.0.0.1:${BACKEND}>
    DocumentRoot "${DOCROOT}/backend"
    <Location /api/own>
        Header set Access-Control-Allow-Origin *
    </Location>
</VirtualHost>
"""


def host_of(heading):
    """The virtual host that a pair is run in."""
    return re.sub(r"\W+", "-", heading.lower()) + ".test"


def site_of(kind):
    """All the recipes, in an httpd without the module; or all the policies, in one with it."""
    site = Site(modules=["rewrite", "proxy", "proxy_http"], with_module=kind == "policy")
    site.file("conf/users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
    for heading, pair in PAIRS.items():
        block, host = pair[kind], host_of(heading)
        text = block.text.replace("127.0.0.1:8000", "127.0.0.1:${BACKEND}")
        if "htaccess" in block.marks:
            site.file(f"htdocs/{host}/.htaccess", text)
        site.add(HOST.format(host=host, text="" if "htaccess" in block.marks else text))
        for path in ("api/page", "api/font.woff2", "members/page"):
            site.page(f"/{host}/{path}")
    site.add(BACKEND)
    for path in ("api/page", "api/own"):
        site.page(f"/backend/{path}")
    return site


@pytest.fixture(scope="module")
def both():
    """The two httpd, and scripts that ask them: script(kind, heading, origin)."""
    with Httpd(site_of("recipe")) as recipes, Httpd(site_of("policy")) as policies:
        servers = {"recipe": recipes, "policy": policies}
        yield lambda kind, heading, origin=APP: Script(servers[kind], host_of(heading), origin)


READ, FONTS, ONE, ENV, EXPRESSION, ANY, PASSWORD, PROXY = PAIRS
# What the recipe is for: name, section, origin, what the script does, what it gets
ALIKE = [
    ("anybody reads", READ, EVIL, ("/api/page",), "200 ok"),
    ("anybody posts a form", READ, EVIL, ("/api/page", "POST"), "200 ok"),
    ("a font", FONTS, EVIL, ("/api/font.woff2",), "200 ok"),
    ("no font", FONTS, EVIL, ("/api/page",), "unreadable"),
    ("the front end reads", ONE, APP, ("/api/page",), "200 ok"),
    ("the front end sees an error", ONE, APP, ("/api/none",), "404"),
    ("the front end sends JSON", ONE, APP, ("/api/page", "POST", JSON), "200 ok"),
    ("the front end puts", ONE, APP, ("/api/page", "PUT"), "405"),
    ("the front end sends a token", ONE, APP, ("/api/page", "GET", [("Authorization", "Bearer x")]), "200 ok"),
    ("another front end", ONE, EVIL, ("/api/page",), "unreadable"),
    ("the domain, with cookies", ENV, "https://example.com", ("/api/page", "GET", (), True), "200 ok"),
    ("a subdomain, with cookies", ENV, SUB, ("/api/page", "GET", (), True), "200 ok"),
    ("not a subdomain", ENV, "https://notexample.com", ("/api/page",), "unreadable"),
    ("the app", EXPRESSION, APP, ("/api/page",), "200 ok"),
    ("the admins", EXPRESSION, ADMIN, ("/api/page",), "200 ok"),
    ("the app sees an error", EXPRESSION, APP, ("/api/none",), "404"),
    ("a stranger", EXPRESSION, EVIL, ("/api/page",), "unreadable"),
    ("the app, with cookies", ANY, APP, ("/api/page", "GET", (), True), "200 ok"),
    ("with a password", PASSWORD, APP, ("/api/page", "GET", [MEMBER]), "200 ok"),
    ("without one", PASSWORD, APP, ("/api/page",), "401"),
    ("from the backend", PROXY, APP, ("/api/page",), "200 ok"),
    ("the backend's error", PROXY, APP, ("/api/none",), "404"),
]


@rows("heading, origin, asks, gets", ALIKE)
def test_alike(both, heading, origin, asks, gets):
    for kind in ("recipe", "policy"):
        assert both(kind, heading, origin).fetch(*asks) == gets, kind


def fetching(origin, *asks):
    """What a script of this origin gets."""
    return lambda script: Script(script.server, script.host[1], origin).fetch(*asks)


def status(method, path, *headers):
    """The status of a request, of no script."""
    return lambda script: script.server.request(method, path, [script.host, *headers]).status


def preflight(origin, method):
    """Status and reason of a preflight."""
    def ask(script):
        response = script.server.preflight("/api/page", origin, method, None, script.host)
        return response.status, response.body.partition(":")[0].strip()
    return ask


def header(name, path, origin=EVIL):
    """The values of a response's header."""
    return lambda script: script.server.get(path, origin, script.host).all(name)


ORIGIN, VARY, METHODS = "Access-Control-Allow-Origin", "Vary", "Access-Control-Allow-Methods"
LIKE = "https://app.example.com.evil.example"
COOKIES = ("/api/page", "GET", (), True)
# What the guide says of a recipe: name, section, the word in bold, question, the recipe's answer, the policy's
FAULTS = [
    ("no page", READ, "Errors", fetching(APP, "/api/none"), "unreadable", "404"),
    ("JSON", READ, "JSON", fetching(APP, "/api/page", "POST", JSON), "preflight: header content-type", "200 ok"),
    ("no font", FONTS, "Errors", fetching(APP, "/api/none.woff2"), "unreadable", "404"),
    ("a password", ONE, "Passwords", fetching(APP, "/members/page", "PUT", [MEMBER]), "preflight: status 401", "405"),
    ("OPTIONS", ONE, "OPTIONS", status("OPTIONS", "/api/page"), 204, 200),
    ("a method", ONE, "Denials", preflight(APP, "PATCH"), (204, ""), (403, "method-not-allowed")),
    ("a stranger", ONE, "Denials", preflight(EVIL, "GET"), (204, ""), (403, "origin-not-allowed")),
    ("its name", ONE, "Everybody", header(ORIGIN, "/api/page"), [APP], []),
    ("the methods", ONE, "Everybody", header(METHODS, "/api/page", APP),
     ["GET, POST, PUT, DELETE, OPTIONS"], []),
    ("http", ENV, "Without TLS", fetching("http://a.example.com", *COOKIES), "200 ok", "unreadable"),
    ("no page for several", ENV, "Errors", fetching(APP, "/api/none"), "unreadable", "404"),
    ("Vary of no page", ENV, "Errors", header(VARY, "/api/none"), [], ["Origin"]),
    ("JSON from several", ENV, "Preflights", fetching(APP, "/api/page", "POST", JSON),
     "preflight: header content-type", "200 ok"),
    ("its end", EXPRESSION, "The end", fetching(LIKE, "/api/page"), "200 ok", "unreadable"),
    ("its dot", EXPRESSION, "The dot", fetching("https://appxexample.com", "/api/page"), "200 ok", "unreadable"),
    ("Vary of its errors", EXPRESSION, "Caches", header(VARY, "/api/none"), [], ["Origin"]),
    ("anybody, with cookies", ANY, "Everybody", fetching(EVIL, *COOKIES), "200 ok", "unreadable"),
    ("a sandboxed frame", ANY, "null", fetching("null", *COOKIES), "200 ok", "unreadable"),
    ("Vary for any", ANY, "Caches", header(VARY, "/api/page"), [], ["Origin"]),
    ("OPTIONS without", PASSWORD, "OPTIONS", status("OPTIONS", "/api/page"), 200, 401),
    ("two", PROXY, "Two values", fetching(APP, "/api/own"), "unreadable", "200 ok"),
    ("a backend's stranger", PROXY, "Strangers", header(ORIGIN, "/api/own"), [APP, "*"], []),
    ("a backend's preflight", PROXY, "Preflights", fetching(APP, "/api/page", "POST", JSON),
     "preflight: header content-type", "200 ok"),
]


@rows("heading, bold, ask, recipe, policy", FAULTS)
def test_differ(both, heading, bold, ask, recipe, policy):
    assert (ask(both("recipe", heading)), ask(both("policy", heading))) == (recipe, policy), bold


def test_the_guide_and_the_rows_agree():
    parts = re.split(r"^## (.*)$", text_of(GUIDE), flags=re.M)
    said = {(heading, bold) for heading, part in zip(parts[1::2], parts[2::2])
            for bold in re.findall(r"^- \*\*(.+?)\*\*:", part, re.M)}
    assert said == {(heading, bold) for _, heading, bold, *_ in FAULTS}


def test_each_pair_is_whole_and_run():
    assert len(PAIRS) == 8 and all(set(pair) == {"recipe", "policy"} for pair in PAIRS.values())
    assert {heading for _, heading, *_ in ALIKE} == set(PAIRS)
    assert "Eight recipes" in text_of(GUIDE)
