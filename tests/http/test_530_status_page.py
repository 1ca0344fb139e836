# SPDX-License-Identifier: Apache-2.0
"""The status page as HTML: what it shows, and that nothing of what a client sent is ever more than text on it."""

import base64
import hashlib
import json
import re
import urllib.parse

from harness import Site, policy, rows
from harness.client import MEMBER
from harness.page import contrast, parse, section, table, tiles, words
from harness.site import EVIL, GOOD
from harness.status import status, wait_for

STATUS = "/cors-status"
HANDLER = f"""
    <Location {STATUS}>
        SetHandler cors-status
    </Location>
    """
site = Site(HANDLER)
site.add(
    f"""
    <Location /members>
        SetHandler cors-status
        AuthType Basic
        AuthName "members"
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    <Location /nobody>
        SetHandler cors-status
        Require all denied
    </Location>
    <Location /api>
        {policy("CorsAllowMethods PUT", "CorsAllowCredentials On", "CorsDenyOrigin https://old.example")}
    </Location>
    CorsReloadInterval 1
    HttpProtocolOptions Unsafe
    """
)
site.file("users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
site.file("lists/good.origins", f"{GOOD}\n")
site.file("lists/fails.origins", f"{GOOD}\nhttps://two.example\n")
API = site.page("/api")
OUT = site.location(policy("CorsEngine Off"))
REJECT = site.location(policy("CorsDisallowed Reject"))
STAR = site.location("CorsAllowOrigin *")
WATCHED = site.location(policy("CorsEngine ReportOnly"))
LISTED = site.location("CorsOriginsFile lists/good.origins\nCorsOriginsFile lists/fails.origins")
OFF = site.page("/off")

HOSTILE = [
    ("a script", "<script>alert(1)</script>"),
    ("out of an attribute", '"><img src=x onerror=alert(1)>'),
    ("out of an attribute in single quotes", "x' onmouseover='alert(1)"),
    ("out of a title", "</title></style><h1>mine</h1>"),
    ("a comment", "<!--"),
    ("entities", "&lt;script&gt;&#60;&amp"),
    ("a backslash", "https://a\\x41.example"),
    ("beyond ASCII", b"https://\xff\xfe\xc3\xa9.example"),
    ("a control byte", b"https://a\x01b\x7f.example"),
    ("an escape sequence", b"\x1b[31mred"),
    ("400 bytes", "https://" + "a" * 392),
    ("400 bytes of markup", "<b>" * 133 + "x"),
]


def ask(server, path=STATUS, **parameters):
    """The page, or the answer to its form."""
    query = {"explain": "1", "format": "html", **{name.replace("_", "-"): each for name, each in parameters.items()}}
    return server.get(path + "?" + urllib.parse.urlencode(query) if parameters else path)


def printable(value):
    """As the module shows what a client sent, cut where it is long."""
    data = value if isinstance(value, bytes) else value.encode()
    return "".join(chr(byte) if 0x20 <= byte < 0x7F and byte != 0x5C else f"\\x{byte:02x}" for byte in data)[:200]


EVERY_PAGE = rows(
    "parameters",
    [
        ("the page alone", {}),
        ("an explanation", {"url": API, "origin": EVIL, "method": "DELETE", "headers": "x-a"}),
        ("an explanation where CORS is off", {"url": OFF, "origin": EVIL}),
        ("a fault", {"url": API, "origin": ""}),
        ("markup in every field", dict.fromkeys(("url", "origin", "method", "headers"), '"><script>x</script>')),
    ],
)


# ------------------------------------------------------------------------------------------------------------- safety


@EVERY_PAGE
def test_headers(server, parameters):
    answer = ask(server, **parameters)
    (content_security_policy,) = answer.all("Content-Security-Policy")
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; base-uri 'none'; "
        r"frame-ancestors 'none'",
        content_security_policy,
    )
    assert answer.all("Content-Type") == ["text/html; charset=utf-8"]
    assert answer.all("X-Content-Type-Options") == ["nosniff"]
    assert answer.all("Referrer-Policy") == ["no-referrer"]
    assert answer.all("Cache-Control") == ["no-store"]


def test_the_hash_is_that_of_the_style(server):
    answer = ask(server)
    (style,) = re.findall(r"<style>(.*?)</style>", answer.body, re.DOTALL)
    right = "sha256-" + base64.b64encode(hashlib.sha256(style.encode("latin-1")).digest()).decode()
    assert f"'{right}'" in answer.all("Content-Security-Policy")[0], f"CORS_PAGE_STYLE_HASH is to be {right}"
    assert "url(" not in style and "@import" not in style


