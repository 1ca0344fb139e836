# SPDX-License-Identifier: Apache-2.0
"""Every message on CORS that Chromium's console can have, and the way from there to the line to change.

Each scenario fails; explain, asked the same, predicts the message and names the reason and the directive; what it says
to write is written, httpd restarted, and the scenario passes. What console.py lists is all in which messages differ."""

from typing import NamedTuple

import pytest
from harness import rows

import assets
import messages
from console import HANDLER, SITE, Call, as_fetch, attempt, directives, explain, mended, restart, who
from messages import CREDENTIALS, HEADER, METHOD, NO_ORIGIN, PREFLIGHT, WILDCARD
from stage import APP, STRANGER, Stage, Visitor, shop

site = Stage(HANDLER)
DEBUG = "CorsDebug On"
ON = "CorsAllowCredentials On"
OPAQUE = "opaque"   # the mend is not a directive, but a page of its own host


class Case(NamedTuple):
    """A scenario. `after` is what the script comes to once the policy is mended; `directive` decided."""

    script: str
    policy: str
    message: str
    reason: str | None
    directive: str | None
    mend: list
    after: object
    call: Call = Call()
    host: str = APP
    who: str = "fetch"
    origin: str | None = None
    kind: str | None = None
    of_several: tuple = ()
    elsewhere: str | None = None

    @property
    def after_script(self):
        """What is run after the mend, which may be to serve the page from elsewhere."""
        return self.elsewhere or self.script


GET = "fetch(url)"
INCLUDE = "fetch(url, {credentials: 'include'})"
JSON = "json('POST', 1)"
JSON_INCLUDE = "json('POST', 1, {credentials: 'include'})"
PUT = "json('PUT', 1)"
XHR_INCLUDE = "xhr('GET', null, request => { request.withCredentials = true; })"
ANONYMOUS, WITH_COOKIES = "crossorigin: 'anonymous'", "crossorigin: 'use-credentials'"
POSTS, PUTS = Call("POST", "content-type"), Call("PUT", "content-type")
SENDS_COOKIES = Call(credentials=True)
REASON = "origin-not-allowed"
ORIGIN, METHODS, HEADERS, COOKIES = "CorsAllowOrigin", "CorsAllowMethods", "CorsAllowHeaders", "CorsAllowCredentials"
PREFLIGHT_NO_ORIGIN = PREFLIGHT + NO_ORIGIN
REGEX = r"CorsAllowOriginRegex http://app\.shop\.localhost:[0-9]+"


def stranger(script, after, who="fetch", policy=shop(), **more):
    """A stranger's page, which is not on the list."""
    return Case(script, policy, NO_ORIGIN, REASON, ORIGIN, [ORIGIN], after, host=STRANGER, who=who, **more)


def asks_first(script, policy, message, reason, mend, after, call, directive=None, **more):
    """What the preflight is about."""
    return Case(script, policy, message, reason, directive, mend, after, call, **more)


def null(script, after, message=NO_ORIGIN, call=Call()):
    """A frame without an origin of its own."""
    return Case(script, shop("CorsAllowMethods PUT"), message, REASON, ORIGIN, OPAQUE, f"200 {call.method}", call,
                origin="null", elsewhere=after)


