# SPDX-License-Identifier: Apache-2.0
"""<CorsOrigin> as operators see it: DUMP_CORS, explain, the log, the environment, what was denied and is suggested."""

import re
import subprocess

import pytest
from harness import Httpd, Site, configtest, rows
from harness.answer import cors
from harness.client import preflight_headers
from harness.installed import REPOSITORY
from harness.site import EVIL
from harness.status import HANDLER, add_line, explain, page, seen, wait_for

APP, PARTNER = "https://app.example", "https://a.partner.example"
PLAIN, BANNED = "https://plain.example", "https://bad.example"
TEXT = f"""
{HANDLER}
LogFormat "%{{X-Id}}i %{{CORS_REQUEST}}e %{{CORS_VERDICT}}e %{{CORS_REASON}}e" seen
CustomLog "${{ROOT}}/logs/access" seen
<Location /api>
    <CorsOrigin {APP}>
        CorsAllowCredentials On
        CorsMaxAge 8000
    </CorsOrigin>
    CorsAllowOrigin {PLAIN}
    <CorsOrigin https://*.partner.example>
        CorsAllowMethods GET DELETE
    </CorsOrigin>
    CorsDenyOrigin {BANNED}
    CorsAllowMethods PUT
</Location>
<Location /sections>
    <CorsOrigin {APP}>
        CorsAllowMethods PUT
    </CorsOrigin>
</Location>
<Location /shadowed>
    <CorsOrigin https://*.wide.example https://equal.example>
    </CorsOrigin>
    <CorsOrigin https://a.wide.example https://lone.example>
    </CorsOrigin>
    <CorsOrigin https://wide.example https://equal.example https://a.wide.example:8443>
    </CorsOrigin>
</Location>
<Location /everybody>
    <CorsOrigin *>
    </CorsOrigin>
    <CorsOrigin https://late.example>
    </CorsOrigin>
</Location>
<Location /ordered>
    <CorsOrigin https://a.wide.example>
    </CorsOrigin>
    <CorsOrigin https://*.wide.example *>
    </CorsOrigin>
</Location>
<Location /watched>
    <CorsOrigin {APP}>
    </CorsOrigin>
    CorsEngine ReportOnly
</Location>
"""
site = Site(TEXT)
site.page("/api/page")
LINES = [line.strip() for line in site.text.splitlines()]


def at(line, after=None):
    """The place of a line: the first after the one that begins with `after`."""
    start = next(n for n, text in enumerate(LINES) if text.startswith(after)) if after else 0
    return f"conf/site.conf:{LINES.index(line, start) + 1}"


@pytest.fixture(scope="module")
def dumped():
    """What DUMP_CORS prints, its paths brought to those of the site."""
    with Httpd(site) as running:
        run = running.root.run("-t", "-D", "DUMP_CORS")
        assert run.returncode == 0
        return run.stdout.decode().replace(f"{running.root.path}/", "")


def test_dumped_sections_have_their_place_and_their_lines_below_them(dumped):
    blocks = re.split(r"^  (?=<)", dumped.split("Warnings:")[0].split("Remarks:")[0], flags=re.M)
    (block,) = [block for block in blocks if block.startswith("<Location /api>")]
    found = [line.split("    # ") for line in block.splitlines()[1:]]
    places = [(text, comment.split(" (")[0]) for text, comment in found]
    assert places == [
        (f"    <CorsOrigin> {APP}", at(f"<CorsOrigin {APP}>")),
        ("        CorsAllowCredentials On", at("CorsAllowCredentials On")),
        ("        CorsMaxAge 8000", at("CorsMaxAge 8000")),
        ("    <CorsOrigin> https://*.partner.example", at("<CorsOrigin https://*.partner.example>")),
        ("        CorsAllowMethods GET HEAD POST DELETE", at("CorsAllowMethods GET DELETE")),
        (f"    CorsAllowOrigin {PLAIN}", at(f"CorsAllowOrigin {PLAIN}")),
        (f"    CorsDenyOrigin {BANNED}", at(f"CorsDenyOrigin {BANNED}")),
        ("    CorsAllowMethods GET HEAD POST PUT", at("CorsAllowMethods PUT")),
    ]


def remarks(dumped):
    """The lines below that title."""
    return dumped.split("Remarks:")[1].splitlines()


