# SPDX-License-Identifier: Apache-2.0
"""What is denied most: with its count, its policy and its times, in bounded memory whatever strangers send."""

import itertools
import json
import os
import re
import threading
import time

import pytest
from harness import Httpd, Site, policy, rows
from harness.client import Connection, origin_headers, preflight_headers
from harness.site import EVIL, GOOD, OTHER
from harness.status import HANDLER, URL, page, seen, status, wait_for

site = Site(HANDLER)
PATH = site.location(policy("CorsAllowMethods PUT", "CorsAllowHeaders X-A"))
SECOND = site.location(policy("CorsMaxAge 1"))
WATCHED = site.location(policy("CorsEngine ReportOnly"))
REJECTING = site.location(policy("CorsDisallowed Reject"))
DENYING = site.location(f"CorsAllowOrigin *\nCorsDenyOrigin {EVIL}")
DELEGATED = site.htaccess("/delegated", policy())
MERGED = site.location("CorsOriginsFile conf/origins")
site.file("conf/origins", f"{GOOD}\n")
_NUMBER = itertools.count()


def fresh():
    """An origin that nobody has sent before."""
    return f"https://stranger{next(_NUMBER)}.example"


def entry_of(server, value, **more):
    """The one entry with this value."""
    entries = wait_for(lambda: seen(server, value=value, **more))
    assert len(entries) == 1, entries
    return entries[0]


@rows(
    "ask, want, report_only",
    [
        ("a request", lambda server, origin: server.get(PATH, origin), "origin", False),
        ("a preflight", lambda server, origin: server.preflight(PATH, origin), "origin", False),
        ("under ReportOnly", lambda server, origin: server.get(WATCHED, origin), "origin", True),
        ("refused", lambda server, origin: server.get(REJECTING, origin), "origin", False),
        ("by .htaccess", lambda server, origin: server.get(DELEGATED, origin), "origin", False),
        ("a file's list", lambda server, origin: server.get(MERGED, origin), "origin", False),
    ],
)
def test_a_denied_origin_is_seen(server, ask, want, report_only):
    origin = fresh()
    begin = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    for count in (1, 2, 3):
        ask(server, origin)
        assert wait_for(lambda count=count: [each for each in seen(server, value=origin) if each["count"] == count])
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    entry = entry_of(server, origin)
    assert (entry["want"], entry["report_only"], entry["cut"]) == (want, report_only, False)
    assert begin <= entry["first"] <= entry["last"] <= end


def test_first_and_last_are_two_times(server):
    origin = fresh()
    server.get(PATH, origin)
    time.sleep(1.1)
    server.get(PATH, origin)
    wait_for(lambda: entry_of(server, origin)["count"] == 2)
    entry = entry_of(server, origin)
    assert entry["first"] < entry["last"]


def test_each_policy_has_entries_of_its_own(server):
    origin = fresh()
    server.get(PATH, origin)
    server.get(SECOND, origin)
    server.get(SECOND, origin)
    wait_for(lambda: sum(entry["count"] for entry in seen(server, value=origin)) == 3)
    entries = seen(server, value=origin)
    assert [entry["count"] for entry in entries] == [2, 1]
    places = [entry["policy"] for entry in entries]
    assert len(set(places)) == 2 and all(re.search(r"conf/site\.conf:\d+$", place) for place in places)


@rows(
    "path, lines",
    [
        ("<Location>", PATH, ("<Location /location1>", "</Location>")),
        ("another <Location>", SECOND, ("<Location /location2>", "</Location>")),
    ],
)
def test_the_place_is_the_policys(server, path, lines):
    origin = fresh()
    server.get(path, origin)
    file, _, number = entry_of(server, origin)["policy"].rpartition(":")
    text = server.site.text.splitlines()
    first = text.index(lines[0]) + 1
    last = first + text[first:].index(lines[1])
    assert file == f"{server.root.path}/conf/site.conf" and first <= int(number) <= last


def test_the_place_in_a_htaccess(server):
    origin = fresh()
    server.get(DELEGATED, origin)
    assert entry_of(server, origin)["policy"] == f"{server.root.path}/htdocs/delegated/.htaccess:1"