CASES = [
    ("a stranger, GET", stranger(GET, "200 GET")),
    ("a stranger, JSON", stranger(JSON, "200 POST 1", call=POSTS)._replace(message=PREFLIGHT_NO_ORIGIN)),
    ("a stranger, POST of text", stranger("fetch(url, {method: 'POST', body: 'x'})", "200 POST x", call=Call("POST"))),
    ("a stranger, CorsDebug", stranger(JSON, "200 POST 1", policy=shop(DEBUG), call=POSTS)._replace(
        message=PREFLIGHT_NO_ORIGIN)),
    ("a stranger, PUT, with cookies", Case(
        "json('PUT', 1, {credentials: 'include'})", shop(), PREFLIGHT_NO_ORIGIN, REASON, ORIGIN,
        [ORIGIN, METHODS, COOKIES], "200 PUT 1", Call("PUT", "content-type", True), STRANGER)),
    ("a stranger, with cookies", stranger(INCLUDE, "200 GET", policy=shop(ON), call=SENDS_COOKIES)),
    ("a stranger to a regex", stranger(GET, "200 GET", policy=REGEX)._replace(directive="CorsAllowOriginRegex")),
    ("a stranger, refused", stranger(GET, "200 GET", policy=shop("CorsDisallowed Reject"))),
    ("one that is denied", Case(
        GET, f"CorsAllowOrigin *\nCorsDenyOrigin http://{STRANGER}:*", NO_ORIGIN, REASON, "CorsDenyOrigin",
        ["CorsDenyOrigin"], "200 GET", host=STRANGER)),
    ("no policy", Case(GET, "", NO_ORIGIN, None, None, [ORIGIN], "200 GET")),
    ("no policy, JSON", Case(JSON, "", PREFLIGHT_NO_ORIGIN, None, None, [ORIGIN], "200 POST 1", POSTS)),
    ("a stranger by XHR", stranger("xhr('GET')", "200 GET", "XMLHttpRequest")),
    ("a stranger by XHR, PUT", stranger("xhr('PUT', 1)", "200 PUT 1", "XMLHttpRequest", shop("CorsAllowMethods PUT"),
                                        call=PUTS)._replace(message=PREFLIGHT_NO_ORIGIN)),
    ("a stranger in a worker", stranger("inWorker('fetch(url)')", "200 GET")),
    ("a stranger's image", stranger(f"pixel({{{ANONYMOUS}}})", "0 128 0", "image", kind="png")),
    ("a stranger's font", stranger("webFont()", "loaded", "font", kind="ttf")),
    ("a stranger's module", stranger("import(url).then(it => it.answer)", 42, "script", kind="js")),
    ("a stranger's module script", stranger(
        "load('script', {src: url, type: 'module'})", "loaded", "script", kind="js")),
    ("a stranger's script with crossorigin", stranger(
        f"load('script', {{src: url, {ANONYMOUS}}})", "loaded", "script", kind="js")),
    ("a stranger's style sheet", stranger(
        f"rule({{{ANONYMOUS}}})", "p { color: green; }", "CSS stylesheet", kind="css")),
    ("a stranger's preload", stranger(
        f"load('link', {{rel: 'preload', as: 'fetch', href: url, {ANONYMOUS}}})", "loaded", "link element resource")),
    ("a stranger's events", stranger("firstEvent()", "hello", "resource", kind="events")),
    ("a sandboxed frame", null("inFrame('fetch(url)', sandboxed)", "inFrame('fetch(url)', sandboxedSameOrigin)")),
    ("a sandboxed frame, PUT", null(
        "inFrame(`fetch(url, {method: 'PUT'})`, sandboxed)", "fetch(url, {method: 'PUT'})", PREFLIGHT_NO_ORIGIN,
        Call("PUT"))),
    ("a data: URL", null("inFrame('fetch(url)', dataUrl)", "inFrame('fetch(url)', sandboxedSameOrigin)")),
    ("cookies", Case(INCLUDE, shop(), CREDENTIALS, None, ORIGIN, [COOKIES], "200 GET", SENDS_COOKIES)),
    ("cookies said to be Off", Case(
        INCLUDE, shop("CorsAllowCredentials Off"), CREDENTIALS, None, ORIGIN, [COOKIES], "200 GET", SENDS_COOKIES)),
    ("cookies, JSON", Case(
        JSON_INCLUDE, shop(), PREFLIGHT + CREDENTIALS, None, ORIGIN, [COOKIES], "200 POST 1",
        Call("POST", "content-type", True))),
    ("cookies by XHR", Case(
        XHR_INCLUDE, shop(), CREDENTIALS, None, ORIGIN, [COOKIES], "200 GET", SENDS_COOKIES, who="XMLHttpRequest")),
    ("cookies of an image", Case(
        f"pixel({{{WITH_COOKIES}}})", shop(), CREDENTIALS, None, ORIGIN, [COOKIES], "0 128 0", SENDS_COOKIES,
        who="image", kind="png")),
    ("cookies for any origin", Case(
        INCLUDE, "CorsAllowOrigin *", WILDCARD, None, ORIGIN, [ORIGIN, ORIGIN, COOKIES], "200 GET", SENDS_COOKIES)),
    ("cookies for any origin, JSON", Case(
        JSON_INCLUDE, "CorsAllowOrigin *", PREFLIGHT + WILDCARD, None, ORIGIN, [ORIGIN, ORIGIN, COOKIES], "200 POST 1",
        Call("POST", "content-type", True))),
    ("cookies for any origin by XHR", Case(
        XHR_INCLUDE, "CorsAllowOrigin *", WILDCARD, None, ORIGIN, [ORIGIN, ORIGIN, COOKIES], "200 GET", SENDS_COOKIES,
        who="XMLHttpRequest")),
    ("a method", asks_first(
        PUT, shop(DEBUG), METHOD, "method-not-allowed", [METHODS], "200 PUT 1", PUTS)),
    ("a method beside others", asks_first(
        "fetch(url, {method: 'PURGE'})", shop(DEBUG, "CorsAllowMethods PUT DELETE"), METHOD, "method-not-allowed",
        [METHODS], "200 PURGE", Call("PURGE"), METHODS)),
    ("a method in lower case", asks_first(
        "json('patch', 1)", shop(DEBUG, "CorsAllowMethods PATCH"), METHOD, "method-not-allowed", [METHODS],
        "200 patch 1", Call("patch", "content-type"), METHODS)),
    ("a method without CorsDebug", asks_first(
        PUT, shop(), PREFLIGHT_NO_ORIGIN, "method-not-allowed", [METHODS], "200 PUT 1", PUTS)),
    ("a header", asks_first(
        "get({'X-Api-Key': 'k7'})", shop(DEBUG), HEADER, "header-not-allowed", [HEADERS], "200 GET k7",
        Call(headers="X-Api-Key"))),
    ("a header beside others", asks_first(
        "get({'X-Api-Key': 'k7', 'X-Other': 1})", shop(DEBUG, "CorsAllowHeaders X-Other"), HEADER,
        "header-not-allowed", [HEADERS], "200 GET k7", Call(headers="X-Other,X-Api-Key"), HEADERS)),
    ("two headers, of which one is named", asks_first(
        "get({'X-Other': 1, 'X-Api-Key': 'k7'})", shop(DEBUG), HEADER, "header-not-allowed", [HEADERS, HEADERS],
        "200 GET k7", Call(headers="X-Other,X-Api-Key"), of_several=("x-api-key", "x-other"))),
    ("a header by XHR", asks_first(
        "xhr('GET', null, request => { request.setRequestHeader('X-Api-Key', 'k7'); })", shop(DEBUG), HEADER,
        "header-not-allowed", [HEADERS], "200 GET k7", Call(headers="X-Api-Key"), who="XMLHttpRequest")),
    ("a header without CorsDebug", asks_first(
        "get({'X-Api-Key': 'k7'})", shop(), PREFLIGHT_NO_ORIGIN, "header-not-allowed", [HEADERS], "200 GET k7",
        Call(headers="X-Api-Key"))),
    ("Authorization, which * does not cover", asks_first(
        "get({Authorization: 'Bearer t'})", shop("CorsAllowHeaders *"), PREFLIGHT_NO_ORIGIN, "header-not-allowed",
        [HEADERS], "200 GET", Call(headers="authorization"), HEADERS)),
    ("Authorization beside a list", asks_first(
        "get({Authorization: 'Bearer t'})", shop(DEBUG, "CorsAllowHeaders X-Api-Key"), HEADER, "header-not-allowed",
        [HEADERS], "200 GET", Call(headers="authorization"), HEADERS)),
    ("cookies come before the method", asks_first(
        "json('PUT', 1, {credentials: 'include'})", shop(DEBUG), PREFLIGHT + CREDENTIALS, "method-not-allowed",
        [METHODS, COOKIES], "200 PUT 1", Call("PUT", "content-type", True))),
]
ASSETS = {
    "png": (assets.png(0, 128, 0), "image/png"),
    "ttf": (assets.font(), "font/ttf"),
    "js": ("export const answer = 42;", "text/javascript"),
    "css": ("p { color: green; }", "text/css"),
    "events": ("data: hello\n\n", "text/event-stream"),
}
PATHS = {}


