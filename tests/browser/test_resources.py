# SPDX-License-Identifier: Apache-2.0
"""What pages load besides fetch: images, fonts, scripts, style sheets, streams, beacons, and how long it took."""

import base64
import hashlib

from harness import rows

import assets
from stage import APP, STRANGER, Stage, shop
from verdict import DENIED, HIDDEN, TAINTED

site = Stage()
ON = "CorsAllowCredentials On"


def asset(content, kind, *lines):
    """The path of a file of this type under a policy for the app."""
    path = f"/asset{len(site.files)}"
    site.page(path, content)
    site.add("\n".join((f"<Location {path}>", f"ForceType {kind}", shop(*lines), "</Location>")))
    return path


FAULT = "throw new Error('of the API');"
IMAGE = asset(assets.png(0, 128, 0), "image/png")
IMAGE_ON = asset(assets.png(0, 0, 128), "image/png", ON)
FONT = asset(assets.font(), "font/ttf")
SCRIPT = asset("export const answer = 42;", "text/javascript")
CLASSIC = asset("window.answer = 42;", "text/javascript")
FAULTY = asset(FAULT, "text/javascript")
DATA = asset('{"answer": 42}', "application/json")
SHEET = asset("p { color: green; }", "text/css")
STREAM = asset("data: hello\n\n", "text/event-stream")
STREAM_ON = asset("data: hello\n\n", "text/event-stream", ON)
ECHO = site.echo(shop("CorsAllowMethods PUT"))
ECHO_ON = site.echo(shop(ON))
TIMED = site.location(shop("CorsTimingAllowOrigin On"))
UNTIMED = site.location(shop())
TIMED_ANY = site.location("CorsAllowOrigin *\nCorsTimingAllowOrigin On")

ANONYMOUS = "crossorigin: 'anonymous'"
WITH_COOKIES = "crossorigin: 'use-credentials'"
DIGEST = "sha256-" + base64.b64encode(hashlib.sha256(FAULT.encode()).digest()).decode()
INTEGRITY = f"{ANONYMOUS}, integrity: '{DIGEST}'"
PRELOAD = f"load('link', {{rel: 'preload', as: 'fetch', href: url, {ANONYMOUS}}})"
BITMAP = "createImageBitmap(await (await fetch(url)).blob()).then(readBack)"
TIMING = "fetch(url).then(answer => answer.text()).then(() => times())"
TIMING_OPAQUE = "fetch(url, {mode: 'no-cors'}).then(() => times())"

