# SPDX-License-Identifier: Apache-2.0
"""CorsDebug: a failed preflight says where it failed, to the browser's console and to whoever reads the response."""

import re

import pytest
from harness import Site, installed, policy, rows
from harness.answer import NOT_SHARED, PREFLIGHT_VARY, SAFELISTED, assert_answered, assert_denied, shared, tokens
from harness.backend import Backend
from harness.curl import Curl
from harness.site import EVIL, GOOD

DEBUG = "CorsDebug On"
PRIVATE = ("Access-Control-Request-Private-Network", "true")
HAS_HTTP2 = installed.MPM != "prefork"  # where mod_http2 does not work
site = Site("Protocols h2c http/1.1" if HAS_HTTP2 else "", modules=["http2"] if HAS_HTTP2 else [])
PLAIN = site.location(policy(DEBUG))
RICH = site.location(
    policy(
        DEBUG, "CorsAllowMethods PUT", "CorsAllowHeaders X-A", "CorsAllowCredentials On", "CorsMaxAge 5",
        "CorsPreflightStatus 200", "CorsExposeHeaders X-B", "CorsTimingAllowOrigin On",
    )
)
DENYING = site.location(f"CorsAllowOrigin *\nCorsDenyOrigin {EVIL}\n{DEBUG}")
STAR = site.location(f"CorsAllowOrigin *\n{DEBUG}")
LIST = site.location(f"CorsOriginsFile conf/origins\n{DEBUG}")
UNSAFE = site.location(f"CorsAllowOriginRegex https?://[a-z]+\\.good\\.example\nCorsAllowCredentials On\n{DEBUG}")
SHUT = site.location(policy(DEBUG, "CorsAllowPrivateNetwork Off", "CorsAllowMethods PUT"))
REJECTING = site.location(policy(DEBUG, "CorsDisallowed Reject"))
WATCHED = site.location(policy(DEBUG, "CorsEngine ReportOnly"))
PASSING = site.location(policy(DEBUG, "CorsPreflight PassThrough"))
SILENT = site.location(policy())
SAID_OFF = site.location(policy("CorsDebug Off"))
DELEGATED = site.htaccess("/delegated", policy(DEBUG))
site.page("/directory/page")
site.add(f'<Directory "${{DOCROOT}}/directory">\n{policy(DEBUG)}\n</Directory>')
site.add(f"<Location /inner>\n{policy(DEBUG)}\n</Location>\n<Location /inner/quiet>\nCorsDebug Off\n</Location>")
site.add("Redirect 302 /directory/moved https://elsewhere.example/")
site.add("<Location /inner/shut>\nRequire all denied\n</Location>")
site.file("conf/origins", f"# ours\n{GOOD}\n")
ACAO, ACAC = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
ACAM, ACAH = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"
METHODS = {ACAM: "GET, HEAD, POST"}
NAMES = {ACAH: tokens(SAFELISTED)}
RICH_ORIGIN = {ACAO: GOOD, ACAC: "true"}
RICH_METHODS = {ACAM: "GET, HEAD, POST, PUT"}

