# SPDX-License-Identifier: Apache-2.0
"""Beside modules that change headers and bodies: one of each header, and one Vary that has everybody's names."""

import pytest
from harness import Httpd, Site, rows
from harness.answer import shared
from harness.backend import Backend, page
from harness.paths import POLICY, assert_actual, assert_preflight, families, main_kinds
from harness.site import EVIL, GOOD, policy

ACAO = "Access-Control-Allow-Origin"
SET, ALWAYS = f"Header set {ACAO}", f"Header always set {ACAO}"
MODULES = "brotli cgi deflate expires filter mime proxy proxy_http ratelimit substitute usertrack"
site = Site("TypesConfig /dev/null\nProxyPass /backend/ http://127.0.0.1:${APP}/", modules=MODULES.split())
site.add(
    """
    <Directory "${DOCROOT}/cgi">
        Options ExecCGI
        SetHandler cgi-script
    </Directory>
    """
)
OWN = ["Content-Type: text/plain", f"{ACAO}: *", "Access-Control-Expose-Headers: X-Theirs"]

# Lines beside the policy
LINES = {
    "mod_headers sets CORS headers of its own": [
        ("set", f"{SET} *"),
        ("always set", f"{ALWAYS} *"),
        ("set, both ways", f"{SET} *\n{ALWAYS} null"),
        ("add", f"Header add {ACAO} *\nHeader add {ACAO} null"),
        ("always add", f"Header always add {ACAO} *\nHeader always add {ACAO} null"),
        ("append", f"Header append {ACAO} *\nHeader always append {ACAO} null"),
        ("merge", f"Header merge {ACAO} *"),
        ("setifempty", f"Header always setifempty {ACAO} *"),
        ("the Origin of the request", f'{ALWAYS} "expr=%{{req:Origin}}"'),
        ("echo", "Header echo ^Access-Control-"),
        ("edit", f"Header edit {ACAO} ^.*$ *\nHeader always edit {ACAO} ^.*$ *"),
        ("unset", f"Header unset {ACAO}\nHeader always unset {ACAO}"),
        ("unset, of others", "Header unset Access-Control-Expose-Headers\nHeader unset Access-Control-Max-Age"),
        ("with credentials", f"{ALWAYS} *\nHeader always set Access-Control-Allow-Credentials true"),
        ("lower case", "Header always set access-control-allow-origin *"),
        ("the recipe of old", f'SetEnvIf Origin "(.*)" O=$1\n{ALWAYS} %{{O}}e env=O\nHeader merge Vary Origin'),
    ],
    "the request's headers are changed": [
        ("unset", "RequestHeader unset Origin"),
        ("set", f"RequestHeader set Origin {EVIL}"),
        ("edit", "RequestHeader edit Origin good evil"),
    ],
    "a filter changes the body": [
        ("SUBSTITUTE", 'SetOutputFilter SUBSTITUTE\nSubstitute "s/o/0/"'),
        ("RATE_LIMIT", "SetOutputFilter RATE_LIMIT\nSetEnv rate-limit 4000"),
    ],
    "another module adds its headers": [
        ("mod_expires", "ExpiresActive On\nExpiresDefault A60"),
        ("mod_usertrack", "CookieTracking On\nCookieName visitor"),
    ],
}
# The same, and what else is then in Vary
VARIES = {
    "mod_headers sets Vary": [
        ("set", "Header set Vary Cookie", "Cookie"),
        ("always set", "Header always set Vary Cookie", "Cookie"),
        ("set, both ways", "Header set Vary Cookie\nHeader always set Vary Accept", "Cookie, Accept"),
        ("append", "Header append Vary Cookie\nHeader append Vary Accept", "Cookie, Accept"),
        ("with Origin in it", "Header always set Vary 'origin, Cookie'", "Cookie"),
        ("unset", "Header unset Vary\nHeader always unset Vary"),
    ],
}
PAGES = {}
for number, (_, lines, *_) in enumerate(row for block in (LINES | VARIES).values() for row in block):
    PAGES[lines] = f"/lines{number}"
    site.add(f'<LocationMatch "^(/cgi|/backend)?/lines{number}/">\n{POLICY}\n{lines}\n</LocationMatch>')
    site.page(f"/lines{number}/page")
    site.script(f"/cgi/lines{number}/page", *(f"echo '{line}'" for line in OWN), "echo", "echo script")

URLS = [
    ("a file", "{}/page", 200), ("no file", "{}/none", 404), ("a script", "/cgi{}/page", 200),
    ("a backend", "/backend{}/page", 200), ("a backend's error", "/backend{}/error", 500),
]


@pytest.fixture(scope="module")
def server():
    """httpd with a backend that has an opinion."""
    answers = {f"{base}/page": page(*OWN[1:]) for base in PAGES.values()}
    answers |= {f"{base}/error": page(*OWN[1:], status="500 Broken") for base in PAGES.values()}
    with Backend(answers) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            yield running


@families("lines", LINES, actual="by policy")
@rows("url, status", URLS)
@main_kinds
def test_actual_responses(server, kind, url, status, lines):
    assert_actual(server, kind, ("GET", url.format(PAGES[lines])), status)


@families("lines", LINES, preflight="answered")
@pytest.mark.parametrize("kind", ["allowed", "denied", "malformed"])
def test_preflights(server, kind, lines):
    assert_preflight(server, kind, f"{PAGES[lines]}/page", None)


@families("lines, vary", VARIES, actual="by policy")
@rows("url, status", [row for row in URLS if row[0] != "no file"])
@main_kinds
def test_vary(server, kind, url, status, lines, vary):
    assert_actual(server, kind, ("GET", url.format(PAGES[lines])), status, None, vary)


GZIP = ("Accept-Encoding", "gzip")
DEFLATE = site.location(f"{POLICY}\nSetOutputFilter DEFLATE")
BROTLI = site.location(f"{POLICY}\nSetOutputFilter BROTLI_COMPRESS")
BOTH = site.location(f'{POLICY}\nSetOutputFilter SUBSTITUTE;DEFLATE\nSubstitute "s/o/0/"\nHeader merge Vary Cookie')
for path in (DEFLATE, BROTLI, BOTH):
    site.page(path, "many words, all of them the same words\n" * 20)
# URL, request header lines; what else is in Vary; Content-Encoding
COMPRESSED = {
    "a filter changes the body": [
        ("DEFLATE", ("GET", DEFLATE, GZIP), "Accept-Encoding", ["gzip"]),
        ("DEFLATE for a client that does not want it", ("GET", DEFLATE), "Accept-Encoding", []),
        ("DEFLATE of nothing", ("HEAD", DEFLATE, GZIP), "Accept-Encoding", ["gzip"]),
        ("BROTLI_COMPRESS", ("GET", BROTLI, ("Accept-Encoding", "br")), "Accept-Encoding", ["br"]),
        ("several, and a Vary of somebody else", ("GET", BOTH, GZIP), "Accept-Encoding, Cookie", ["gzip"]),
    ]
}


@families("asked, vary, encoding", COMPRESSED, actual="by policy")
@main_kinds
def test_compressed(server, kind, asked, vary, encoding):
    assert assert_actual(server, kind, asked, 200, None, vary).all("Content-Encoding") == encoding


def test_a_request_header_that_is_removed_early(start):
    early = Site(f"RequestHeader unset Origin early\n{policy()}")
    early.page("/page")
    server = start(early)
    assert server.get("/page", GOOD).cors == shared(GOOD)
    assert server.preflight("/page", EVIL).status == 403
