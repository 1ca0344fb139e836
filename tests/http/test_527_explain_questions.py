# SPDX-License-Identifier: Apache-2.0
"""?explain=1: which questions it takes and refuses, that it leaves no trace, and the text for people."""

import json
import re
import time
from urllib.parse import quote

import pytest
from harness import Httpd, Site, policy, rows
from harness.answer import cors
from harness.backend import Backend
from harness.curl import Curl
from harness.site import EVIL, GOOD, OTHER
from harness.status import HANDLER, URL, Counted, ask, explain, seen
from harness.tls import speak_tls

site = Site(HANDLER, modules=["cgi", "proxy", "proxy_http"])
PATH = site.location(policy("CorsAllowMethods PUT", "CorsAllowHeaders X-A"))
OFF = site.location(policy("CorsEngine Off"))
UNSAFE = site.location("CorsAllowOriginRegex https?://[a-z]+\\.good\\.example\nCorsAllowCredentials On")
REJECTING = site.location(policy("CorsDisallowed Reject"))
WATCHED = site.location(policy("CorsEngine ReportOnly"))
SHUT = site.location(policy("Require all denied"))
site.add(
    f"""
    ProxyPass /backend http://127.0.0.1:${{APP}}/page
    <Location /backend>
        {policy()}
    </Location>
    <Directory "${{DOCROOT}}/scripts">
        Options ExecCGI
        SetHandler cgi-script
        {policy()}
    </Directory>
    <Location /sharing>
        SetHandler cors-status
        {policy(origin=OTHER)}
    </Location>
    """
)
site.script("/scripts/page", "echo ran >> ../../run/ran", "echo 'Content-Type: text/plain'", "echo", "echo script")


@pytest.fixture(scope="module")
def server():
    """httpd before a backend."""
    with Backend({}) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            running.app = backend
            (running.root.path / "run").chmod(0o777)
            yield running


GOOD_ONE = f"url={PATH}&origin={GOOD}"
BAD = [
    ("nothing at all", ""),
    ("no url", f"origin={GOOD}"),
    ("no origin", f"url={PATH}"),
    ("an empty url", f"url=&origin={GOOD}"),
    ("an empty origin", f"url={PATH}&origin="),
    ("a url without its slash", f"url=x&origin={GOOD}"),
    ("a url of another scheme", f"url=ftp://localhost/&origin={GOOD}"),
    ("a url without a host", f"url=http:///page&origin={GOOD}"),
    ("a url with an odd port", f"url=http://localhost:99999/&origin={GOOD}"),
    ("a control byte in the url", f"url=/a%01b&origin={GOOD}"),
    ("a line end in the url", f"url=/a%0d%0ab&origin={GOOD}"),
    ("a byte above ASCII in the url", f"url=/%e9&origin={GOOD}"),
    ("a zero byte in the url", f"url=/a%00b&origin={GOOD}"),
    ("a control byte in the origin", f"url={PATH}&origin=https://a%01.example"),
    ("a line end in the origin", f"url={PATH}&origin={GOOD}%0aX:%20y"),
    ("a tab in the origin", f"url={PATH}&origin={GOOD}%09"),
    ("a control byte in the method", GOOD_ONE + "&method=P%01T"),
    ("a space in the method", GOOD_ONE + "&method=GET%20/"),
    ("a line end in the method", GOOD_ONE + "&method=GET%0d%0a"),
    ("a byte above ASCII in the method", GOOD_ONE + "&method=%e9"),
    ("a control byte in the headers", GOOD_ONE + "&headers=x-a,%01"),
    ("a line end in the headers", GOOD_ONE + "&headers=x-a%0d%0ax-b"),
    ("a byte above ASCII in the headers", GOOD_ONE + "&headers=x-%e9"),
    ("a huge method", GOOD_ONE + "&method=" + "A" * 6000),
    ("another format", GOOD_ONE + "&format=xml"),
    ("Prometheus", GOOD_ONE + "&format=prometheus"),
    ("two urls", GOOD_ONE + "&url=/other"),
    ("two origins", GOOD_ONE + f"&origin={EVIL}"),
    ("two methods", GOOD_ONE + "&method=GET&method=PUT"),
    ("two headers", GOOD_ONE + "&headers=x-a&headers=x-b"),
    ("a line end in what is read", GOOD_ONE + "&reads=x-a%0d%0ax-b"),
    ("a byte above ASCII in what is read", GOOD_ONE + "&reads=x-%e9"),
    ("two reads", GOOD_ONE + "&reads=x-a&reads=x-b"),
    ("two formats", GOOD_ONE + "&format=json&format=text"),
    ("odd credentials", GOOD_ONE + "&credentials=maybe"),
    ("an odd private network", GOOD_ONE + "&private-network=maybe"),
]