# URL; Origin, method, names and more; the reason; the headers besides Vary; the directive that is named
STEPS = [
    ("another origin", PLAIN, (EVIL, "PUT", "x-a"), "origin-not-allowed", {}, "CorsAllowOrigin"),
    ("another origin, with credentials", RICH, (EVIL, "PUT", "x-a"), "origin-not-allowed", {}, "CorsAllowOrigin"),
    ("null", PLAIN, ("null",), "origin-not-allowed", {}, "CorsAllowOrigin"),
    ("on the deny list", DENYING, (EVIL,), "origin-not-allowed", {}, "CorsDenyOrigin"),
    ("not in the file", LIST, (EVIL,), "origin-not-allowed", {}, "CorsOriginsFile"),
    ("a malformed origin", PLAIN, (GOOD + "/",), "origin-malformed", {}, None),
    ("an unsafe policy", UNSAFE, ("http://a.good.example",), "unsafe-policy", {}, None),
    ("a method", PLAIN, (GOOD, "PUT", "x-a"), "method-not-allowed", {ACAO: GOOD, **METHODS}, None),
    (
        "a method besides others", RICH, (GOOD, "DELETE", "x-a"), "method-not-allowed",
        {**RICH_ORIGIN, **RICH_METHODS}, "CorsAllowMethods",
    ),
    ("a method, from anywhere", STAR, (EVIL, "PUT"), "method-not-allowed", {ACAO: "*", **METHODS}, None),
    ("a header", PLAIN, (GOOD, "GET", "x-a"), "header-not-allowed", {ACAO: GOOD, **METHODS, **NAMES}, None),
    (
        "a header besides others", RICH, (GOOD, "PUT", "x-a,x-b"), "header-not-allowed",
        {**RICH_ORIGIN, **RICH_METHODS, ACAH: tokens(SAFELISTED + ", x-a")}, "CorsAllowHeaders",
    ),
    (
        "the private network", SHUT, (GOOD, "PUT", None, PRIVATE), "private-network-not-allowed", {ACAO: GOOD},
        "CorsAllowPrivateNetwork",
    ),
    (
        "the private network, by default", PLAIN, (GOOD, "GET", None, PRIVATE), "private-network-not-allowed",
        {ACAO: GOOD}, None,
    ),
    ("in a <Directory>", "/directory/page", (EVIL,), "origin-not-allowed", {}, "CorsAllowOrigin"),
    ("in a .htaccess", DELEGATED, (EVIL,), "origin-not-allowed", {}, "CorsAllowOrigin"),
    ("a redirect", "/directory/moved", (GOOD, "PUT"), "method-not-allowed", {ACAO: GOOD, **METHODS}, None),
    ("a page that is shut", "/inner/shut", (GOOD, "PUT"), "method-not-allowed", {ACAO: GOOD, **METHODS}, None),
    ("an encoded slash", "/inner/a%2Fb", (GOOD, "PUT"), "method-not-allowed", {ACAO: GOOD, **METHODS}, None),
    ("a policy that refuses", REJECTING, (EVIL,), "origin-not-allowed", {}, "CorsAllowOrigin"),
]


def place_of(server, directive, url):
    """Does FILE:LINE hold this directive? Only the lines of the URL's own section will do."""
    if url == DELEGATED:
        return f"{server.root.path}/htdocs/delegated/.htaccess:1"
    lines = server.site.text.splitlines()
    opening = '<Directory "${DOCROOT}/directory">' if url.startswith("/directory") else f"<Location {url}>"
    start = lines.index(opening)
    number = next(number for number in range(start, len(lines)) if lines[number].strip().startswith(directive))
    return f"{server.root.path}/conf/site.conf:{number + 1}"


def assert_told(server, response, url, reason, headers, directive):
    """The failing step in headers, in Cors-Debug and in the body."""
    assert (response.status, response.cors) == (200, {**headers, "Vary": tokens(PREFLIGHT_VARY)})
    (debug,) = response.all("Cors-Debug")
    assert re.match(rf"{reason}\b", debug) and reason in response.body
    assert response.all("Content-Type")[0].startswith("text/plain")
    assert all(" " <= character <= "~" for character in debug) and len(debug) < 1000
    if directive:
        place = f"{directive} at {place_of(server, directive, url)}"
        assert place in debug and place in response.body
    assert not response.all("Location") and not response.all("WWW-Authenticate")


@rows("url, asked, reason, headers, directive", STEPS)
def test_each_reason(server, url, asked, reason, headers, directive):
    if reason == "unsafe-policy":
        server.log.expect("CORS0403")
    assert_told(server, server.preflight(url, *asked), url, reason, headers, directive)


@pytest.mark.skipif(not HAS_HTTP2, reason="mod_http2 does not work with prefork")
@rows("url, asked, reason, headers, directive", [row for row in STEPS if row[1] in (PLAIN, RICH)])
def test_each_reason_over_http2(server, url, asked, reason, headers, directive):
    response = Curl(server.port, "--http2-prior-knowledge").preflight(url, *asked)
    assert_told(server, response, url, reason, headers, directive)


@rows("url, asked, reason, headers, directive", STEPS)
def test_it_is_logged_as_ever(server, url, asked, reason, headers, directive):
    server.log.allow("CORS0403")
    server.preflight(url, *asked)
    lines = server.log.find(r"\[cors:info\]")
    assert len(lines) == 1 and reason in lines[0]


@rows(
    "url, expected",
    [
        ("plain", PLAIN, {"origin": GOOD}),
        (
            "rich", RICH,
            {
                "origin": GOOD, "status": 200, "methods": "GET, HEAD, POST, PUT", "names": SAFELISTED + ", x-a",
                "max_age": "5", "credentials": True,
            },
        ),
        ("from anywhere", STAR, {"origin": "*", "vary": None}),
    ],
)
def test_an_allowed_preflight_is_as_without(server, url, expected):
    response = server.preflight(url, GOOD)
    assert_answered(response, **expected)
    assert not response.all("Cors-Debug")