# what the page does; where; what it comes to on the app's page and on a stranger's
ELEMENTS = [
    ("an image, to look at", "load('img', {src: url})", IMAGE, "loaded", "loaded"),
    ("an image, to draw", "pixel()", IMAGE, TAINTED, TAINTED),
    ("an image, to read", f"pixel({{{ANONYMOUS}}})", IMAGE, "0 128 0", HIDDEN),
    ("an image, to read, with cookies, Off", f"pixel({{{WITH_COOKIES}}})", IMAGE, HIDDEN, HIDDEN),
    ("an image, to read, with cookies, On", f"pixel({{{WITH_COOKIES}}})", IMAGE_ON, "0 0 128", HIDDEN),
    ("an image by fetch", BITMAP, IMAGE, "0 128 0", HIDDEN),
    ("a font", "new FontFace('square', `url(${url})`).load().then(font => font.status)", FONT, "loaded", HIDDEN),
    ("a font of a style sheet", "webFont()", FONT, "loaded", HIDDEN),
    ("a script", "load('script', {src: url})", CLASSIC, "loaded", "loaded"),
    ("a script with crossorigin", f"load('script', {{src: url, {ANONYMOUS}}})", CLASSIC, "loaded", HIDDEN),
    ("a script with integrity", f"complaint({{{INTEGRITY}}})", FAULTY, "Uncaught Error: of the API", HIDDEN),
    ("a script's error", "complaint()", FAULTY, "Script error.", "Script error."),
    ("a script's error with crossorigin", f"complaint({{{ANONYMOUS}}})", FAULTY, "Uncaught Error: of the API", HIDDEN),
    ("a module script", "load('script', {src: url, type: 'module'})", SCRIPT, "loaded", HIDDEN),
    ("an import", "import(url).then(module => module.answer)", SCRIPT, 42, HIDDEN),
    ("an import of JSON", "import(url, {with: {type: 'json'}}).then(data => data.default.answer)", DATA, 42, HIDDEN),
    ("a style sheet", "rule()", SHEET, "unreadable", "unreadable"),
    ("a style sheet with crossorigin", f"rule({{{ANONYMOUS}}})", SHEET, "p { color: green; }", HIDDEN),
    ("a preload", PRELOAD, DATA, "loaded", HIDDEN),
    ("a preload, and the fetch of it", f"{PRELOAD}.then(() => fetch(url))", DATA, '200 {"answer": 42}', HIDDEN),
    ("server-sent events", "firstEvent()", STREAM, "hello", HIDDEN),
    ("server-sent events with cookies, On", "firstEvent({withCredentials: true})", STREAM_ON, "hello", HIDDEN),
    ("server-sent events with cookies, Off", "firstEvent({withCredentials: true})", STREAM, HIDDEN, HIDDEN),
    ("XHR", "xhr('GET')", ECHO, "200 GET", HIDDEN),
    ("XHR that posts", "xhr('POST', 'hello')", ECHO, "200 POST hello", HIDDEN),
    ("XHR that shows progress", "upload('hello')", ECHO, "200, 5 bytes sent", DENIED),
    ("XHR of a file", "upload(new File(['hello'], 'a.bin', {type: 'image/png'}))", ECHO, "200, 5 bytes sent", DENIED),
    ("fetch in a worker", "inWorker('fetch(url)')", ECHO, "200 GET", HIDDEN),
    ("fetch in a worker, PUT", "inWorker(`fetch(url, {method: 'PUT'})`)", ECHO, "200 PUT", DENIED),
]
TIMES = [
    ("where the policy tells", TIMING, TIMED, "told when", HIDDEN),
    ("where the policy does not", TIMING, UNTIMED, "not told when", HIDDEN),
    ("where the policy tells, without CORS", TIMING_OPAQUE, TIMED, "not told when", "not told when"),
    ("where the policy tells everybody", TIMING, TIMED_ANY, "told when", "told when"),
    ("where the policy tells everybody, without CORS", TIMING_OPAQUE, TIMED_ANY, "told when", "told when"),
]


@rows("script, path, app, stranger", ELEMENTS)
def test_loading(visitor, script, path, app, stranger):
    assert visitor.see(path, script, APP, STRANGER) == (app, stranger)


@rows("script, path, app, stranger", TIMES)
def test_resource_timing(visitor, script, path, app, stranger):
    assert visitor.see(path, script, APP, STRANGER) == (app, stranger)


BEACON = "navigator.sendBeacon(url, 'hello')"
BEACON_JSON = "navigator.sendBeacon(url, new Blob(['{}'], {type: 'application/json'}))"

# what is sent; where; what the server saw of it from the app's page and from a stranger's
BEACONS = [
    ("text, which needs no preflight", BEACON, ECHO_ON, ["POST 200"], ["POST 200"]),
    ("JSON", BEACON_JSON, ECHO_ON, ["OPTIONS 204", "POST 200"], ["OPTIONS 403"]),
    ("JSON where cookies may not come along", BEACON_JSON, ECHO, ["OPTIONS 204"], ["OPTIONS 403"]),
]


@rows("script, path, app, stranger", BEACONS)
def test_beacons(visitor, script, path, app, stranger):
    """A beacon tells the page nothing, so that the server has to say what came."""
    for host, expected in ((APP, app), (STRANGER, stranger)):
        visitor.to(path)
        visitor.open(host)
        visitor.start(script)
        assert visitor.asked(len(expected)) == expected
