# SPDX-License-Identifier: Apache-2.0
"""A module finds out that a request is for another virtual host than its Host header says: that one's policy counts."""

import itertools

import pytest
from harness import Httpd, Site, corstest, policy
from harness.answer import NOT_SHARED, UNTOUCHED, assert_answered, assert_denied, shared
from harness.site import EVIL, GOOD, OTHER

# What a virtual host says, and the origins it shares its pages with
HOSTS = {
    "good": (policy(), {GOOD}),
    "other": (policy(origin=OTHER), {OTHER}),
    "rejects": (policy("CorsDisallowed Reject"), {GOOD}),
    "off": (policy("CorsEngine Off"), set()),
    "none": ("", set()),
    "location": (f"<Location />\n{policy(origin=OTHER)}\n</Location>", {OTHER}),
    "directory": (f'<Directory "${{DOCROOT}}">\n{policy(origin=OTHER)}\n</Directory>', {OTHER}),
}
POLICY = HOSTS["rejects"][0]
PAIRS = [pair for pair in itertools.product(HOSTS, HOSTS) if pair[0] != pair[1]]
site = Site(corstest.load_line(), modules=["cache", "cache_disk", "log_config"])
site.add('CacheRoot "${ROOT}/cache"\nCacheIgnoreNoLastMod On\nCacheDefaultExpire 3600\nCacheHeader On')
site.add('LogFormat "%{X-Case}i: %{CORS_REQUEST}e %{CORS_VERDICT}e" case\nCustomLog "${ROOT}/logs/access" case')
for name, (text, _) in HOSTS.items():
    site.add(
        f"<VirtualHost *:${{PORT}}>\nServerName {name}.test\nCacheEnable disk /cached\n"
        + ("" if name in ("off", "none") else "RequestHeader unset Origin early\n") +
        f'CustomLog "${{ROOT}}/logs/access" case\n{text}\n</VirtualHost>'
    )
for name, text in (("own", POLICY), ("section", f"<Location />\n{POLICY}\n</Location>")):
    site.add(f"<VirtualHost *:${{PORT}}>\nServerName {name}.test\nServerAlias *.{name}.test\n{text}\n</VirtualHost>")
site.page("/page")
site.page("/cached")


@pytest.fixture(scope="module")
def server():
    """httpd with a cache."""
    with Httpd(site) as running:
        (running.root.path / "cache").mkdir()
        (running.root.path / "cache").chmod(0o777)
        yield running


def status_of(name, origin):
    """Of an actual request."""
    return 403 if name == "rejects" and origin not in HOSTS[name][1] else 200


@pytest.mark.parametrize("asked, served", PAIRS)
@pytest.mark.parametrize("path", ["/page", "/cached"])
def test_actual_requests(server, asked, served, path):
    for origin in (GOOD, OTHER, EVIL, GOOD):
        case = f"{asked}-{served}-{path[1:]}-{len(server.root.read('logs/access'))}"
        headers = ("Host", f"{asked}.test"), ("X-Case", case)
        response = server.get(f"{path}?host={served}.test", origin, *headers)
        is_shared = origin in HOSTS[served][1]
        expected = UNTOUCHED if served in ("off", "none") else shared(origin) if is_shared else NOT_SHARED
        assert (response.status, response.cors) == (status_of(served, origin), expected)
        verdict = "- -" if served in ("off", "none") else f"actual {'allowed' if is_shared else 'denied'}"
        assert server.access_log(f"^{case}:").endswith(f": {verdict}")


@pytest.mark.parametrize("asked, served", PAIRS)
def test_preflights(server, asked, served):
    for origin in (GOOD, OTHER, EVIL):
        response = server.preflight(f"/page?host={served}.test", origin, "GET", None, ("Host", f"{asked}.test"))
        if served in ("off", "none"):
            assert (response.status, response.cors) == (200, UNTOUCHED)
        elif origin in HOSTS[served][1]:
            assert_answered(response, origin)
        else:
            assert_denied(response, "origin-not-allowed")


@pytest.mark.parametrize("host", ["own.test", "section.test"])
def test_the_own_origin_is_that_of_the_name_it_is_given(server, host):
    url, inner = f"/page?host=outer.{host}", ("Host", f"inner.{host}")
    for origin, status in ((f"http://outer.{host}", 200), (f"http://inner.{host}", 403), (f"http://other.{host}", 403)):
        response = server.get(url, origin, inner)
        assert (response.status, response.cors) == (status, NOT_SHARED)
