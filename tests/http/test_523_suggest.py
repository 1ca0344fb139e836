# SPDX-License-Identifier: Apache-2.0
"""From ReportOnly to a policy: what is suggested allows what was seen, nothing else, and is a valid configuration."""

import re
import time

import pytest
from harness import Httpd, Site, configtest, policy, rows
from harness.client import preflight_headers
from harness.site import EVIL, GOOD, OTHER
from harness.status import HANDLER, add_line, page, seen, wait_for

WATCH = "CorsEngine ReportOnly"
PRIVATE = ("Access-Control-Request-Private-Network", "true")
PLACES = {
    "a <Location>": ("/location", "<Location /location>\n{}\n</Location>"),
    "a <Directory>": ("/directory/page", '<Directory "${{DOCROOT}}/directory">\n{}\n</Directory>'),
    "a <LocationMatch>": ("/matched/x", '<LocationMatch "^/matched/">\n{}\n</LocationMatch>'),
    "<Files>": ("/files/page", '<Directory "${{DOCROOT}}/files">\n<Files page>\n{}\n</Files>\n</Directory>'),
    "an <If>": ("/if", "<Location /if>\n<If true>\n{}\n</If>\n</Location>"),
    "the server": ("/anywhere", "{}"),
    "a virtual host": ("/host", "<VirtualHost 127.0.0.1:${{PORT}}>\nServerName localhost\n{}\n</VirtualHost>"),
    "a .htaccess": ("/htaccess/page", '<Directory "${{DOCROOT}}/htaccess">\nAllowOverride All\n</Directory>'),
}


def actual(origin, method="GET"):
    """An actual request."""
    return lambda server, path: server.get(path, origin, method=method)


def preflight(origin, method="GET", names=None, *more):
    """A preflight."""
    return lambda server, path: server.preflight(path, origin, method, names, *more)


def build(text, place="a <Location>"):
    """A site with this policy in this place, and the path of a page there."""
    path, section = PLACES[place]
    if place == "a .htaccess":
        site = Site(f"{HANDLER}\n{section.format()}")
        site.file("htdocs/htaccess/.htaccess", text + "\n")
    else:
        site = Site(f"{HANDLER}\n{section.format(text)}")
    site.page(path)
    return site, path


def suggestion(server):
    """The text, once it stands still; {place: lines} of it."""
    before = None
    while before != (text := page(server, "suggest=1")):
        before = text
        time.sleep(0.05)
    assert all(" " <= character <= "~" or character == "\n" for character in text)
    found = {}
    for block in re.split(r"^# In the section of ", text, flags=re.M)[1:]:
        place, _, rest = block.partition(":\n")
        assert place not in found, "a section is there twice"
        found[place] = [line for line in rest.splitlines() if line and not line.startswith("#")]
        assert all(re.match(r"CorsAllow\w+ [!-~]", line) for line in found[place]), block
    return text, found


def lines_of(server):
    """The lines that are suggested for the one section there is."""
    found = suggestion(server)[1]
    assert len(found) <= 1, found
    return next(iter(found.values()), [])


def with_lines(server, suggested):
    """The site with the lines in their sections, and these in force."""
    texts = {"conf/site.conf": server.site.text}
    for place in sorted(suggested, key=lambda place: -int(place.rpartition(":")[2])):
        file, _, line = place.rpartition(":")
        name = file.removeprefix(f"{server.root.path}/")
        texts.setdefault(name, server.root.read(name))
        for each in reversed(suggested[place]):
            texts[name] = add_line(texts[name], int(line), each)
    pasted = Site(texts.pop("conf/site.conf").replace(WATCH, "CorsEngine On"))
    pasted.files = dict(server.site.files)
    for name, text in texts.items():
        pasted.file(name, text.replace(WATCH, "CorsEngine On"))
    return pasted


def paste(start, server, suggested):
    """A server with the lines in their sections; configtest must say yes."""
    pasted = with_lines(server, suggested)
    checked = configtest(pasted)
    assert checked.code == 0, f"{suggested}\n{checked.output}"
    pasted.expects = ["CORS06"] if checked.messages() else []
    return start(pasted)


def is_allowed(response, origin):
    """Would a browser let the script have it, or go on?"""
    return dict(response.headers).get("Access-Control-Allow-Origin") == origin and response.status != 403


