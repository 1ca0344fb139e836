# SPDX-License-Identifier: Apache-2.0
"""<CorsOrigin> sections in the status: how many requests each decided, on the page, in JSON and for Prometheus."""

from bs4 import BeautifulSoup
from harness import Site
from harness.status import HANDLER, page, status, wait_for
from prometheus_client.parser import text_string_to_metric_families

APP, PARTNER, OTHER = "https://app.example.com", "https://x.partner.example", "https://other.example"

site = Site(HANDLER)
site.add(
    """\
<Location /api>
    CorsAllowOrigin https://other.example
    <CorsOrigin https://app.example.com>
        CorsAllowMethods PUT
    </CorsOrigin>
    <CorsOrigin https://*.partner.example https://partner.example>
    </CorsOrigin>
</Location>
"""
)
site.page("/api/page")
TENANT = site.htaccess("/tenant", f"<CorsOrigin {APP}>\n</CorsOrigin>")


def sections(server):
    """Patterns -> (place, allowed, denied)."""
    return {
        each["patterns"]: (each["place"], each["allowed"], each["denied"]) for each in status(server)["sections"]
    }


def gained(before, after, patterns):
    return tuple(now - then for then, now in zip(before[patterns][1:], after[patterns][1:]))


def test_they_are_there_from_the_start(server):
    found = sections(server)
    place = found[APP][0]
    assert place.endswith("conf/site.conf:6")
    assert found["https://*.partner.example https://partner.example"][0].endswith("conf/site.conf:9")


def test_each_counts_what_it_decided(server):
    before = sections(server)
    for _ in range(3):
        server.get("/api/page", APP)
    server.preflight("/api/page", APP, "PUT")
    server.preflight("/api/page", APP, "DELETE")
    server.preflight("/api/page", PARTNER, "PUT")
    server.get("/api/page", OTHER)
    server.get("/api/page", "https://evil.example")
    server.get("/api/page")
    after = sections(server)
    assert gained(before, after, APP) == (4, 1)
    assert gained(before, after, "https://*.partner.example https://partner.example") == (0, 1)


def test_one_of_htaccess_comes_with_its_first_request(server):
    server.get(TENANT, APP)
    # It is counted when the response has left.
    found = wait_for(
        lambda: [each for each in status(server)["sections"] if each["place"].endswith("tenant/.htaccess:1")]
    )
    assert [(each["patterns"], each["allowed"] >= 1, each["denied"]) for each in found] == [(APP, True, 0)]


def test_prometheus_has_the_same(server):
    server.get("/api/page", APP)
    families = {family.name: family for family in text_string_to_metric_families(page(server, "format=prometheus"))}
    samples = {
        (sample.labels["section"], sample.labels["verdict"]): sample.value
        for sample in families["cors_section_requests"].samples
    }
    for place, allowed, denied in sections(server).values():
        assert samples[place, "allowed"] == allowed
        assert samples[place, "denied"] == denied


def test_the_page_shows_them(server):
    parsed = BeautifulSoup(page(server, ""), "html5lib")
    text = parsed.find(id="rules").find_parent("section").get_text(" ", strip=True)
    assert APP in text
    assert "conf/site.conf:6" in text
