# SPDX-License-Identifier: Apache-2.0
"""The demo in a real browser: what Chromium lets a page see, for the page that is let in and those that are kept out."""

import pathlib
import socket

import pytest

from demo import Demo, free_ports, wait_for

# What an origin on the list gets to see: a status, or BLOCKED.
BLOCKED = "blocked"
ON_THE_LIST = {
    "get": 200,
    "redirect": 200,
    "post-json": 200,
    "put": 201,
    "delete": 204,
    "patch": BLOCKED,
    "header-listed": 200,
    "header-unlisted": BLOCKED,
    "header-exposed": 200,
    "header-hidden": BLOCKED,
    "cookie": 200,
    "password": 200,
    "password-wrong": 401,
    "not-found": 404,
    "overloaded": 503,
    "no-policy": BLOCKED,
}
ANYBODY_ELSE = dict.fromkeys(ON_THE_LIST, BLOCKED)

SCENES = {
    # name: (ENV, whose page, what it sees, the verdict)
    "development, the front end": ("development", "page", ON_THE_LIST, "Let in, as it should be."),
    "development, a stranger": ("development", "stranger", ANYBODY_ELSE, "Kept out, as it should be."),
    "production, the former front end": ("production", "page", ANYBODY_ELSE, "Kept out, as it should be."),
    "production, a stranger": ("production", "stranger", ANYBODY_ELSE, "Kept out, as it should be."),
    "ENV unset is production": (None, "page", ANYBODY_ELSE, "Kept out, as it should be."),
    "ENV unknown is production": ("Development", "page", ANYBODY_ELSE, "Kept out, as it should be."),
}


def visit(browser, url):
    """Open the page, and wait until its checks have run."""
    browser.get_log("browser")
    browser.get(url)
    wait_for("the page's checks", lambda: browser.execute_script("return document.documentElement.dataset.done") == "true")


def seen(browser):
    """check: the status its row shows, or its outcome where there was none to see."""
    rows = browser.find_elements("css selector", "[data-check]")
    return {row.get_attribute("data-check"):
            int(row.get_attribute("data-status")) if row.get_attribute("data-outcome") == "allowed"
            else row.get_attribute("data-outcome") for row in rows}


@pytest.mark.parametrize("scene", SCENES)
def test_each_check_comes_out_as_the_policy_says(browser, start, scene):
    environment, whose, expected, verdict = SCENES[scene]
    demo = start(environment)
    visit(browser, f"http://localhost:{getattr(demo, whose)}/")

    assert seen(browser) == expected
    assert {row.get_attribute("data-as-expected") for row in browser.find_elements("css selector", "[data-check]")} == {"true"}
    assert browser.find_element("id", "verdict").text == verdict
    assert browser.find_element("id", "summary").text == f"{len(expected)} of {len(expected)} as expected"


@pytest.mark.parametrize("whose", ["page", "stranger"])
def test_what_is_blocked_is_blocked_by_cors(browser, start, whose):
    """... and not by a fault in the demo: the browser's console says so, once for each request that failed."""
    demo = start("development")
    visit(browser, f"http://localhost:{getattr(demo, whose)}/")

    failed = browser.execute_script("return corsDemo.results.filter(result => result.error).map(result => result.check)")
    messages = [entry["message"] for entry in browser.get_log("browser")]
    assert failed
    assert len([message for message in messages if "blocked by CORS policy" in message]) == len(failed)


IPV6 = pathlib.Path("/proc/net/if_inet6")


@pytest.mark.parametrize("host", [
    "127.0.0.1",
    pytest.param("[::1]", marks=pytest.mark.skipif(not IPV6.exists() or not IPV6.read_text(), reason="no IPv6 here")),
])
def test_the_page_works_under_each_name_of_this_machine(browser, start, host):
    demo = start("development")
    visit(browser, f"http://{host}:{demo.page}/")
    assert seen(browser) == ON_THE_LIST


def test_the_hidden_header_is_really_sent(start):
    assert start("development").ask("/api/items.json")["X-Internal-Node"] == "backstage-7"


def test_a_demo_that_ends_leaves_nothing_behind(start):
    demo = start()
    place = demo.origins.parents[1]
    assert place.is_dir()

    assert demo.end() == 0
    assert not place.exists()
    for port in (demo.api, demo.page, demo.stranger):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_port_that_is_taken_is_named_before_anything_starts():
    api, page, stranger = free_ports(3)
    with socket.create_server(("127.0.0.1", page)):
        demo = Demo("development", (api, page, stranger))
        assert demo.process.wait(20) == 1
    assert demo.output == (f"mod_cors demo: port {page} is taken by another program; "
                           "set CORS_DEMO_PAGE_PORT to one that is free\n")