def test_what_never_decides_is_remarked_on(dumped):
    found = [line for line in remarks(dumped) if "never decides" in line]
    expected = [
        (
            "<CorsOrigin https://a.wide.example https://lone.example>", "'https://a.wide.example'",
            "'https://*.wide.example'",
        ),
        (
            "<CorsOrigin https://wide.example https://equal.example https://a.wide.example:8443>",
            "'https://equal.example'", "'https://equal.example'",
        ),
        ("<CorsOrigin https://late.example>", "'https://late.example'", "'*'"),
    ]
    assert len(found) == len(expected), found
    assert [("move this section" in told, "take it out" in told) for told in found] == [
        (True, False), (False, True), (True, False)
    ]
    for line, later, earlier in expected:
        (told,) = [each for each in found if f"{at(line)}:" in each]
        assert told.index(later) < told.index("never decides") < told.rindex(earlier)


def test_a_max_age_over_the_caps_is_remarked_on_in_a_section_too(dumped):
    (told,) = [line for line in remarks(dumped) if "CorsMaxAge 8000" in line]
    assert at("CorsMaxAge 8000") in told


def test_a_remark_is_no_warning(dumped):
    assert "Warnings:" not in dumped
    configtest(site).assert_nothing_said()


# who asks what where: verdict, reason, the deciding line
DECIDED = [
    ("a section", "/api/page", APP, "PUT", "allowed", None, f"<CorsOrigin {APP}>"),
    ("the second section", "/api/page", PARTNER, "DELETE", "allowed", None, "<CorsOrigin https://*.partner.example>"),
    ("a section's list", "/api/page", PARTNER, "PUT", "denied", "method-not-allowed", "CorsAllowMethods GET DELETE"),
    ("a list around the section", "/api/page", APP, "DELETE", "denied", "method-not-allowed", "CorsAllowMethods PUT"),
    ("a plain source", "/api/page", PLAIN, "PUT", "allowed", None, f"CorsAllowOrigin {PLAIN}"),
    ("the deny list", "/api/page", BANNED, "GET", "denied", "origin-not-allowed", f"CorsDenyOrigin {BANNED}"),
    ("the only section's list", "/sections/x", APP, "DELETE", "denied", "method-not-allowed", "CorsAllowMethods PUT"),
]


@rows("path, origin, method, verdict, reason, line", DECIDED)
def test_explained(server, path, origin, method, verdict, reason, line):
    told = explain(server, path, origin, method=method)
    place = at(line, after=f"<Location /{path.split('/')[1]}>").rpartition(":")
    by = told["decided_by"]
    assert (told["verdict"], told["reason"]) == (verdict, reason)
    assert by["file"].endswith(place[0]) and by["line"] == int(place[2])
    assert by["directive"] == ("<CorsOrigin>" if line.startswith("<CorsOrigin") else line.split()[0])
    preflight = server.request("OPTIONS", path, preflight_headers(origin, method))
    assert told["preflight"] is None or cors(told["preflight"]["headers"].items()) == preflight.cors
    assert cors(told["response"]["headers"].items()) == server.get(path, origin).cors


def test_an_explained_policy_is_the_origins_own(server):
    def policy_of(origin):
        told = explain(server, "/api/x", origin)["policy"]
        return {(each["directive"], each["value"]): each["line"] for each in told}

    def line(text):
        return int(at(text).rpartition(":")[2])

    app, partner, stranger = (policy_of(origin) for origin in (APP, PARTNER, EVIL))
    assert app["CorsAllowCredentials", "On"] == line("CorsAllowCredentials On")
    assert app["CorsAllowMethods", "GET HEAD POST PUT"] == line("CorsAllowMethods PUT")
    assert app["<CorsOrigin>", APP] == line(f"<CorsOrigin {APP}>") and ("CorsAllowOrigin", PLAIN) not in app
    assert partner["CorsAllowMethods", "GET HEAD POST DELETE"] == line("CorsAllowMethods GET DELETE")
    assert partner["CorsMaxAge", "600"] is None and ("CorsAllowCredentials", "Off") in partner
    for source in (("<CorsOrigin>", APP), ("<CorsOrigin>", "https://*.partner.example"), ("CorsAllowOrigin", PLAIN)):
        assert source in stranger