def place(name, case):
    """A path for this case alone, so that no mend of another reaches it."""
    if case.kind is None:
        return site.echo(f"# {name}\n{case.policy}")
    path = f"/asset{len(PATHS)}"
    content, kind = ASSETS[case.kind]
    site.page(path, content)
    site.add(f"<Location {path}>\nForceType {kind}\n{case.policy}\n</Location>")
    return path


for _name, _case in CASES:
    PATHS[_name] = place(_name, _case)


class Story(NamedTuple):
    """What happened to a case: before the mend, and after it."""

    message: str | None
    answer: dict
    after: tuple
    answer_after: dict


@pytest.fixture(scope="module")
def stories(browser, server):
    """All cases before, what is said of them done, and all cases after. Each has a path of its own."""
    visitor = Visitor(browser, server)
    messages_of, answers, after = {}, {}, {}
    visitor.forget()
    for name, case in CASES:
        messages_of[name] = visit(visitor, name, case.script)[1]
        origin = case.origin or visitor.driver.execute_script("return origin")
        answers[name] = visitor.url, origin, explain(server, visitor.url, origin, case.call)
    restart(server, mended(server.root.read(SITE), [(PATHS[name], found[2]) for name, found in answers.items()]))
    for name, case in CASES:
        url, origin, _ = answers[name]
        after[name] = visit(visitor, name, case.after_script), explain(server, url, origin, case.call)
    return {name: Story(messages_of[name], answers[name][2], *after[name]) for name, _ in CASES}