@rows(
    "ask, found",
    [
        ("a method", lambda server: server.preflight(PATH, GOOD, "BREW1"), {("method", "BREW1")}),
        ("a header", lambda server: server.preflight(PATH, GOOD, "PUT", "x-brew2"), {("header", "x-brew2")}),
        (
            "headers, those that are not allowed", lambda server: server.preflight(PATH, GOOD, "PUT", "x-a,x-b3,x-c3"),
            {("header", "x-b3"), ("header", "x-c3")},
        ),
        (
            "a method and a header", lambda server: server.preflight(PATH, GOOD, "BREW4", "content-type,x-b4"),
            {("method", "BREW4"), ("header", "x-b4")},
        ),
        (
            "all at once", lambda server: server.preflight(PATH, "https://five.example", "BREW5", "x-b5"),
            {("origin", "https://five.example"), ("method", "BREW5"), ("header", "x-b5")},
        ),
        ("on the deny list", lambda server: server.get(DENYING, EVIL), {("denied-origin", EVIL)}),
        ("null", lambda server: server.get(SECOND, "null"), {("origin", "null")}),
        ("nonsense", lambda server: server.get(SECOND, "nonsense6"), {("not-an-origin", "nonsense6")}),
    ],
)
def test_what_is_denied(start, ask, found):
    own = Site(site.text)
    own.files = site.files
    server = start(own)
    ask(server)
    wait_for(lambda: len(seen(server)) == len(found))
    assert {(entry["want"], entry["value"]) for entry in seen(server)} == found
    assert {entry["count"] for entry in seen(server)} == {1}


@rows(
    "ask",
    [
        ("allowed", lambda server, origin: server.get(PATH, GOOD)),
        ("an allowed preflight", lambda server, origin: server.preflight(PATH, GOOD, "PUT", "x-a")),
        ("no origin", lambda server, origin: server.get(PATH)),
        ("the same origin", lambda server, origin: server.get(PATH, origin, ("Sec-Fetch-Site", "same-origin"))),
        ("no policy", lambda server, origin: server.get("/none", origin)),
    ],
)
def test_what_is_not_denied_is_not_seen(server, ask):
    origin = fresh()
    before = len(seen(server))
    ask(server, origin)
    time.sleep(0.05)
    assert len(seen(server)) == before and not seen(server, value=origin)


def test_the_most_frequent_comes_first(server):
    for count, origin in ((4, fresh()), (9, fresh()), (6, fresh())):
        for _ in range(count):
            server.get(SECOND, origin)
    counts = [entry["count"] for entry in seen(server)]
    assert counts == sorted(counts, reverse=True)


# Value; how it begins where it is shown
HOSTILE = [
    ("quotes and a backslash", b"https://a1\".example\\x", 'https://a1".example\\x5cx'),
    ("a script", b"https://a2<script>alert(1)</script>", "https://a2<script>"),
    ("a tab", b"https://a3\t.example", "https://a3\\x09.example"),
    ("Latin-1", b"https://a4\xe9.example", "https://a4\\xe9.example"),
    ("UTF-8", "https://a5\u2028é.example".encode(), "https://a5\\xe2\\x80\\xa8\\xc3\\xa9.example"),
    ("half of UTF-8", b"https://a6\xc3", "https://a6\\xc3"),
    ("an escape", b"https://a7\\x41.example", "https://a7\\x5cx41.example"),
    ("400 bytes", b"https://a8" + b"b" * 390, "https://a8" + "b" * 200),
    ("3000 bytes", b"https://a9" + b"b" * 2990, "https://a9" + "b" * 200),
    ("400 high bytes", b"https://a0" + b"\xff" * 390, "https://a0" + "\\xff" * 200),
    ("a brace and a newline in JSON", b'x0"},\\n{"want":"origin"', "x0"),
]


@rows(
    "ask",
    [
        ("as origin", lambda server, value: server.get(PATH, value)),
        ("as origin of a preflight", lambda server, value: server.preflight(PATH, value)),
        ("as method", lambda server, value: server.preflight(PATH, GOOD, value)),
        ("as header", lambda server, value: server.preflight(PATH, GOOD, "PUT", value)),
    ],
)
def test_hostile_values_are_escaped_and_cut(start, ask):
    own = Site(site.text)
    own.files = site.files
    server = start(own)
    for name, value, shown in HOSTILE:
        ask(server, value)
        assert wait_for(lambda shown=shown: any(each["value"].startswith(shown) for each in seen(server))), name
        body = server.get(f"{URL}?format=json").body
        assert all(" " <= character <= "~" or character == "\n" for character in body), name
        entries = json.loads(body)["denied"]
        assert all(len(each["value"]) <= 1100 and set(each) == set(entries[0]) for each in entries), name
        assert all(" " <= character <= "~" or character == "\n" for character in page(server, "suggest=1")), name


@rows(
    "ask",
    [
        ("an origin", lambda server, value: server.preflight(PATH, value)),
        ("a method", lambda server, value: server.preflight(PATH, GOOD, value)),
        ("a header", lambda server, value: server.preflight(PATH, GOOD, "PUT", value)),
        ("many headers", lambda server, value: server.preflight(PATH, GOOD, "PUT", b"x-a," * 1500 + b"x-c")),
    ],
)
def test_values_that_fill_the_line_are_cut_or_left_out(server, ask):
    assert ask(server, b"https://" + b"c" * 8000).status == 403
    time.sleep(0.03)
    assert all(len(entry["value"]) < 1100 for entry in seen(server))