TRAFFIC = {
    "origins": [
        (origin, actual(origin)) for origin in (EVIL, OTHER, "https://a.b.c.example", "https://d.example:8443")
    ],
    "odd origins": [
        (origin, actual(origin)) for origin in (
            "http://plain.example:8080", "https://xn--bcher-kva.example", "https://[2001:db8::1]",
            "http://127.0.0.1:3000", "chrome-extension://abcdefghijklmnop", "https://under_score.example",
            "https://dot.example.",
        )
    ],
    "methods": [(GOOD, preflight(GOOD, method)) for method in ("PUT", "DELETE", "patch", "PROPFIND", "M-SEARCH")],
    "headers": [
        (GOOD, preflight(GOOD, "GET", "authorization,x-a,x-requested-with")), (GOOD, preflight(GOOD, "GET", "x-b"))
    ],
    "the private network": [(GOOD, preflight(GOOD, "GET", None, PRIVATE))],
    "everything": [
        (EVIL, preflight(EVIL, "PUT", "x-a,content-type", PRIVATE)), (EVIL, actual(EVIL, "PUT")),
        (OTHER, preflight(OTHER, "DELETE", "x-b")), (GOOD, preflight(GOOD, "PUT")), (GOOD, actual(GOOD)),
    ],
}
ROWS = [(f"{name} at a <Location>", name, "a <Location>") for name in TRAFFIC]
ROWS += [(f"everything at {place}", "everything", place) for place in PLACES if place != "a <Location>"]


@rows("traffic, place", ROWS)
def test_pasted_it_allows_exactly_what_was_seen(start, traffic, place):
    site, path = build(f"CorsMaxAge 5\n{policy(WATCH)}", place)
    server = start(site)
    for _ in range(2):
        for _, ask in TRAFFIC[traffic]:
            ask(server, path)
    server = paste(start, server, suggestion(server)[1])
    assert [origin for origin, ask in TRAFFIC[traffic] if not is_allowed(ask(server, path), origin)] == []
    for ask in (
        actual("https://unseen.example"), actual("null"), preflight(GOOD, "UNSEEN"), preflight(GOOD, "GET", "x-unseen"),
        actual("http://evil.example"), actual(EVIL + ":444"), actual("https://sub.evil.example"),
    ):
        response = ask(server, path)
        assert response.status == 403 or "Access-Control-Allow-Origin" not in response.cors


@rows(
    "text, ask, expected",
    [
        (
            "the smallest set of origins", policy(WATCH), [actual(EVIL), actual(EVIL), actual(GOOD)],
            [f"CorsAllowOrigin {EVIL}"],
        ),
        (
            "the most frequent first", policy(WATCH), [actual(EVIL), actual(OTHER), actual(OTHER)],
            [f"CorsAllowOrigin {OTHER} {EVIL}"],
        ),
        ("what is allowed is not there", policy(WATCH), [actual(GOOD), preflight(GOOD)], []),
        ("a method that is always allowed", policy(WATCH), [preflight(EVIL, "POST")], [f"CorsAllowOrigin {EVIL}"]),
        (
            "a header that is always allowed", policy(WATCH), [preflight(EVIL, "GET", "content-type")],
            [f"CorsAllowOrigin {EVIL}"],
        ),
        ("null", policy(WATCH), [actual("null"), preflight("null", "GET")], []),
        ("a malformed origin", policy(WATCH), [actual("https://evil.example/")], []),
        ("two origins", policy(WATCH), [actual([EVIL, OTHER])], []),
        ("an origin that looks like a wildcard", policy(WATCH), [actual("https://*.example")], []),
        ("a port that looks like a wildcard", policy(WATCH), [actual("https://evil.example:*")], []),
        ("a star", policy(WATCH), [actual("*")], []),
        ("a star for a method", policy(WATCH), [preflight(GOOD, "*")], []),
        ("a star for a header", policy(WATCH), [preflight(GOOD, "GET", "*")], []),
        (
            "TRACE and its like", policy(WATCH),
            [preflight(GOOD, each) for each in ("TRACE", "CONNECT", "TRACK", "trace")], [],
        ),
        ("headers no script can set", policy(WATCH), [preflight(GOOD, "GET", "cookie,host,sec-x,proxy-x")], []),
        ("a header that is no token", policy(WATCH), [preflight(GOOD, "GET", 'x y,"x",x:y,x/y')], []),
        ("a method that is no token", policy(WATCH), [preflight(GOOD, "PUT DELETE")], []),
        ("on the deny list", policy(WATCH, f"CorsDenyOrigin {EVIL}"), [actual(EVIL), preflight(EVIL, "GET")], []),
        (
            "below a denied pattern", policy(WATCH, "CorsDenyOrigin https://*.evil.example:*"),
            [actual("https://a.evil.example:444")], [],
        ),
        (
            "the same origin", policy(WATCH),
            [lambda server, path: server.get(path, f"http://localhost:{server.port}")], [],
        ),
        ("no origin", policy(WATCH), [actual(None)], []),
        ("a very long header", policy(WATCH), [preflight(GOOD, "GET", "x" * 300)], []),
        ("a very long method", policy(WATCH), [preflight(GOOD, "X" * 300)], []),
    ],
)
def test_what_is_suggested(start, text, ask, expected):
    site, path = build(text)
    server = start(site)
    for each in ask:
        each(server, path)
    assert lines_of(server) == expected