@EVERY_PAGE
def test_nothing_active_and_nothing_from_elsewhere(server, parameters):
    page = parse(ask(server, **parameters))
    assert not page.find_all(["script", "img", "link", "iframe", "object", "embed", "base", "video", "audio", "use"])
    assert len(page.find_all("style")) == 1
    assert not page.find_all("meta", attrs={"http-equiv": True})
    for element in page.find_all(True):
        active = ("style", "src", "action", "formaction")
        assert not [name for name in element.attrs if name.startswith("on") or name in active], element
        assert re.match(r"[?#]|https://(fetch\.spec\.whatwg|wicg\.github)\.", element.get("href", "?")), element


@rows("origin", HOSTILE)
def test_a_hostile_origin_is_text(server, origin):
    server.get(API, origin)
    answer = ask(server)
    assert not re.search(r"[^\x20-\x7e\n]", answer.body)
    if isinstance(origin, str) and re.search("[<>&]", origin):
        assert origin not in answer.body
    page = parse(answer)
    assert not page.find_all(["script", "img", "b"]) and len(page.find_all("h1")) == 1
    shown = [code.get_text() for code in section(page, "denied").select("tbody th code")]
    assert [value for value in shown if value.startswith(printable(origin))], shown


@rows("name", ["url", "origin", "method", "headers"])
@rows("value", [(name, value if isinstance(value, str) else value.decode("latin-1")) for name, value in HOSTILE])
def test_what_was_asked_is_text(server, name, value):
    answer = ask(server, **{**{"url": API, "origin": GOOD, "method": "PUT"}, name: value})
    assert not re.search(r"[^\x20-\x7e\n]", answer.body.replace("\xe2\x80\x98", "").replace("\xe2\x80\x99", ""))
    page = parse(answer)
    assert not page.find_all(["script", "img"]) and len(page.find_all("h1")) == 1


# --------------------------------------------------------------------------------------------------------- structure


@EVERY_PAGE
def test_structure(server, parameters):
    page = parse(ask(server, **parameters))
    assert page.html["lang"] == "en" and words(page.title) and len(page.find_all("main")) == 1
    levels = [int(heading.name[1]) for heading in page.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    identifiers = [element["id"] for element in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))
    for element in page.find_all(attrs={"aria-labelledby": True}):
        assert words(page.find(id=element["aria-labelledby"]))
    for found in page.find_all("table"):
        heads = [words(head) for head in found.thead.find_all("th", scope="col")]
        assert words(found.caption) and all(heads)
        for row in found.tbody.find_all("tr", class_=lambda name: name != "why"):
            assert [row.th["scope"], *(cell["data-label"] for cell in row.find_all("td"))] == ["row", *heads[1:]]


@EVERY_PAGE
def test_every_field_has_its_label(server, parameters):
    form = parse(ask(server, **parameters)).form
    fields = form.find_all("input", type=lambda kind: kind != "hidden")
    names = [field["name"] for field in fields]
    assert names == ["url", "origin", "method", "headers", "reads", "credentials", "private-network"]
    for field in fields:
        (label,) = form.find_all("label", attrs={"for": field["id"]})
        assert words(label)


@rows("scheme", [("light", 0), ("dark", 1)])
@rows(
    "front, backs, least",
    [
        ("text", "ink", "page card soft ok-soft no-soft warn-soft", 4.5),
        ("quiet text", "quiet", "page card soft", 4.5),
        ("links", "link", "page card no-soft", 4.5),
        ("the button", "page", "link", 4.5),
        ("good", "ok", "card ok-soft", 4.5),
        ("bad", "no", "page card no-soft", 4.5),
        ("doubtful", "warn", "warn-soft", 4.5),
        ("fields", "edge", "page card", 3),
        ("bars", "no-fill", "card", 3),
        ("focus", "link", "page card", 3),
    ],
)
def test_contrast(server, scheme, front, backs, least):
    block = re.findall(r":root\{(.*?)\}", parse(ask(server)).style.string, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]+)", block))
    for back in backs.split():
        assert contrast(colours[front], colours[back]) >= least, back


# ------------------------------------------------------------------------------------------------------- what it says


def test_nothing_counted_yet(start):
    page = parse(ask(start(Site(HANDLER))))
    assert words(page.find(class_="lead")) == "No page of another origin has asked for anything yet."
    assert set(tiles(page).values()) == {"0"}
    for name in ("reasons", "denied", "sources"):
        assert section(page, name).find(class_="empty") and not section(page, name).table
    assert page.find(id="reported") is None and not page.find(class_="alert")


