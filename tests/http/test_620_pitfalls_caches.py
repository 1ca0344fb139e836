# SPDX-License-Identifier: Apache-2.0
"""Faults that other implementations had: what caches were told, and whose headers were whose."""

import pytest
from harness import Httpd, Site, policy
from harness.answer import FOR_EVERYBODY, NOT_SHARED, PREFLIGHT_VARY, shared, tokens
from harness.backend import Backend, page
from harness.site import EVIL, GOOD, OTHER

THEIRS = "Access-Control-Allow-Origin: *"
ANSWERS = {
    "/vary": page("Vary: Accept-Encoding, Cookie"),
    "/both": page(THEIRS, "Access-Control-Allow-Credentials: true", "Access-Control-Expose-Headers: X-Theirs"),
    "/twice": page(THEIRS, f"Access-Control-Allow-Origin: {EVIL}"),
}
site = Site(modules=["proxy", "proxy_http"])
LISTED = site.location(f"CorsAllowOrigin {GOOD} {OTHER}\nCorsAllowMethods PUT")
STAR = site.location("CorsAllowOrigin *")
EDITED = site.location(policy("CorsExposeHeaders X-A", "Header always edit* Vary Origin Xrigin"))
EDITED_TOO = site.location(
    policy("CorsExposeHeaders X-A", "Header always edit* Access-Control-Expose-Headers X Y")
)
site.add(
    f"""
    SetEnv proxy-nokeepalive 1
    ProxyPass /backend/ http://127.0.0.1:${{APP}}/
    <Location /backend>
        {policy()}
    </Location>
    """
)


@pytest.fixture(scope="module")
def server():
    """httpd before a backend that has ideas of its own."""
    with Backend(ANSWERS) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            yield running


def test_vary_is_there(server):
    """Two Java servers, a proxy and a Python framework sent no Vary, so that caches gave one origin's page to all."""
    assert server.get(LISTED, GOOD).cors == shared(GOOD)
    assert server.get(LISTED, OTHER).cors == shared(OTHER)


def test_vary_is_there_without_an_origin_and_for_denied_ones(server):
    """Java and Python frameworks sent it to allowed origins only: a cached page of the others broke the site."""
    assert server.get(LISTED).cors == NOT_SHARED
    assert server.get(LISTED, EVIL).cors == NOT_SHARED
    assert server.get(f"{LISTED}/lost", GOOD).cors == shared(GOOD)


def test_preflights_vary_by_what_they_ask_for(server):
    """A middleware for Rust lost Origin from the Vary of preflights."""
    for origin in (GOOD, EVIL):
        assert server.preflight(LISTED, origin, "PUT").cors["Vary"] == tokens(PREFLIGHT_VARY)


def test_the_vary_of_others_stays(server):
    """The same one wrote its Vary over that of the application."""
    for origin in (None, GOOD, EVIL):
        assert server.get("/backend/vary", origin).cors["Vary"] == "accept-encoding, cookie, origin"


def test_the_vary_of_a_request_is_nobodys(server):
    """A JavaScript framework copied the request's own Vary header into the response."""
    response = server.get(LISTED, GOOD, ("Vary", "X-Chosen-By-Client"))
    assert response.cors == shared(GOOD)
    assert "Chosen" not in str(server.preflight(LISTED, GOOD, "PUT", None, ("Vary", "X-Chosen-By-Client")).headers)


def test_vary_is_no_wider_than_needed(server):
    """A security framework's three names on every response cost a CDN its hits; * needs none at all."""
    assert server.get(LISTED, GOOD).all("Vary") == ["Origin"]
    for origin in (None, GOOD, EVIL):
        assert server.get(STAR, origin).cors == FOR_EVERYBODY


def test_header_values_belong_to_one_response(server):
    """Go libraries handed out one list of values to all responses; who changed it, changed them all."""
    before = server.get(LISTED, GOOD).headers
    edited = [server.get(path, GOOD).cors for path in (EDITED, EDITED_TOO) * 3]
    assert edited[0::2] == edited[:1] * 3 and edited[1::2] == edited[1:2] * 3
    after = server.get(LISTED, GOOD).headers
    assert [each for each in after if each[0] != "Date"] == [each for each in before if each[0] != "Date"]
    assert edited[1]["Access-Control-Expose-Headers"] == "x-a"


def test_two_layers_give_one_answer(server):
    """Recipes and middlewares add their header to the backend's own, and browsers refuse two of them."""
    for path in ("/backend/both", "/backend/twice"):
        assert server.get(path, GOOD).cors == shared(GOOD)


def test_two_layers_agree_on_denials(server):
    """What a backend allows is left in place by all others where they deny it themselves."""
    for path in ("/backend/both", "/backend/twice"):
        for origin in (EVIL, None, "null"):
            assert server.get(path, origin).cors == NOT_SHARED