@rows("path, origin, method, verdict, reason, line", DECIDED)
def test_explained_to_people(server, path, origin, method, verdict, reason, line):
    url = f"http://localhost:{server.port}{path}"
    done = subprocess.run(
        [REPOSITORY / "tools/cors-explain", url, "--origin", origin, "--method", method],
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert (done.returncode, done.stderr) == (0 if verdict == "allowed" else 1, "")
    place = at(line, after=f"<Location /{path.split('/')[1]}>")
    assert re.search(rf"^Decided by .*{place}\b", done.stdout, re.M), done.stdout
    html = page(server, f"explain=1&url={path}&origin={origin}&method={method}&format=html")
    assert place in html


@rows("path, origin, method, verdict, reason, line", DECIDED)
def test_logged_and_in_the_environment(server, path, origin, method, verdict, reason, line):
    name = f"{path}-{origin}-{method}"
    server.request("OPTIONS", path, [*preflight_headers(origin, method), ("X-Id", name), ("Connection", "close")])
    place = at(line, after=f"<Location /{path.split('/')[1]}>")
    (told,) = server.log.find(r"\[cors:")
    assert f"preflight {verdict}" in told and place in told
    assert server.access_log(rf"^{re.escape(name)} ") == f"{name} preflight {verdict} {reason or '-'}"


def test_what_is_watched_is_logged_with_the_section(server):
    server.get("/watched/page", APP)
    (told,) = server.log.find(r"\[cors:")
    assert "allowed" in told and at(f"<CorsOrigin {APP}>", after="<Location /watched>") in told


def test_what_was_denied_has_the_place_of_who_denied_it(server):
    """A section's own wants belong to it; those of strangers to the policy around."""
    server.preflight("/sections/denied", APP, "SECTIONED")
    server.get("/api/denied", EVIL + ":8443")
    (method,) = wait_for(lambda: seen(server, "method", "SECTIONED"))
    (origin,) = wait_for(lambda: seen(server, "origin", EVIL + ":8443"))
    assert method["policy"].endswith(at(f"<CorsOrigin {APP}>", after="<Location /sections>"))
    assert origin["policy"].endswith(at(f"CorsAllowOrigin {PLAIN}"))


SUGGESTING = f"""
{HANDLER}
<Location /api>
    <CorsOrigin {APP}>
        CorsMaxAge 5
    </CorsOrigin>
</Location>
<Location /plain>
    <CorsOrigin {APP}>
    </CorsOrigin>
    CorsAllowOrigin {PLAIN}
</Location>
"""


def test_what_is_suggested_can_be_pasted_where_it_says(start):
    """Into the section for what its origins ask, and outside of it for others."""
    suggesting = Site(SUGGESTING)
    server = start(suggesting)
    for path in ("/api/x", "/plain/x"):
        server.preflight(path, APP, "DELETE", "x-a")
        server.get(path, EVIL)
    wait_for(lambda: len(seen(server)) >= 6)
    text = suggesting.text
    blocks = re.split(r"^# In the section of ", page(server, "suggest=1"), flags=re.M)[1:]
    wanted = []
    for block in blocks:
        place, _, rest = block.partition("\n")
        line = int(re.search(r"site\.conf:(\d+)", place).group(1)) - ("outside" in place)
        wanted += [(line, each) for each in rest.splitlines() if each.startswith("Cors")]
    assert len(wanted) == 6, blocks
    for line, each in sorted(wanted, reverse=True):
        text = add_line(text, line, each)
    configtest(text).assert_nothing_said()
    mended = start(Site(text))
    for path in ("/api/x", "/plain/x"):
        assert mended.preflight(path, APP, "DELETE", "x-a").status == 204
        assert mended.preflight(path, EVIL, "DELETE", "x-a").status == 403
        assert mended.get(path, EVIL).cors["Access-Control-Allow-Origin"] == EVIL


def test_credentials_beside_a_section_for_everybody_take_a_section_of_their_own(server):
    told = explain(server, "/everybody", "https://new.example", credentials="include")
    assert not told["browser"]["reads"]
    (mend,) = told["mend"]
    assert mend["write"] is None
    assert "section of its own above this one, <CorsOrigin https://new.example>" in mend["where"]
    assert "CorsAllowCredentials On" in mend["where"]