@rows("query", BAD)
def test_bad_questions_are_refused_with_a_sentence(server, query):
    response = server.get(f"{URL}?explain=1&{query}")
    assert response.status == 400
    (line,) = response.body.splitlines()
    assert 20 < len(line) < 300 and " " in line and all(" " <= character <= "~" for character in line)
    assert response.all("Content-Type")[0].startswith("text/plain")
    assert "%" not in line and "A" * 50 not in line


@rows(
    "query",
    [
        ("a huge url", f"url=/{'a' * 7000}&origin={GOOD}"),
        ("a huge origin", f"url={PATH}&origin=https://{'a' * 7000}"),
        ("huge headers", GOOD_ONE + "&headers=" + "x" * 7000),
        ("many headers", GOOD_ONE + "&headers=" + ",".join(["x-a"] * 1700)),
        ("a thousand parameters", GOOD_ONE + "&" + "&".join(["x=y"] * 1700)),
        ("an escape that is none", f"url={PATH}&origin=%zz"),
        ("nothing but signs", "&&&===&&%26=%3d"),
    ],
)
def test_huge_and_odd_questions_do_no_harm(server, query):
    server.log.allow(r"AH00127|AH00135|File name too long")
    response = server.get(f"{URL}?explain=1&{query}")
    assert response.status in (200, 400, 414)
    if response.status == 200:
        json.loads(response.body)
    assert server.get(f"{URL}?format=json").status == 200


@rows(
    "value",
    [
        ("a script", "<script>alert(1)</script>"), ("quotes", "'\"\\"), ("JSON", '","verdict":"allowed'),
        ("two origins", f"{GOOD} {EVIL}"), ("a long one", "https://" + "a" * 500),
    ],
)
@pytest.mark.parametrize("name", ["origin", "url", "headers"])
def test_what_is_asked_is_escaped(server, name, value):
    asked = {"url": PATH, "origin": GOOD, name: ("/" if name == "url" else "") + value}
    for form in ("json", "text"):
        response = ask(server, asked.pop("url", PATH), asked.pop("origin", GOOD), format=form, **asked)
        assert response.status in (200, 400)
        assert response.all("X-Content-Type-Options") == ["nosniff"]
        if form == "json" and response.status == 200:
            assert json.loads(response.body)["verdict"] in ("allowed", "denied", "off")


@rows(
    "query",
    [
        ("in another order", f"origin={GOOD}&method=PUT&url={PATH}&explain=1"),
        ("escaped", f"explain=1&url={quote(PATH, safe='')}&origin={quote(GOOD, safe='')}&method=PUT"),
        ("with more that it does not know", f"explain=1&url={PATH}&origin={GOOD}&method=PUT&nonsense=1"),
        ("empty headers", f"explain=1&url={PATH}&origin={GOOD}&method=PUT&headers="),
        ("a format", f"explain=1&url={PATH}&origin={GOOD}&method=PUT&format=json"),
    ],
)
def test_ways_to_ask(server, query):
    response = server.get(f"{URL}?{query}")
    assert response.status == 200
    told = json.loads(response.body)
    assert (told["verdict"], told["method"], told["url"], told["origin"]) == ("allowed", "PUT", PATH, GOOD)


@rows(
    "names, asked",
    [
        ("none", None, False), ("safelisted", "accept,content-language", False), ("another", "x-a", True),
        ("in upper case", "ACCEPT", False), ("with spaces", " accept , accept-language ", False),
    ],
)
def test_when_a_preflight_is_asked(server, names, asked):
    for method, first in (("GET", False), ("HEAD", False), ("POST", False), ("PUT", True), ("get", False)):
        told = explain(server, PATH, GOOD, method=method, headers=names)
        assert (told["preflight"] is not None) == (asked or first), (method, told["preflight"])


KEYS = """url server origin method headers reads credentials cors verdict reason explanation standard decided_by mend
preflight response browser policy""".split()


@rows("path", [("allowed", PATH), ("off", OFF), ("unsafe", UNSAFE), ("refusing", REJECTING), ("watched", WATCHED)])
def test_the_answer_has_a_schema(server, path):
    server.log.allow("CORS0403")
    for origin in (GOOD, EVIL, "null", "x", "http://a.good.example"):
        told = explain(server, path, origin, method="PUT", headers="x-a")
        assert list(told) == KEYS
        assert set(told["browser"]) == {"reads", "stops_at", "hidden", "chrome", "firefox", "safari"}
        assert told["browser"]["reads"] == (told["browser"]["chrome"] is None)
        for each in told["policy"]:
            assert set(each) == {"directive", "file", "line", "value", "origins"}
            assert each["directive"].startswith("Cors")
        for each in told["mend"]:
            assert set(each) == {"write", "where", "directive", "file", "line"} and each["where"]
        if told["verdict"] == "denied":
            assert told["reason"] and told["explanation"].endswith(".") and told["standard"].startswith("https://")


