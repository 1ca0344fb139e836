# SPDX-License-Identifier: Apache-2.0
"""The demo's checks that are blocked: explain, at the demo's own status page, says why, and what to write, and it helps."""

import re
import shutil
import types

import pytest

from console import Call, as_fetch, explain, mended
from demo import REPOSITORY, Demo
from harness import installed, rows
from test_demo import BLOCKED, SCENES, seen, visit

CONFIGURATION = "conf/demo/demo.conf"
ITEM = re.compile(r"/api/items/[^.']*\.json")
# What each check asks for first, and how.
CHECKS = {
    "get": ("/api/items.json", Call()),
    "redirect": ("/api/moved.json", Call()),
    "post-json": ("/api/echo", Call("POST", "content-type")),
    "put": ("/api/items/1.json", Call("PUT", "content-type")),
    "delete": ("/api/items/1.json", Call("DELETE")),
    "patch": ("/api/items.json", Call("PATCH", "content-type")),
    "header-listed": ("/api/items.json", Call(headers="x-client-version")),
    "header-unlisted": ("/api/items.json", Call(headers="x-shoe-size")),
    "header-exposed": ("/api/items.json", Call(reads="x-request-id")),
    "header-hidden": ("/api/items.json", Call(reads="x-internal-node")),
    "cookie": ("/api/sign-in.json", Call(credentials=True)),
    "password": ("/api/private/report.json", Call(headers="authorization")),
    "password-wrong": ("/api/private/report.json", Call(headers="authorization")),
    "not-found": ("/api/no-such-thing.json", Call()),
    "overloaded": ("/api/overloaded.json", Call()),
    "no-policy": ("/open-nothing/items.json", Call()),
}


@pytest.fixture
def copy(tmp_path):
    """The demo, to be changed."""
    shutil.copytree(REPOSITORY / "conf", tmp_path / "conf")
    return tmp_path


@pytest.fixture
def start(copy, monkeypatch):
    """start(environment, ports): that demo, ended after the test."""
    monkeypatch.setenv("CORS_MODULE", str(installed.module_under_test()))
    demos = []

    def _start(environment, ports=None):
        demo = Demo(environment, ports, copy / "conf/demo/run.sh")
        demos.append(demo)
        assert demo.serves(), demo.output
        return demo
    yield _start
    for demo in demos:
        demo.end()


def messages_of(browser):
    """What the console said on CORS, for whatever item."""
    said = [entry["message"] for entry in browser.get_log("browser") if "blocked by CORS policy" in entry["message"]]
    return {ITEM.sub("/api/items/1.json", as_fetch(each[each.index("Access to "):])) for each in said}


@rows("environment, whose", [(name, *scene[:2]) for name, scene in SCENES.items() if scene[0] in ("development", None)
                             or name.startswith("production")])
def test_what_is_blocked_is_mended(browser, copy, start, environment, whose):
    demo = start(environment)
    page = f"http://localhost:{getattr(demo, whose)}"
    visit(browser, f"{page}/")
    blocked = [check for check, outcome in seen(browser).items() if outcome == BLOCKED]
    said = messages_of(browser)
    assert blocked and set(blocked) <= set(CHECKS)
    told = {}
    for check in blocked:
        path, call = CHECKS[check]
        told[check] = explain(types.SimpleNamespace(port=demo.api), f"http://localhost:{demo.api}{path}", page, call)
        if told[check]["browser"]["reads"]:
            assert told[check]["browser"]["hidden"] == call.reads.split(",")
        else:
            assert told[check]["browser"]["chrome"] in said, check
    demo.end()

    file = copy / CONFIGURATION
    places = [(CHECKS[check][0], each) for check, each in told.items()]
    file.write_text(mended(file.read_text(encoding="utf-8"), places, file=CONFIGURATION), encoding="utf-8")
    visit(browser, f"http://localhost:{getattr(start(environment, (demo.api, demo.page, demo.stranger)), whose)}/")
    assert {check: outcome for check, outcome in seen(browser).items() if outcome == BLOCKED} == {}
