# SPDX-License-Identifier: Apache-2.0
"""The set-ups of conf/examples and README.md start without a word, and do what their comments promise."""

import re
from pathlib import Path

import pytest
from harness import Site, configtest, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, assert_answered, shared

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((PROJECT / "conf/examples").glob("*.conf"))
APP = "https://app.example.com"
FULL = {"methods": "GET, HEAD, POST, PUT, PATCH, DELETE"}
NAMES = "accept, accept-language, content-language, content-type, authorization"


def example(name, **substitutes):
    """The site of an example, its paths brought under the root of the test."""
    text = (PROJECT / "conf/examples" / name).read_text()
    site = Site(modules=["proxy", "proxy_http"])
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
    text = "\n".join(re.sub(r"^#(?=Cors)", "", line) for line in lines)
    site = example("public-api.conf")
    site.modules.append("dbd")
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