def test_what_is_switched_off_names_the_directive_that_does_it(server):
    told = explain(server, OFF, GOOD)
    assert told["verdict"] == "off"
    assert told["decided_by"] and told["decided_by"]["directive"] == "CorsEngine"
    assert told["mend"][0]["write"] == "CorsEngine On" and told["mend"][0]["file"]


def test_refusing_is_told(server):
    told = explain(server, REJECTING, EVIL)
    assert told["response"]["status"] == 403
    assert explain(server, REJECTING, GOOD)["response"]["status"] is None


TRACELESS = [
    ("denied", PATH, EVIL), ("allowed", PATH, GOOD), ("malformed", PATH, "x"), ("refused", REJECTING, EVIL),
    ("watched", WATCHED, EVIL), ("a script", "/scripts/page", GOOD), ("a backend", "/backend", GOOD),
    ("a missing page", PATH + "/none", EVIL), ("a page that is shut", SHUT, EVIL),
    ("unsafe", UNSAFE, "http://a.good.example"), ("off", OFF, EVIL),
]


@rows("url, origin", TRACELESS)
def test_it_leaves_no_trace(server, url, origin):
    counted = Counted(server)
    entries = seen(server)
    before = len(server.app.asked), server.root.read("run/ran")
    for method in ("GET", "PUT", "BREW"):
        explain(server, url, origin, method=method, headers="x-b")
    time.sleep(0.05)
    counted.is_exactly({})
    assert server.log.lines() == []
    assert (len(server.app.asked), server.root.read("run/ran")) == before
    assert seen(server) == entries


@rows("url, origin", TRACELESS)
@pytest.mark.parametrize("form", ["json", "text"])
def test_the_response_is_the_handlers_own(server, form, url, origin):
    response = ask(server, url, origin, method="PUT", format=form)
    assert response.status == 200 and response.cors == {}
    assert not response.all("Location") and not response.all("Cors-Debug") and not response.all("WWW-Authenticate")
    assert response.all("Content-Type")[0].startswith("application/json" if form == "json" else "text/plain")


def test_under_a_policy_the_answer_has_its_own_headers(server):
    asked = f"/sharing?explain=1&url={PATH}&origin={GOOD}"
    assert server.get(asked, OTHER).cors == {"Access-Control-Allow-Origin": OTHER, "Vary": "origin"}
    assert server.get(asked, GOOD).cors == {"Vary": "origin"}


def test_a_url_over_tls(start):
    secure = Site(HANDLER, modules=["ssl", "socache_shmcb"])
    secure.add(
        f"""
        <VirtualHost 127.0.0.1:${{BACKEND}}>
            {speak_tls(secure)}
            <Location /tls>
                {policy("CorsAllowMethods PUT", "CorsMaxAge 7")}
            </Location>
        </VirtualHost>
        """
    )
    secure.page("/tls")
    server = start(secure)
    client = Curl(server.backend, scheme="https")
    own = f"https://localhost:{server.backend}"
    for origin in (GOOD, EVIL, own, own.replace("https", "http")):
        told = explain(server, f"{own}/tls", origin, method="PUT")
        assert cors(told["response"]["headers"].items()) == client.get("/tls", origin).cors
        if origin != own:
            assert cors(told["preflight"]["headers"].items()) == client.preflight("/tls", origin, "PUT").cors


def test_text_for_people(server):
    response = ask(server, PATH, EVIL, method="DELETE", headers="x-b", format="text")
    line = server.site.text.splitlines().index(f"    CorsAllowOrigin {GOOD}") + 1
    place = f"{server.root.path}/conf/site.conf:{line}"
    body = response.body
    assert re.search(r"^Verdict +denied$", body, re.M)
    assert re.search(r"^Reason +origin-not-allowed: .+\.$", body, re.M)
    assert re.search(rf"^Decided by CorsAllowOrigin at {re.escape(place)}", body, re.M)
    assert re.search(rf"^To mend it CorsAllowOrigin {EVIL}$", body, re.M)
    assert place in body.partition("To mend it")[2]
    assert "CorsAllowMethods DELETE" in body and "CorsAllowHeaders x-b" in body


@rows(
    "path, origin, words",
    [
        ("allowed", PATH, GOOD, ["Verdict    allowed", f"Access-Control-Allow-Origin: {GOOD}", "Vary: Origin"]),
        ("off", OFF, GOOD, ["off"]),
        ("watched", WATCHED, EVIL, ["denied", "ReportOnly"]),
        ("refused", REJECTING, EVIL, ["denied", "status 403"]),
        ("unsafe", UNSAFE, "http://a.good.example", ["denied", "unsafe-policy"]),
    ],
)
def test_text_of_other_verdicts(server, path, origin, words):
    body = ask(server, path, origin, format="text").body
    assert [word for word in words if word not in body] == []
    assert max(len(line) for line in body.splitlines()) < 600 and "\t" not in body
