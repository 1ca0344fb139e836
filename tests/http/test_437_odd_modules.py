# SPDX-License-Identifier: Apache-2.0
"""Beside modules of others that end requests in any phase and answer in odd ways (mod_corstest)."""

import pytest
from harness import Httpd, Site, corstest, installed, rows
from harness.client import origin_headers
from harness.paths import POLICY, assert_actual, assert_policy_answers, expected_of, families, main_kinds, origin_of
from harness.pipeline import pipeline
from harness.site import GOOD, OTHER

ORDERS = ("loaded after it", "loaded before it")


def build(order):
    """A site with both modules, ours loaded after the other or before it."""
    site = Site(with_module=False)
    loads = [corstest.load_line(), f'LoadModule cors_module "{installed.module_under_test()}"']
    site.add("\n".join(loads if order == "loaded after it" else loads[::-1]))
    site.add(
        f"""
        LogLevel cors:debug
        <Location /location>
            {POLICY}
        </Location>
        <Directory "${{DOCROOT}}/directory">
            {POLICY}
        </Directory>
        <Location /other>
            CorsAllowOrigin {OTHER}
        </Location>
        <Directory "${{DOCROOT}}/other/front">
            FallbackResource /other/page
        </Directory>
        """
    )
    for path in ("/location/page", "/directory/page", "/other/page", "/other/front/x"):
        site.page(path)
    site.htaccess("/htaccess", POLICY)
    return site


PLACES = [("<Location>", "/location/page"), ("<Directory>", "/directory/page"), (".htaccess", "/htaccess/page")]

EARLY = ["post_read_request", "quick_handler", "pre_translate_name", "translate_name", "map_to_storage"]
LATE = ["post_perdir_config", "header_parser", "access_checker", "type_checker", "fixups"]
ENDS = {
    "another module ends the request": [
        (f"in {phase}, with {status}", f"at={phase}&say={status}", status)
        for phase in EARLY + LATE for status in (302, 403, 500, 503)
        if (phase, status) != ("pre_translate_name", 302)  # httpd takes no notice of that
    ],
}
PAGES = {
    "another module makes the page before handlers are asked": [
        (f"in {phase}", f"at={phase}&say=page") for phase in EARLY + LATE if phase != "pre_translate_name"
    ],
}
ODD = {
    "another module answers in an odd way": [
        ("headers in both tables", "do=headers", 200),
        ("new tables", "do=new-tables", 200),
        ("headers after the first bytes", "do=flush", 200),
        ("headers before nothing but a flush", "do=flush-first", 200),
        ("an error after the first bytes", "do=fail-after-flush", 200),
        ("an error with headers", "do=fail-with-headers", 503),
        ("nothing at all", "do=nothing", 200),
        ("DONE", "do=done", 200),
        ("a status line of its own", "do=status-line", 299),
        ("304", "do=not-modified", 304),
        ("204 with a body", "do=no-content", 204),
        ("an internal redirect", "do=redirect", 200),
        ("an internal redirect to another", "do=redirect-twice", 200),
        ("a subrequest's headers", "do=subrequest", 200),
        ("an error bucket", "do=error-bucket", 503),
        ("an error page sent by hand", "do=own-error-page", 403),
        ("a filter that refuses the page", "do=page&filter=refuse", 403),
        ("a filter that refuses a file", "filter=refuse", 403),
        ("a filter that sets headers last", "do=page&filter=headers", 200),
        ("a filter that sets headers last, on a file", "filter=headers", 200),
    ]
}


@pytest.fixture(scope="module", params=ORDERS)
def server(request):
    """A server with the module loaded after the other; and before it."""
    with Httpd(build(request.param)) as running:
        yield running


@families("query, status", ENDS, actual="by policy")
@rows("path", PLACES)
@main_kinds
def test_ended_by_another(server, kind, path, query, status):
    assert_actual(server, kind, ("GET", f"{path}?{query}"), status)


@families("query, status", ENDS, preflight="answered")
@rows("path", PLACES)
@pytest.mark.parametrize("kind", ["allowed", "denied"])
def test_preflights_ended_by_another(server, kind, path, query, status):
    response = server.preflight(f"{path}?{query}", origin_of(kind, server), "PUT", "authorization")
    if status == 500 and query.split("&")[0] in [f"at={phase}" for phase in EARLY]:
        found = response.status, response.cors.get("Access-Control-Allow-Origin")
        assert found == (500, GOOD if kind == "allowed" else None)  # a fault stays what it is, and can be read
    else:
        assert_policy_answers(response, kind)  # a 503 before handlers is somebody's rule


@families("query", PAGES, actual="by policy")
@rows("path", PLACES)
@main_kinds
def test_pages_made_early(server, kind, path, query):
    assert assert_actual(server, kind, ("GET", f"{path}?{query}"), 200).body == "page\n"


@families("query, status", ODD, actual="by policy")
@rows("path", PLACES)
@main_kinds
def test_odd_answers(server, kind, path, query, status):
    assert_actual(server, kind, ("GET", f"{path}?{query}"), status)


@families("query, status", ODD, preflight="answered")
@pytest.mark.parametrize("kind", ["allowed", "denied"])
def test_preflights_never_get_there(server, kind, query, status):
    response = server.preflight(f"/directory/page?{query}", origin_of(kind, server), "PUT", "authorization")
    assert_policy_answers(response, kind)


@main_kinds
def test_an_interim_response_is_followed_by_ours(server, kind):
    with pipeline(server) as connection:
        connection.send("GET", "/location/page?do=interim", origin_headers(origin_of(kind, server)))
        assert connection.receive().status == 103
        response = connection.receive()
        assert (response.status, response.cors) == (200, expected_of(kind))