def test_control_bytes_that_httpd_lets_through(start):
    unsafe = Site(f"HttpProtocolOptions Unsafe\n{HANDLER}")
    path = unsafe.location(policy())
    server = start(unsafe)
    server.get(path, b"https://a\x01\x1b[31m\x7f.example")
    (entry,) = wait_for(lambda: seen(server))
    assert entry["value"] == "https://a\\x01\\x1b[31m\\x7f.example"


FLOOD = 100_000
BATCH = 500


def flood(server, path, numbers):
    """Requests of an origin each, many on the way at once; the answers are read and thrown away."""
    connection = Connection(server.port, seconds=30)
    stream = connection.socket.makefile("rb")
    for begin in range(0, len(numbers), BATCH):
        batch = numbers[begin : begin + BATCH]
        text = "".join(
            f"HEAD {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://h{number:x}.flood.example\r\n\r\n"
            for number in batch
        )
        sender = threading.Thread(target=connection.socket.sendall, args=(text.encode(),))
        sender.start()
        answers = 0
        while answers < len(batch):
            answers += stream.readline().startswith(b"HTTP/1.1 ")
        sender.join()
    stream.close()
    connection.close()


def resident(server):
    """The memory of all children, in kilobytes, without what they share."""
    total = 0
    for child in server.children():
        with open(f"/proc/{child}/smaps_rollup", encoding="ascii") as listing:
            total += sum(int(line.split()[1]) for line in listing if line.startswith("Private_"))
    return total


@pytest.fixture(scope="module")
def flooded():
    """A server for the flood, with the least of logging."""
    quiet = Site("KeepAlive On\nMaxKeepAliveRequests 0\nLogLevel cors:warn\n" + HANDLER)
    quiet.path = quiet.location(policy(origin=OTHER))
    with Httpd(quiet) as running:
        yield running


def test_a_flood_does_not_push_out_what_is_frequent(flooded):
    path = flooded.site.path
    regular = "https://regular.example"
    sent = 0

    def come(times):
        nonlocal sent
        for _ in range(times):
            flooded.get(path, regular)
        sent += times

    come(20)
    flood(flooded, path, range(2000))
    before = resident(flooded)
    halves = [range(2000, FLOOD // 2), range(FLOOD // 2, FLOOD)]
    for numbers in halves:
        third = len(numbers) // 20
        for part in range(0, len(numbers), third):
            flood(flooded, path, numbers[part : part + third])
            come(20)
    come(20)
    wait_for(lambda: status(flooded)["requests"]["actual"]["denied"]["origin-not-allowed"] >= FLOOD + sent)
    body = page(flooded, "format=json")
    parsed = json.loads(body)
    assert len(parsed["denied"]) <= 512 and len(body) < 512 * 1024
    assert parsed["requests"]["actual"]["denied"]["origin-not-allowed"] == FLOOD + sent
    (entry,) = [entry for entry in parsed["denied"] if entry["value"] == regular]
    assert entry == parsed["denied"][0], "it is not the first"
    assert sent <= entry["count"] <= sent + FLOOD // 400
    assert sum(each["count"] for each in parsed["denied"]) <= FLOOD + sent
    if "CORS_TEST_PRELOAD" not in os.environ:  # a sanitizer keeps what is freed
        assert resident(flooded) - before < 8 * 1024


def test_who_comes_often_after_a_flood_is_seen(flooded):
    origin = "https://late.example"
    flood(flooded, flooded.site.path, range(FLOOD, FLOOD + 2000))
    for _ in range(600):
        flooded.get(flooded.site.path, origin)
    found = wait_for(lambda: seen(flooded, value=origin))
    assert found and found[0]["count"] >= 300
    assert found[0] in status(flooded)["denied"][:3]


def test_a_flood_of_methods_and_headers_leaves_the_origins(start):
    own = Site("MaxKeepAliveRequests 0\nLogLevel cors:warn\n" + HANDLER)
    path = own.location(policy())
    server = start(own)
    for _ in range(30):
        server.get(path, EVIL)
    with server.connection() as connection:
        for number in range(40):
            names = ",".join(f"x-{number:02}-{each:03}" for each in range(100))
            connection.request("OPTIONS", path, preflight_headers(GOOD, f"M{number}", names))
        connection.request("GET", path, origin_headers(EVIL))
    assert wait_for(lambda: [entry for entry in seen(server, value=EVIL) if entry["count"] == 31]), seen(server)[:3]
    assert len(seen(server)) <= 512