def visit(visitor, name, script):
    """A script on the page of the case's host: what it comes to, and the console's message."""
    visitor.to(PATHS[name])
    visitor.open(dict(CASES)[name].host)
    return attempt(visitor, script)


NAMES = [(name, name, case) for name, case in CASES]


@rows("name, case", NAMES)
def test_explain_predicts_the_message(stories, name, case):
    message, answer, *_ = stories[name]
    assert message, "the console says nothing"
    assert who(message) == case.who
    assert messages.says(case.message, as_fetch(message)), message
    predicted = answer["browser"]["chrome"]
    if case.of_several:     # which one Chromium names is left to chance, or to a hash table
        assert any(predicted.replace(case.of_several[0], each) == as_fetch(message) for each in case.of_several)
    else:
        assert predicted == as_fetch(message)
    assert answer["browser"]["reads"] is False
    assert answer["browser"]["stops_at"] == ("preflight" if "preflight" in message else "response")


@rows("name, case", NAMES)
def test_explain_names_reason_and_directive(stories, name, case):
    answer = stories[name].answer
    assert (answer["reason"], (answer["decided_by"] or {}).get("directive")) == (case.reason, case.directive)
    if case.mend == OPAQUE:
        assert [mend["write"] for mend in answer["mend"]] == [None]
        assert "a host of its own" in answer["mend"][0]["where"]
    else:
        assert directives(answer) == case.mend


@rows("name, case", NAMES)
def test_the_mend_mends(stories, name, case):
    assert stories[name].after == ({"value": case.after}, None)
    assert case.mend == OPAQUE or stories[name].answer_after["browser"]["reads"] is True