TOKENS = [
    ("quotes around", "'PUT'"), ("one quote", "'PUT"), ("a quote within", "it's"), ("a number sign", "#PUT"),
    ("a percent sign", "%PUT"), ("a dollar", "$PUT"), ("a bang", "!PUT"), ("a tilde", "~"), ("a dash", "-"),
    ("a plus", "+PUT"), ("a backtick", "`id`"), ("a bar", "a|b"), ("a dot", "."), ("a star within", "x*"),
    ("of a directive", "On"), ("off", "Off"), ("nothing", "none"),
]


def usual(kind):
    """The method, and perhaps the header, that is asked for besides an odd one."""
    return ("PUT",) if kind == "method" else ("GET", "x-b")


@pytest.fixture(scope="module", params=["method", "header"])
def odd(request):
    """A server with what was suggested to another one, a <Location> for each token; and what configtest refused."""
    site = Site(HANDLER)
    kind = request.param
    paths = {name: site.location(policy(WATCH, f"CorsMaxAge {number}")) for number, (name, _) in enumerate(TOKENS)}
    with Httpd(site) as server:
        for name, token in TOKENS:
            server.preflight(paths[name], GOOD, *([token] if kind == "method" else ["GET", token]))
            server.preflight(paths[name], GOOD, *usual(kind))
        suggested = suggestion(server)[1]
        alone = {place: configtest(with_lines(server, {place: lines})) for place, lines in suggested.items()}
        refused = {place: checked.output for place, checked in alone.items() if checked.code}
        pasted = with_lines(server, {place: suggested[place] for place in suggested if place not in refused})
    with Httpd(pasted) as server:
        lines = site.text.splitlines()
        number = {name: lines.index(f"<Location {paths[name]}>") + 1 for name in paths}
        server.kind, server.paths = kind, paths
        server.refused = {
            name: text for name in paths for place, text in refused.items()
            if number[name] < int(place.rpartition(":")[2]) < number[name] + 4
        }
        yield server


@rows("name, token", [(row[0], *row) for row in TOKENS])
def test_odd_tokens_do_not_change_what_is_said(odd, name, token):
    assert name not in odd.refused, odd.refused[name]
    assert is_allowed(odd.preflight(odd.paths[name], GOOD, *usual(odd.kind)), GOOD)
    lists = dict(odd.preflight(odd.paths[name], GOOD).headers)
    methods = set(lists["Access-Control-Allow-Methods"].split(", ")) - {"GET", "HEAD", "POST"}
    names = {name.lower() for name in lists["Access-Control-Allow-Headers"].split(", ")}
    assert methods <= ({"PUT", token} if odd.kind == "method" else set())
    assert {name for name in names if "accept" not in name and "content" not in name} <= {"x-b", token.lower()}


@rows(
    "text, origin",
    [
        ("without TLS", policy(WATCH, "CorsAllowCredentials On"), "http://evil.example"),
        ("an address", policy(WATCH, "CorsAllowCredentials On"), "http://192.0.2.1"),
        ("loopback", policy(WATCH, "CorsAllowCredentials On"), "http://localhost:3000"),
        ("with TLS", policy(WATCH, "CorsAllowCredentials On"), EVIL),
    ],
)
def test_with_credentials_configtest_agrees(start, text, origin):
    site, path = build(text)
    server = start(site)
    server.get(path, origin)
    server.get(path, OTHER)
    server = paste(start, server, suggestion(server)[1])
    assert is_allowed(server.get(path, OTHER), OTHER)


def test_counts_and_times(start):
    site, path = build(policy(WATCH))
    server = start(site)
    for origin, count in ((EVIL, 3), (OTHER, 2)):
        for _ in range(count):
            server.get(path, origin)
    for _ in range(4):
        server.preflight(path, GOOD, "PUT", "x-b")
    text = suggestion(server)[0]
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    for value, count in ((EVIL, 3), (OTHER, 2), ("PUT", 4), ("x-b", 4)):
        assert re.search(rf"^# +{re.escape(value)}: seen {count}, last {stamp}$", text, re.M), text


