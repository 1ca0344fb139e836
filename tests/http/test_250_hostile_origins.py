# SPDX-License-Identifier: Apache-2.0
"""Hundreds of hostile origins against a policy of every kind: each is denied, and none is echoed anywhere.

Who is to be denied is found out apart from the module (harness/naive.py). An answer must be, byte for byte but for its
date, the one that another denied origin gets: so nothing of an origin is in it, whatever its bytes.
"""

import re

from harness import Site, rows
from harness.answer import NOT_SHARED, PREFLIGHT_VARY, shared, tokens
from harness.burst import burst
from harness.client import origin_headers, preflight_headers
from harness.hostile import anywhere, control_bytes, near
from harness.naive import is_origin, matches
from harness.status import HANDLER, page, status

EXACT = "https://good.example"
PORT = "https://api.good.example:8443"
DEEP = "https://a.b.good.example"
ALLOWED = [EXACT, PORT, DEEP]
LIST = " ".join(ALLOWED)
REGEX = r"https://(a\.b\.)?good\.example|https://api\.good\.example:8443"

HOSTILE = sorted({each for origin in ALLOWED for each in near(origin)} - set(ALLOWED) | set(anywhere()))
CONTROLLED = [each for origin in (EXACT, PORT) for each in control_bytes(origin)]
# What CorsDenyOrigin names under a *: everything that a pattern can be.
NAMED = [each for each in HOSTILE if is_origin(each) and re.match("https?://", each)]

WIDE = "https://*.good.example"
ANY_PORT = "https://good.example:*"
BOTH = "https://*.good.example:*"
# The name, the policy, and the patterns that it allows
POLICIES = [
    ("a list", f"CorsAllowOrigin {LIST}", ALLOWED),
    ("a list with credentials", f"CorsAllowOrigin {LIST}\nCorsAllowCredentials On", ALLOWED),
    ("every subdomain", f"CorsAllowOrigin {EXACT} {WIDE} {PORT}", [EXACT, WIDE, PORT]),
    ("every port", f"CorsAllowOrigin {ANY_PORT} {PORT} {DEEP}", [ANY_PORT, PORT, DEEP]),
    ("every subdomain and port", f"CorsAllowOrigin {EXACT} {BOTH}", [EXACT, BOTH]),
    ("an expression", f"CorsAllowOriginRegex {REGEX}", ALLOWED),
    ("an expression with credentials", f"CorsAllowOriginRegex {REGEX}\nCorsAllowCredentials On", ALLOWED),
    ("a file", "CorsOriginsFile conf/origins", ALLOWED),
    ("a file with credentials", "CorsOriginsFile conf/origins\nCorsAllowCredentials On", ALLOWED),
    ("a long file", "CorsOriginsFile conf/many", [*ALLOWED, "https://*.many.example:*"]),
    ("some of a wildcard denied", f"CorsAllowOrigin {EXACT} {BOTH}\nCorsDenyOrigin https://*.api.good.example:*", None),
    ("all but those", "CorsAllowOrigin *\n" + "\n".join(f"CorsDenyOrigin {each}" for each in NAMED), ["*"]),
    ("the same list, refusing", f"CorsAllowOrigin {LIST}\nCorsDisallowed Reject", ALLOWED),
    ("the same list, keeping", f"CorsAllowOrigin {LIST}\nCorsUpstreamHeaders Keep", ALLOWED),
    ("a * with debugging", f"CorsAllowOrigin {LIST}\nCorsAllowMethods *\nCorsAllowHeaders *\nCorsDebug On", ALLOWED),
]
DENIED = {"all but those": NAMED, "some of a wildcard denied": ["https://*.api.good.example:*"]}
CORS_LOG = 'LogFormat "%{CORS_REQUEST}e %{CORS_VERDICT}e %{CORS_REASON}e %s" cors\nCustomLog "${ROOT}/logs/access" cors'


def build(text=""):
    """A site with all policies, and a row for each: its name, its path, and who is allowed by it."""
    built = Site(f"{text}\nKeepAlive On\nMaxKeepAliveRequests 0\n{CORS_LOG}\n{HANDLER}")
    built.file("conf/origins", "".join(f"{each}\n" for each in ALLOWED))
    many = "".join(f"https://n{i}.many.example\nhttps://*.n{i}.many.example:*\n" for i in range(500))
    built.file("conf/many", f"{LIST.replace(' ', chr(10))}\n{many}")
    found = []
    for name, text, patterns in POLICIES:
        found.append((name, built.location(text), (patterns or [EXACT, BOTH], DENIED.get(name, []))))
    return built, found


