# SPDX-License-Identifier: Apache-2.0
"""reads=x-version: which headers of the response a script sees, and what to write so that it sees them all."""

import pytest
from harness import Httpd, Site, policy, rows
from harness.site import EVIL, GOOD
from harness.status import HANDLER, add_line, ask, explain

site = Site(HANDLER)
PATHS = {
    "some": site.location(policy("CorsExposeHeaders X-Version")),
    "none": site.location(policy()),
    "all": site.location(policy("CorsExposeHeaders *")),
    "member": site.location(policy("CorsAllowCredentials On")),
    "watched": site.location(policy("CorsEngine ReportOnly", "CorsExposeHeaders X-Version")),
    "off": site.page("/off"),
}


@pytest.fixture(scope="module")
def server():
    """One for all."""
    with Httpd(site) as running:
        yield running


def written(told):
    """What to write."""
    return [mend["write"] for mend in told["mend"]]


@rows(
    "path, origin, reads, hidden, lines",
    [
        ("exposed", "some", GOOD, "x-version", [], []),
        ("of every response", "none", GOOD, "content-type,Expires", [], []),
        ("not exposed", "some", GOOD, "X-Version, X-Node", ["X-Node"], ["CorsExposeHeaders X-Node"]),
        ("none is", "none", GOOD, "x-b,x-a", ["x-b", "x-a"], ["CorsExposeHeaders x-b", "CorsExposeHeaders x-a"]),
        ("all are", "all", GOOD, "x-a", [], []),
        ("a stranger's", "some", EVIL, "x-node", [], [f"CorsAllowOrigin {EVIL}", "CorsExposeHeaders x-node"]),
        ("with credentials", "member", GOOD, "x-a", ["x-a"], ["CorsExposeHeaders x-a"]),
        ("a cookie, which no script sees", "none", GOOD, "Set-Cookie", ["Set-Cookie"], [None]),
        ("a star", "none", GOOD, "*", ["*"], [None]),
        ("what is no name", "none", GOOD, "a(b", ["a(b"], [None]),
        ("on trial", "watched", GOOD, "x-node", [], ["CorsExposeHeaders x-node"]),
        ("no policy", "off", GOOD, "x-a", [], [f"CorsAllowOrigin {GOOD}"]),
    ],
)
def test_what_is_hidden(server, path, origin, reads, hidden, lines):
    told = explain(server, PATHS[path], origin, reads=reads)
    assert (told["reads"], told["browser"]["hidden"], written(told)) == (reads, hidden, lines)


def test_a_page_of_the_same_origin_sees_all(server):
    told = explain(server, PATHS["none"], f"http://localhost:{server.port}", reads="x-a")
    assert (told["verdict"], told["browser"]["hidden"], told["mend"]) == ("same-origin", [], [])


def test_written_it_is_exposed():
    lacking = Site(HANDLER)
    path = lacking.location(policy("CorsExposeHeaders X-Version"))
    with Httpd(lacking) as running:
        (mend,) = explain(running, path, GOOD, reads="x-version,x-node")["mend"]
        assert mend["directive"] == "CorsExposeHeaders"
        text = add_line(running.site.text, mend["line"], mend["write"])
        running.root.write("conf/site.conf", text.encode())
        running.restart()
        assert explain(running, path, GOOD, reads="x-version,x-node")["browser"]["hidden"] == []
        assert running.get(path, GOOD).all("Access-Control-Expose-Headers") == ["X-Version, x-node"]


def test_for_people(server):
    body = ask(server, PATHS["some"], GOOD, reads="x-node", format="text").body
    assert "\nBrowsers let the script read the response, but hide from it:\n    x-node\n" in body
    page = ask(server, PATHS["some"], GOOD, reads="<b>", format="html").body
    assert "Allowed, but not to see every header" in page and "&lt;b&gt;" in page and "<b>\"" not in page