def counted(server, requests):
    """The page, once so many requests have been counted: that happens when a response has left."""
    wait_for(lambda: sum(seen["count"] for seen in status(server)["denied"]) >= requests)
    return parse(ask(server))


def test_what_is_counted(start):
    server = start(site)
    for _ in range(1100):
        server.get(API, GOOD)
    for origin in (EVIL, EVIL, "https://old.example", "no origin", None, f"http://localhost:{server.port}"):
        server.get(API, origin)
    server.get(REJECT, EVIL)
    server.preflight(API, GOOD, "PUT")
    for _ in range(3):
        server.preflight(API, GOOD, "DELETE", "x-a")
    page = counted(server, 11)
    assert words(page.find(class_="lead")) == "8 of 1,109 cross-origin requests were denied , under 1%."
    assert tiles(page) == {
        "Preflights allowed": "1", "Preflights denied": "3", "Requests allowed": "1,100", "Requests denied": "5",
        "Refused": "1", "Same origin": "1", "Without Origin": "1",
    }
    reasons = table(section(page, "reasons"))
    assert [(row[0].split()[0], *row[1:]) for row in reasons] == [
        ("origin-not-allowed", "0", "4", "50%"), ("method-not-allowed", "3", "0", "38%"),
        ("origin-malformed", "0", "1", "13%"),
    ]
    assert section(page, "reasons").a["href"] == "https://fetch.spec.whatwg.org/#concept-cors-check"
    seen = {row[0].split()[0]: row for row in table(section(page, "denied"))}
    assert seen["DELETE"][1:3] == ["Method", "3"] and seen["x-a"][1:3] == ["Request header", "3"]
    assert seen["https://old.example"][1] == "Origin of CorsDenyOrigin" and seen["no"][1] == "Not an origin"
    line = [text.strip() for text in site.text.splitlines()].index("<Location /api>") + 2
    assert re.fullmatch(rf"DELETE Policy at \S+/conf/site\.conf:{line}", seen["DELETE"][0])
    assert re.fullmatch(r"just now|\d+ seconds? ago", seen["DELETE"][3])
    assert page.find(id="reported") is None


def test_report_only(start):
    server = start(site)
    server.get(WATCHED, GOOD)
    server.get(WATCHED, EVIL)
    page = counted(server, 1)
    assert tiles(section(page, "reported"))["Requests would be denied"] == "1"
    assert tiles(section(page, "glance"))["Requests denied"] == "0"
    assert [row[1] for row in table(section(page, "denied"))] == ["Origin report only"]


def test_sources(start):
    server = start(site)
    (bad, good) = sorted(table(section(parse(ask(server)), "sources")))
    assert (bad[1:3], good[1:3]) == (["good", "2"], ["good", "1"])
    server.log.expect("CORS0302")
    server.root.write("lists/fails.origins", b"https://<b>&\xff\n")
    assert server.log.find("CORS0302", 10)
    answer = ask(server)
    page = parse(answer)
    assert words(page.find(class_="alert")).startswith("1 of 2 origin lists cannot be loaded.")
    part = section(page, "sources")
    place = r"/lists/fails\.origins File, CorsOriginsFile at \S+/site\.conf:\d+$"
    assert re.search(place, words(part.select("th")[-1]))
    assert [words(state) for state in part.select(".chip")] == ["good", "failing"]
    assert "fails.origins:1" in words(part.find(class_="error"))
    assert not page.find_all("b") and "\xff" not in answer.body


def test_links(server):
    page = parse(ask(server))
    hrefs = {link["href"] for link in page.nav.find_all("a")}
    assert hrefs == {"?", "?suggest=1", "?format=json", "?format=prometheus"}
    for href in hrefs:
        assert server.get(STATUS + href).status == 200


# -------------------------------------------------------------------------------------------------------- explanation