@rows(
    "url, origin, expected",
    [
        ("allowed", PLAIN, GOOD, shared(GOOD)),
        ("denied", PLAIN, EVIL, NOT_SHARED),
        ("malformed", PLAIN, "x", NOT_SHARED),
        ("no origin", PLAIN, None, NOT_SHARED),
        ("rich", RICH, GOOD, shared(GOOD, credentials=True, expose="X-B", timing=GOOD)),
        ("rich, denied", RICH, EVIL, NOT_SHARED),
    ],
)
def test_actual_requests_are_as_without(server, url, origin, expected):
    response = server.get(url, origin)
    assert (response.status, response.body, response.cors) == (200, "ok\n", expected)
    assert not response.all("Cors-Debug")


def test_a_refused_request_is_refused(server):
    response = server.get(REJECTING, EVIL)
    assert (response.status, response.cors) == (403, NOT_SHARED)
    assert not response.all("Cors-Debug")


def test_a_policy_that_only_watches_changes_nothing(server):
    for response in (server.preflight(WATCHED, EVIL, "PUT"), server.get(WATCHED, EVIL)):
        assert (response.cors, response.all("Cors-Debug")) == ({}, [])


def test_a_preflight_that_passes_through_is_the_handlers(server):
    response = server.preflight(PASSING, EVIL, "PUT")
    assert response.all("Cors-Debug") == [] and ACAO not in response.cors and "origin-not-allowed" not in response.body


@rows("url", [("by default", SILENT), ("said so", SAID_OFF), ("in an inner section", "/inner/quiet")])
def test_it_is_off(server, url):
    for asked, reason in (((EVIL,), "origin-not-allowed"), ((GOOD, "PUT"), "method-not-allowed")):
        response = server.preflight(url, *asked)
        assert_denied(response, reason)
        assert response.all("Cors-Debug") == []
        assert "site.conf" not in response.body


NASTY = [
    ("quotes", b'zq"zq\\'), ("a script", b"zq<script>alert(1)</script>"), ("high bytes", b"zq\xe9\xff"),
    ("UTF-8", "zqé\u2028".encode()), ("tokens", b"zq!#$%&'*+-.^_`|~"), ("a long one", b"zq" * 1000),
    ("a colon", b"zq: zq"), ("a tab", b"zq\tzq"),
]


@rows("value", NASTY)
@rows(
    "ask",
    [
        ("as origin", lambda server, value: server.preflight(PLAIN, value)),
        ("as method", lambda server, value: server.preflight(PLAIN, GOOD, value)),
        ("as header", lambda server, value: server.preflight(PLAIN, GOOD, "GET", value)),
        ("as header besides others", lambda server, value: server.preflight(RICH, GOOD, "PUT", b"x-a," + value)),
        (
            "in the URL",
            lambda server, value: server.preflight("/inner/" + "".join(f"%{byte:02x}" for byte in value), GOOD, "PUT"),
        ),
    ],
)
def test_no_byte_of_the_client_comes_back(server, ask, value):
    server.log.allow("AH00036|AH00127")
    response = ask(server, value)
    assert response.status == 200 and response.all("Cors-Debug")
    everything = response.body + "".join(f"{name}: {content}" for name, content in response.headers)
    assert "zq" not in everything.lower() and "script" not in everything.lower()
    assert all(" " <= character <= "~" or character == "\n" for character in everything)


def test_the_backend_is_not_asked(start):
    with Backend({}) as backend:
        behind = Site(f"ProxyPass /app http://127.0.0.1:{backend.port}/", modules=["proxy", "proxy_http"])
        behind.add(f"<Location /app>\n{policy(DEBUG)}\n</Location>")
        server = start(behind)
        assert server.preflight("/app", EVIL).status == server.preflight("/app", GOOD, "PUT").status == 200
        assert backend.asked == []


def test_it_matters_which_answer_a_browser_would_believe(server):
    """An ok status must never come with headers that let the failing step pass."""
    for name, url, asked, reason, *_ in STEPS:
        server.log.allow("CORS0403")
        found = server.preflight(url, *asked).cors
        if reason.startswith(("origin", "unsafe")):
            assert ACAO not in found, name
        elif reason == "method-not-allowed":
            assert asked[1] not in found[ACAM].split(", ") and ACAH not in found, name
        elif reason == "header-not-allowed":
            assert not set(asked[2].split(",")) <= set(found[ACAH].split(", ")), name
        else:
            assert "Access-Control-Allow-Private-Network" not in found, name
