# SPDX-License-Identifier: Apache-2.0
"""The error log: denials at info, allowed requests at debug, and no byte of the client's as it was."""

import re

from harness import Site, policy, rows
from harness.client import preflight_headers
from harness.site import EVIL, GOOD

site = Site()
PATH = site.location(policy())
STAR = site.location("CorsAllowOrigin *")
MEMBER = site.location(policy("CorsAllowHeaders *", "CorsAllowMethods *", "CorsAllowCredentials On"))
OFF = site.page("/off")


def said(server):
    """The module's lines of this case, without what httpd puts before them."""
    return [line for line in server.log.find(r"\[cors:") if line]


@rows(
    "ask, reason",
    [
        ("another origin", lambda server: server.get(PATH, EVIL), "origin-not-allowed"),
        ("a malformed origin", lambda server: server.get(PATH, "nonsense"), "origin-malformed"),
        ("a preflight of another origin", lambda server: server.preflight(PATH, EVIL), "origin-not-allowed"),
        ("a preflight for another method", lambda server: server.preflight(PATH, GOOD, "PUT"), "method-not-allowed"),
        (
            "a preflight for another header", lambda server: server.preflight(PATH, GOOD, "GET", "x-a"),
            "header-not-allowed",
        ),
    ],
)
def test_a_denial_is_one_line_at_info(server, ask, reason):
    ask(server)
    lines = [line for line in said(server) if line.startswith("[cors:info]")]
    assert len(lines) == 1
    assert re.match(r"\[cors:info\] CORS0\d\d\d: ", lines[0]) and reason in lines[0]


@rows(
    "ask",
    [
        ("an actual request", lambda server: server.get(PATH, GOOD)),
        ("a preflight", lambda server: server.preflight(PATH, GOOD)),
        ("any origin", lambda server: server.get(STAR, EVIL)),
    ],
)
def test_an_allowed_request_is_told_at_debug(server, ask):
    ask(server)
    lines = said(server)
    told = r"\[cors:debug\] .*CORS0\d\d\d: .*(GET|OPTIONS) (%s|%s) .*CorsAllowOrigin at " % (PATH, STAR)
    assert lines and all(re.match(told, line) for line in lines)


@rows("ask", [("CORS is off", lambda server: server.get(OFF, EVIL)), ("no origin", lambda server: server.get(PATH))])
def test_no_denial_where_there_is_none(server, ask):
    ask(server)
    assert server.log.find(r"\[cors:info\]", seconds=0.1) == []


def test_denials_of_a_kind_bear_the_same_id(server):
    for origin in (EVIL, "https://worse.example"):
        server.get(PATH, origin)
    ids = {re.search(r"CORS0\d\d\d", line).group() for line in server.log.find(r"\[cors:info\]")}
    assert len(ids) == 1


def test_the_origin_and_the_method_and_the_header_are_named(server):
    server.get(PATH, EVIL)
    server.preflight(PATH, GOOD, "BREW")
    server.preflight(PATH, GOOD, "GET", "content-type,x-strange")
    lines = server.log.find(r"\[cors:info\]")
    assert [word in line for word, line in zip((EVIL, "BREW", "x-strange"), lines)] == [True] * 3


NASTY = [
    ("a quotation mark and a backslash", b"https://evil\".example\\n[cors:error] CORS0999: forged"),
    ("bytes above ASCII", b"https://\xe9vil.example\xff\xfe"),
    ("a tab", b"https://evil.example\tCORS0999: forged"),
    ("an escape sequence of a terminal", b"https://\xc2\x9b31mevil.example"),
    ("a unicode line separator", "https://evil.example\u2028CORS0999: forged".encode()),
    ("a next-line byte", b"https://evil.example\x85CORS0999: forged"),
]
PLACES = [
    ("Origin", lambda server, value: server.get(PATH, value)),
    ("the method", lambda server, value: server.preflight(PATH, GOOD, value)),
    ("the headers", lambda server, value: server.preflight(PATH, GOOD, "GET", value)),
    ("the method under a star", lambda server, value: server.preflight(MEMBER, GOOD, value)),
    ("the headers under a star", lambda server, value: server.preflight(MEMBER, GOOD, "GET", value)),
]


@rows("value", NASTY)
@rows("ask", PLACES)
def test_nasty_bytes_are_escaped(server, ask, value):
    ask(server, value)
    lines = server.log.find(r"\[cors:info\]")
    assert len(lines) == 1
    assert all(0x20 <= ord(character) < 0x7F for line in server.log.lines() for character in line)
    assert not any(line.startswith("[cors:error]") or line.startswith("CORS0999") for line in server.log.lines())


@rows("ask", PLACES)
def test_long_values_are_shortened(server, ask):
    ask(server, "https://" + "x" * 5000)
    assert max(len(line) for line in server.log.find(r"\[cors:info\]")) < 1200


def test_control_bytes_that_httpd_lets_through_are_escaped(start):
    unsafe = Site("HttpProtocolOptions Unsafe")
    path = unsafe.location(policy())
    server = start(unsafe)
    server.get(path, b"https://evil.example\x01\x1b[31m\x7fCORS0999: forged")
    lines = server.log.find(r"\[cors:info\]")
    assert len(lines) == 1
    assert all(0x20 <= ord(character) < 0x7F for line in server.log.lines() for character in line)


def test_denials_are_silent_at_the_usual_level(start):
    usual = Site("LogLevel cors:warn")
    path = usual.location(policy())
    server = start(usual)
    server.get(path, EVIL)
    server.preflight(path, EVIL)
    assert server.log.find(r"\[cors:", seconds=0.1) == []


@rows(
    "section",
    [("<Location>", "Location /pages"), ("<Directory>", 'Directory "${DOCROOT}/pages"'), ("<If>", "If true")],
)
@rows("around", [("the server's policy", None), ("a <Location>'s policy", "Location /pages")])
def test_the_log_level_is_the_url_s(start, section, around):
    site = Site("LogLevel cors:warn")
    site.add(policy() if around is None else f"<{around}>\n{policy()}\n</{around.split()[0]}>")
    site.add(f"<{section}>\nLogLevel cors:info\n</{section.split()[0]}>")
    path = site.page("/pages/page")
    server = start(site)
    server.get(path, EVIL)
    assert len(server.log.find(r"\[cors:info\]")) == 1


def test_the_client_is_whom_mod_remoteip_names(start):
    site = Site("RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1", modules=["remoteip"])
    site.add(f'ErrorLogFormat "[%m:%l] %M (client %a)"\n{policy()}')
    path = site.page("/page")
    server = start(site)
    server.get(path, EVIL, ("X-Forwarded-For", "192.0.2.7"))
    server.request("OPTIONS", path, [*preflight_headers(EVIL), ("X-Forwarded-For", "192.0.2.8")])
    said_of = [re.search(r"client (.*?)[:)]", line).group(1) for line in server.log.find(r"\[cors:info\]")]
    assert said_of == ["192.0.2.7", "192.0.2.8"]