def test_each_section_has_its_own(start):
    site = Site(HANDLER)
    first, second = site.location(policy(WATCH)), site.location(policy(WATCH, "CorsMaxAge 5"))
    server = start(site)
    server.get(first, EVIL)
    server.get(second, OTHER)
    found = suggestion(server)[1]
    assert sorted(found.values()) == [[f"CorsAllowOrigin {EVIL}"], [f"CorsAllowOrigin {OTHER}"]]
    server = paste(start, server, found)
    assert is_allowed(server.get(first, EVIL), EVIL) and is_allowed(server.get(second, OTHER), OTHER)
    assert not is_allowed(server.get(first, OTHER), OTHER) and not is_allowed(server.get(second, EVIL), EVIL)


OUTER_AND_INNER = [
    ("methods", preflight(GOOD, "DELETE"), "CorsAllowMethods PUT", ["CorsAllowMethods DELETE"]),
    ("headers", preflight(GOOD, "GET", "x-b"), "CorsAllowHeaders X-A", ["CorsAllowHeaders x-b"]),
    ("the private network", preflight(GOOD, "GET", None, PRIVATE), "CorsAllowPrivateNetwork Off",
     ["CorsAllowPrivateNetwork On"]),
]


@rows("ask, own, lines", OUTER_AND_INNER)
def test_a_list_of_an_inner_section_is_added_to_there(start, ask, own, lines):
    """The list of the outer section, where the origins are, has no say in it."""
    site = Site(f"{HANDLER}\n{policy(WATCH)}\n<Location /inner>\n# Its own:\n{own}\n</Location>")
    site.page("/inner/page")
    server = start(site)
    ask(server, "/inner/page")
    ask(server, "/elsewhere")
    wait_for(lambda: len(seen(server)) == 2)
    found = suggestion(server)[1]
    assert list(found.values()) == [lines, lines]
    places = [int(place.rpartition(":")[2]) for place in found]
    text = site.text.splitlines()
    assert sorted(places) == [text.index(f"CorsAllowOrigin {GOOD}") + 1, text.index(own) + 1]
    server = paste(start, server, found)
    assert is_allowed(ask(server, "/inner/page"), GOOD) and is_allowed(ask(server, "/elsewhere"), GOOD)


def test_what_was_really_denied_is_suggested_too(start):
    site, path = build(policy())
    server = start(site)
    server.get(path, EVIL)
    wait_for(lambda: seen(server))
    assert lines_of(server) == [f"CorsAllowOrigin {EVIL}"]


def test_before_and_after_a_policy_is_in_force_it_is_one_entry(start):
    site, path = build(policy(WATCH))
    server = start(site)
    server.get(path, EVIL)
    wait_for(lambda: seen(server))
    server.root.write("conf/site.conf", site.text.replace(WATCH, "CorsEngine On").encode())
    server.restart()
    server.get(path, EVIL)
    assert wait_for(lambda: len(seen(server)) == 2)
    text, found = suggestion(server)
    assert list(found.values()) == [[f"CorsAllowOrigin {EVIL}"]] and "seen 2" in text


def test_what_is_left_out_is_said(start):
    """So that nobody looks for it in vain."""
    site, path = build(policy(WATCH, "CorsAllowCredentials On", f"CorsDenyOrigin {OTHER}"))
    server = start(site)
    for origin in ("http://plain.example", "null", "nonsense", OTHER):
        server.get(path, origin)
    wait_for(lambda: len(seen(server)) == 4)
    text, found = suggestion(server)
    assert found == {} and "\n# Left out: 4, " in text
    server.get(path, EVIL)
    wait_for(lambda: len(seen(server)) == 5)
    text, found = suggestion(server)
    assert list(found.values()) == [[f"CorsAllowOrigin {EVIL}"]] and "\n# Left out: 4, " in text


@rows("text", [("nothing happened", policy(WATCH)), ("no policy", "")])
def test_nothing_to_suggest(text):
    site, path = build(text)
    with Httpd(site) as server:
        server.get(path, GOOD)
        said, found = suggestion(server)
        assert found == {} and all(line.startswith("#") for line in said.splitlines() if line)


def test_three_hundred_wishes(start):
    site, path = build(policy(WATCH))
    server = start(site)
    origins = [f"https://h{number}.example" for number in range(100)]
    with server.connection() as connection:
        for number, origin in enumerate(origins):  # fewer in all than the 512 that are kept
            connection.request(
                "OPTIONS", path,
                preflight_headers(origin, f"M{number}", f"x-h{number}"),
            )
    server = paste(start, server, suggestion(server)[1])
    for number, origin in enumerate(origins):
        assert is_allowed(server.preflight(path, origin, f"M{number}", f"x-h{number}"), origin)