site, PATHS = build()


def is_allowed(origin, allowed):
    """What the manual says; httpd has taken away the blanks around a header's value."""
    origin, (patterns, denied) = origin.strip(" \t"), allowed
    return (
        is_origin(origin)
        and any(matches(pattern, origin) for pattern in patterns)
        and not any(matches(pattern, origin) for pattern in denied)
    )


def requests(path, origin):
    """An actual request and a preflight."""
    return [
        ("GET", path, origin_headers(origin)), ("OPTIONS", path, preflight_headers(origin, "PUT", "x-a")),
    ]


def complaints(server, path, origins, allowed):
    """Whose answers are not those of denied ones; all of these origins must be denied."""
    strangers = [NAMED[0] if allowed[0] == ["*"] else "https://stranger.invalid", "no origin at all"]
    wrong = []
    usual = burst(server, [request for each in strangers for request in requests(path, each)])
    for answer in usual:
        assert b"\nAccess-Control-" not in answer and b"Vary: Origin" in answer and b"stranger" not in answer
    answers = burst(server, [request for each in origins for request in requests(path, each)])
    for i, origin in enumerate(origins):
        is_malformed = not is_origin(origin.strip(" \t")) if isinstance(origin, str) else True
        expected = usual[2:] if is_malformed else usual[:2]
        if answers[2 * i : 2 * i + 2] != expected:
            wrong.append((origin, answers[2 * i : 2 * i + 2]))
    return wrong


CLASSES = [
    ("a prefix", lambda origin: origin == "https://evil-good.example"),
    ("a suffix", lambda origin: origin == "https://good.example.evil.test"),
    ("a dot that was no dot", lambda origin: origin == "https://goodxexample"),
    ("a letter left out", lambda origin: origin == "https://god.example"),
    ("odd characters", lambda origin: re.search(r"[`!$&'(){}|\\^~\"<>;]", origin)),
    ("an underscore", lambda origin: "good_example" in origin),
    ("user information", lambda origin: "@" in origin),
    ("upper case", lambda origin: origin == "https://GOOD.EXAMPLE"),
    ("a trailing dot", lambda origin: origin == "https://good.example."),
    ("a trailing slash", lambda origin: origin == "https://good.example/"),
    ("a path, a query, a fragment", lambda origin: re.search(r"example[/?#]", origin)),
    ("the default port", lambda origin: origin == "https://good.example:443"),
    ("another port", lambda origin: origin == "https://api.good.example:8444"),
    ("a port that is none", lambda origin: origin.endswith((":65536", ":00443", ":+443", ":"))),
    ("another scheme", lambda origin: origin == "http://good.example"),
    ("two origins in a line", lambda origin: origin == "https://good.example, https://evil.test"),
    ("null", lambda origin: origin == "null"),
    ("over-long", lambda origin: len(origin) > 400),
    ("not ASCII", lambda origin: any(ord(letter) > 0x7F for letter in origin)),
    ("percent-encoding", lambda origin: re.search("%[0-9a-f]{2}", origin)),
    ("a line end, encoded", lambda origin: "%0d%0a" in origin),
    ("a wildcard", lambda origin: "*" in origin),
    ("nothing", lambda origin: origin == ""),
]


@rows("is_of_it", CLASSES)
def test_there_are_some_of_each_class(is_of_it):
    assert any(is_of_it(origin) for origin in HOSTILE)


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 500 and len(CONTROLLED) >= 100 and len(POLICIES) >= 12
    assert not set(ALLOWED) & set(HOSTILE)


@rows("path, allowed", PATHS)
def test_all_are_denied_and_none_is_echoed(server, path, allowed):
    hostile = [origin for origin in HOSTILE if not is_allowed(origin, allowed)]
    assert len(hostile) >= 500
    assert complaints(server, path, hostile, allowed) == []


@rows("path, allowed", PATHS)
def test_those_that_resemble_it_and_are_meant_are_allowed(server, path, allowed):
    meant = [origin for origin in [*ALLOWED, *HOSTILE] if is_allowed(origin, allowed)]
    assert len(meant) >= 2
    for origin in meant:
        expected = server.get(path, origin).cors
        sent = expected.pop("Access-Control-Allow-Origin")
        assert sent == ("*" if allowed[0] == ["*"] else origin.strip())


