# SPDX-License-Identifier: Apache-2.0
"""Shared memory is not available: requests are served as ever, nothing is counted, and the log says so."""

import pytest
from harness import Site, policy
from harness.answer import NOT_SHARED, assert_answered, assert_denied, shared
from harness.faults import Faults
from harness.httpd import Httpd
from harness.site import EVIL, GOOD
from harness.status import HANDLER, explain, page, status

NOT_COUNTED = "CORS0501"


@pytest.fixture(scope="module")
def uncounted():
    """A server without memory for counters: it, and the path of its policy."""
    site = Site(HANDLER, modules=["status"], expects=[NOT_COUNTED])
    site.add("<Location /server-status>\nSetHandler server-status\n</Location>")
    site.path = site.location(policy("CorsAllowMethods PUT"))
    faults = Faults(site)
    faults.begin("no-counters")
    with Httpd(site) as server:
        yield server


def test_requests_are_served(uncounted):
    path = uncounted.site.path
    assert uncounted.get(path, GOOD).cors == shared(GOOD)
    assert uncounted.get(path, EVIL).cors == NOT_SHARED
    assert_answered(uncounted.preflight(path, GOOD, "PUT"), GOOD, methods="GET, HEAD, POST, PUT")
    assert_denied(uncounted.preflight(path, GOOD, "DELETE"), "method-not-allowed")
    assert_denied(uncounted.preflight(path, EVIL), "origin-not-allowed")


def test_the_status_has_no_numbers_and_the_page_says_why(uncounted):
    parsed = status(uncounted)
    assert "requests" not in parsed and parsed.get("denied", []) == []
    assert "cors_requests_total{" not in page(uncounted, "format=prometheus")
    assert NOT_COUNTED in uncounted.get("/cors-status").body
    for url in ("/server-status", "/server-status?auto"):
        assert uncounted.get(url).status == 200


def test_what_would_happen_is_explained_all_the_same(uncounted):
    assert explain(uncounted, uncounted.site.path, GOOD)["verdict"] == "allowed"
    assert explain(uncounted, uncounted.site.path, EVIL)["verdict"] == "denied"


def test_nothing_can_be_suggested(uncounted):
    response = uncounted.get("/cors-status?suggest=1")
    assert response.status == 200 and GOOD not in response.body
