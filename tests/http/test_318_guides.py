# SPDX-License-Identifier: Apache-2.0
"""What docs/guides promise of their policies, beyond that configtest takes them."""

import re
import subprocess

import pytest
from harness import Httpd, Site, policy, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, SAFELISTED, assert_answered, shared
from harness.curl import Curl
from harness.document import blocks
from harness.tls import speak_tls

APP, PARTNER, OLD = "https://app.example.com", "https://shop.partner.example", "https://old.partner.example"
EVIL = "https://evil.example"
NAMES = "cors-or-something-else", "from-others", "behind-a-proxy-or-cdn"
ELSE, OTHERS, PROXY = (f"docs/guides/{name}.md" for name in NAMES)


def configuration(name, heading, word):
    """The configuration below this heading of a document that has this word."""
    (text,) = [block.text for block in blocks(name)
               if block.heading == heading and block.language == "apache" and word in block.text]
    return text


def served(text, *paths):
    """A site with this configuration and pages."""
    made = Site(text)
    for path in paths:
        made.page(path)
    return made


def test_the_policy_that_all_others_become(start):
    server = start(served(configuration(OTHERS, "From nginx, Tomcat, IIS, Spring", "Cors"), "/api/page"))
    assert server.get("/api/page", APP).cors == shared(APP, credentials=True, expose="x-request-id")
    assert server.get("/api/page", EVIL).cors == NOT_SHARED
    answer = server.preflight("/api/page", APP, "DELETE", "authorization")
    assert_answered(answer, APP, methods="GET, HEAD, POST, PUT, DELETE", names=f"{SAFELISTED}, authorization",
                    credentials=True)


def test_two_kinds_of_origins_of_iis(start):
    server = start(served(configuration(OTHERS, "IIS", "<CorsOrigin"), "/api/page"))
    assert server.get("/api/page", APP).cors == shared(APP, credentials=True)
    assert server.get("/api/page", PARTNER).cors == shared(PARTNER)
    assert server.get("/api/page", OLD).cors == NOT_SHARED
    assert [server.preflight("/api/page", origin, "PUT").status for origin in (APP, PARTNER, OLD)] == [204, 403, 403]


def test_public_files_have_one_copy_in_caches(start):
    server = start(served(configuration(PROXY, "Caches", "/static"), "/static/page"))
    for origin in (APP, EVIL, None):
        assert server.get("/static/page", origin).cors == FOR_EVERYBODY


@rows(
    "line, headers, passed",
    [
        ("ReportOnly", "CorsEngine ReportOnly", {}, 200),
        ("Off", "CorsEngine Off", {}, 200),
        ("On", "CorsEngine On", shared(APP), 204),
        ("a line of CorsDenyOrigin", f"CorsDenyOrigin {APP}", NOT_SHARED, 403),
    ],
)
def test_roll_back_outside_of_all_sections(start, line, headers, passed):
    server = start(served(f"{line}\n<Location /api>\n{policy(origin=APP)}\n</Location>", "/api/page"))
    assert server.get("/api/page", APP).cors == headers
    assert server.preflight("/api/page", APP).status == passed


def test_a_section_with_an_engine_of_its_own_is_not_rolled_back(start):
    text = f"CorsEngine ReportOnly\n<Location /api>\n{policy('CorsEngine On', origin=APP)}\n</Location>"
    assert start(served(text, "/api/page")).get("/api/page", APP).cors == shared(APP)


@pytest.fixture(scope="module", params=["optional", "require"])
def certified(request):
    """The guide's host, and how to ask it with and without a certificate; or the same where one is required."""
    made = Site(modules="ssl socache_shmcb".split())
    lines = f'{speak_tls(made)}\nSSLCACertificateFile "${{ROOT}}/conf/certificate"'
    text = configuration(ELSE, "Client certificates", "SSLVerifyClient")
    text = text.replace("*:443", "127.0.0.1:${PORT}").replace("</VirtualHost>", f"{lines}\n</VirtualHost>")
    made.add(re.sub("SSLVerifyClient optional", f"SSLVerifyClient {request.param}", text))
    made.page("/api/page")
    with Httpd(made) as running:
        own = running.root.path / "conf/certificate"
        running.mode = request.param
        running.bare = Curl(running.port, scheme="https")
        running.known = Curl(running.port, "--cert", str(own), scheme="https")
        yield running


def test_client_certificates(certified):
    known = certified.known.get("/api/page", APP)
    assert (known.status, known.cors) == (200, shared(APP, credentials=True))
    if certified.mode == "optional":
        certified.log.expect("AH01630: client denied by server configuration")
        assert_answered(certified.bare.preflight("/api/page", APP), APP, credentials=True)
        without = certified.bare.get("/api/page", APP)
        assert (without.status, without.cors) == (403, shared(APP, credentials=True))
    else:
        url = f"https://localhost:{certified.port}/api/page"
        run = subprocess.run(["curl", "-sSk", "-X", "OPTIONS", url], capture_output=True, timeout=30, check=False)
        assert run.returncode != 0 and run.stdout == b""


def test_what_is_for_one_network_is_for_no_script(start):
    text = configuration(ELSE, "Addresses", "Require ip").replace("192.0.2.0/24", "127.0.0.1")
    answer = start(served(text, "/internal/page")).get("/internal/page", EVIL)
    assert (answer.status, answer.cors) == (200, {})


def test_a_token_goes_with_any_origin(start):
    text = configuration(ELSE, "Tokens", "CorsAllowHeaders").replace(APP, "*")
    answer = start(served(text, "/api/page")).preflight("/api/page", EVIL, "GET", "authorization")
    assert_answered(answer, "*", names=f"{SAFELISTED}, authorization", vary=None)


def test_a_foreign_form_is_refused_and_an_image_is_not(start):
    server = start(served(configuration(ELSE, "Request forgery", "Reject"), "/api/page"))
    assert server.get("/api/page", EVIL, method="POST").status == 403
    assert server.get("/api/page").status == 200
    assert server.get("/api/page", APP).status == 200