EXPLAINED = [
    ("denied at the preflight", {"url": API, "origin": GOOD, "method": "DELETE"}, "Denied", "no"),
    ("denied", {"url": API, "origin": EVIL}, "Denied", "no"),
    ("allowed", {"url": API, "origin": GOOD, "credentials": "include"}, "Allowed", "ok"),
    ("credentials", {"url": STAR, "origin": GOOD, "credentials": "include"}, "Allowed, but not readable", "warn"),
    ("report only", {"url": WATCHED, "origin": EVIL}, "Would be denied", "warn"),
    ("off", {"url": OFF, "origin": EVIL}, "CORS is off", "off"),
    ("turned off", {"url": OUT, "origin": EVIL}, "CORS is off", "off"),
    ("a header that is hidden", {"url": API, "origin": GOOD, "reads": "x-a"}, "Allowed, but not to see every header",
     "warn"),
    ("same origin", {"url": "http://localhost/api", "origin": "http://localhost"}, "Same origin", "ok"),
]


@rows("parameters, title, mood", EXPLAINED)
def test_verdict(server, parameters, title, mood):
    answer = ask(server, **parameters)
    page = parse(answer)
    banner = page.find(class_="banner")
    assert answer.status == 200
    assert (words(banner.h2), mood in banner["class"]) == (title, True)
    assert page.main.find(["section", "form"]).find(class_="banner") is banner
    assert parameters["origin"] in words(banner.find(class_="asked"))


@rows("parameters", [row[:2] for row in EXPLAINED])
def test_it_says_what_the_json_says(server, parameters):
    query = urllib.parse.urlencode({"explain": "1", **parameters})
    told = json.loads(server.get(f"{STATUS}?{query}").body)
    part = section(parse(ask(server, **parameters)), "verdict")
    text = words(part)
    for value in filter(None, (told["reason"], told["explanation"])):
        assert value in text
    if told["decided_by"]:
        assert f"{told['decided_by']['file']}:{told['decided_by']['line']}" in text
    for mend in told["mend"]:
        assert " ".join(mend["where"].split()) in text
        assert mend["write"] is None or mend["write"] in [words(line) for line in part.select(".facts pre")]
    for name in ("preflight", "response"):
        for header, value in (told[name] or {"headers": {}})["headers"].items():
            assert f"{header}: {value}" in text
    said = [sample.get_text().encode() for sample in part.find_all("samp")]
    browsers = filter(None, (told["browser"][name] for name in ("chrome", "firefox", "safari")))
    assert said == [message.encode("latin-1") for message in browsers]
    shown = [(row[0], row[1].split(" pattern")[0]) for row in table(part)] if told["policy"] else []
    assert [name for name, _ in shown] == [each["directive"] for each in told["policy"]]
    assert all(value.startswith(each["value"]) for (_, value), each in zip(shown, told["policy"]))


@rows(
    "value",
    [
        ("plain", "/api"), ("quotes", "/api?a='b'&c=\"d\""), ("markup", "/api?<b>&amp;"),
        ("percent", "/api?%41%2525+x"),
        ("backslash", "/api?\\x41"),
    ],
)
@rows("checks", [("none", ()), ("both", ("credentials", "private-network"))])
def test_the_form_asks_again_what_was_asked(server, value, checks):
    asked = {"url": value, "origin": GOOD, "method": "PUT", "headers": "x-a, x-b", "reads": "x-c"}
    asked.update({name: {"credentials": "include"}.get(name, "1") for name in checks})
    first = ask(server, **{name.replace("-", "_"): each for name, each in asked.items()})
    form = parse(first).form
    assert form["method"] == "get" and "action" not in form.attrs
    sent = {
        field["name"]: field["value"]
        for field in form.find_all("input")
        if field.get("type") != "checkbox" or "checked" in field.attrs
    }
    assert sent == {"explain": "1", "format": "html", **asked}
    again = server.get(f"{STATUS}?{urllib.parse.urlencode(sent)}")
    assert section(parse(again), "verdict") == section(parse(first), "verdict")


def test_a_fault(server):
    answer = ask(server, url=API, origin="", headers="x-a")
    page = parse(answer)
    assert answer.status == 400
    banner = page.find(class_="banner")
    assert banner["role"] == "alert" and "origin is missing" in words(banner)
    assert page.find(id="url")["value"] == API and page.find(id="headers")["value"] == "x-a"


@rows(
    "path, headers, status",
    [
        ("not authenticated", "/members", [], 401), ("authenticated", "/members", [MEMBER], 200),
        ("denied", "/nobody", [], 403),
    ],
)
def test_access_control(server, path, headers, status):
    query = urllib.parse.urlencode({"explain": "1", "format": "html", "url": API, "origin": EVIL})
    if status == 403:
        server.log.expect("AH01630")
    for target in (path, f"{path}?{query}"):
        answer = server.get(target, None, *headers)
        assert (answer.status, "<h1>Cross-origin requests</h1>" in answer.body) == (status, status == 200)