@rows("path, allowed", PATHS)
@rows(
    "origins",
    [
        ("the allowed one first", [EXACT, "https://evil.test"]),
        ("the allowed one last", ["https://evil.test", EXACT]),
        ("the allowed one twice", [EXACT, EXACT]),
        ("an empty one first", ["", EXACT]),
        ("an empty one last", [EXACT, ""]),
        ("three of them", [EXACT, PORT, DEEP]),
        ("null and the allowed one", ["null", EXACT]),
    ],
)
def test_two_origin_headers_are_none(server, path, allowed, origins):
    assert complaints(server, path, [origins], allowed) == []


@rows("path, allowed", PATHS)
def test_control_bytes_are_bad_requests_to_a_strict_httpd(server, path, allowed):
    for origin in [*CONTROLLED[::7], f"{EXACT}\r", f"{EXACT}\x0b", f"\x0c{EXACT}", f"{EXACT}\r\r"]:
        response = server.get(path, origin)
        assert response.status == 400 and not response.all("Access-Control-Allow-Origin")


def test_control_bytes_are_denied_where_httpd_lets_them_through(start):
    lax, paths = build("HttpProtocolOptions Unsafe")
    server = start(lax)
    for _, path, allowed in paths:
        assert complaints(server, path, CONTROLLED, allowed) == []


def test_the_access_log_has_verdicts_and_no_origin(server):
    _, path, allowed = PATHS[0]
    assert complaints(server, path, HOSTILE, allowed) == []
    server.log.find("nothing: httpd writes this log when a request has ended", seconds=0.1)
    lines = server.root.read("logs/access").splitlines()
    denied = re.compile(r"(actual|preflight) denied origin-(not-allowed|malformed) \d{3}")
    assert len([line for line in lines if denied.fullmatch(line)]) >= 2 * (len(HOSTILE) + 2)
    assert all(denied.fullmatch(line) or re.fullmatch(r"(actual|preflight|-) (allowed|-) - \d{3}", line) for line in lines)


def test_the_error_log_quotes_them_and_says_nothing_else(server):
    _, path, allowed = PATHS[0]
    assert complaints(server, path, HOSTILE, allowed) == []
    lines = server.log.lines()
    assert len([line for line in lines if line.startswith("[cors:info] CORS0")]) == 2 * (len(HOSTILE) + 2)
    for line in lines:
        assert re.match(r"\[[a-z_0-9]+:[a-z0-9]+\] ", line) and re.fullmatch("[ -~]{1,1200}", line)


def test_the_error_log_is_silent_about_them_at_the_usual_level(start):
    usual = Site(f"MaxKeepAliveRequests 0\nLogLevel cors:warn\n<Location />\nCorsAllowOrigin {LIST}\n</Location>")
    path = usual.page("/page")
    server = start(usual)
    burst(server, [request for each in HOSTILE for request in requests(path, each)])
    assert server.log.find(r"\[cors:|://|evil", seconds=0.1) == []


def test_the_status_page_counts_them_and_shows_them_as_text(start):
    watched, paths = build()
    server = start(watched)
    _, path, allowed = paths[0]
    assert complaints(server, path, HOSTILE, allowed) == []
    found = status(server)
    denied = found["requests"]["actual"]["denied"]
    assert sum(denied.values()) == len(HOSTILE) + 2
    assert len(found["denied"]) > 100
    for entry in found["denied"]:
        assert re.fullmatch(r"[ -~]*", entry["value"]), entry
    prometheus = page(server, "format=prometheus")
    shown = page(server, "")
    for origin in HOSTILE:
        if len(origin) > 7 and "example" in origin:
            assert origin not in prometheus
        if re.search("[<>\"\x7f-\xff].", origin):
            assert origin not in shown


@rows("path, allowed", PATHS)
def test_the_allowed_ones_are_allowed_nevertheless(server, path, allowed):
    for origin in ALLOWED:
        if not is_allowed(origin, allowed):
            continue
        expected = server.get(path, origin).cors
        expected.pop("Access-Control-Allow-Credentials", None)
        assert expected == shared("*" if allowed[0] == ["*"] else origin)


def test_an_origin_over_400_bytes_is_denied_whatever_the_source_says(start):
    everything = Site()
    path = everything.location("CorsAllowOriginRegex .*")
    server = start(everything)
    scheme = "s" * (400 - len("://a.example"))
    assert server.get(path, f"{scheme}s://a.example").cors == NOT_SHARED
    assert server.get(path, f"{scheme}://a.example").cors == shared(f"{scheme}://a.example")
    assert server.preflight(path, f"{scheme}s://a.example").cors == {"Vary": tokens(PREFLIGHT_VARY)}
