# SPDX-License-Identifier: Apache-2.0
"""A hundred thousand different hostile origins, names and methods: all denied, all counted, and what is shown of them
is bounded, quick and harmless. test_521 has the flood that is to hide what is frequent."""

import json
import time

import bs4
import pytest
from harness import Httpd, Site, policy
from harness.load import NUMBER, Load, Plan
from harness.million import DENIED, NOT_SHARED, ORIGIN, preflight
from harness.site import EVIL, GOOD
from harness.status import HANDLER, REASONS, page, status

ANSWERS = 100_000
BODY_MAX = 1024 * 1024
HOSTILE = {
    "plain": f"https://h{NUMBER}.example",
    "markup": f"https://good.example/<script>alert('{NUMBER}')</script>",
    "an-attribute": f"https://\" onload=\"x{NUMBER}",
    "json": f'"}},{{"origin":"{NUMBER}\\u0000',
    "bytes": f"https://\xff\xfe{NUMBER}.example",
    "a-label": f'x{{kind="preflight"}} {NUMBER}\\n',
    "long": f"https://h{NUMBER}." + "a" * 380,
}

FREQUENT = ["https://good.example/<script>alert(1)</script>", "https://\" onload=\"alert(2)", "'><b>", "&lt;b&gt;"]


def shapes(body):
    """The elements of a page, with the names of their attributes."""
    soup = bs4.BeautifulSoup(body, "html5lib")
    return {(element.name, frozenset(element.attrs)) for element in soup.find_all(True)}


def denied(server):
    """How many requests were."""
    requests = status(server)["requests"]
    return sum(sum(requests[kind]["denied"].values()) for kind in ("actual", "preflight"))


@pytest.fixture(scope="module")
def flooded():
    """A server after the flood: it, and what the flood was told."""
    site = Site(f"{HANDLER}\nLogLevel cors:notice")
    path = site.location(policy())
    plan = Plan()
    for name, origin in HOSTILE.items():
        plan.add(name, path, [(ORIGIN, origin)], NOT_SHARED)
        plan.add(f"{name}-asks", path, preflight(origin, "PUT"), DENIED, method="OPTIONS", weight=20)
    plan.add("methods", path, preflight(GOOD, f"<B>{NUMBER}"), DENIED, method="OPTIONS", weight=20)
    plan.add("names", path, preflight(GOOD, "GET", f"x-<b>-{NUMBER}"), DENIED, method="OPTIONS", weight=20)
    for number, origin in enumerate(FREQUENT):
        plan.add(f"often-{number}", path, preflight(origin, "PUT"), DENIED, method="OPTIONS", weight=2)
        plan.add(f"often-a-method-{number}", path, preflight(GOOD, "<b>"), DENIED, method="OPTIONS", weight=2)
    with Httpd(site) as server:
        server.get(path, EVIL)
        server.get(path, "nonsense")
        server.preflight(path, GOOD, "DELETE")
        server.preflight(path, GOOD, "GET", "x-a")
        server.shapes = shapes(page(server, ""))
        server.before = denied(server)
        with Load(server, plan, ANSWERS) as load:
            pass
        server.flood = load.result
        yield server


def test_all_are_denied(flooded):
    counts = flooded.flood.counts
    assert counts["wrong"] + counts["torn"] + counts["silent"] + counts["unclear"] == 0, flooded.flood.examples
    assert counts["answers"] >= ANSWERS and min(sum(given) for given in flooded.flood.given.values()) > 500


def test_all_are_counted(flooded):
    counted = denied(flooded) - flooded.before
    assert 0 <= counted - flooded.flood.counts["answers"] <= flooded.flood.counts["lost"] * 8


@pytest.mark.parametrize("form", ["", "format=json", "format=prometheus", "suggest=1"])
def test_what_is_shown_is_quick_and_bounded(flooded, form):
    start = time.monotonic()
    body = page(flooded, form)
    assert time.monotonic() - start < 2
    assert len(body) < BODY_MAX


def test_strangers_add_no_markup_to_the_page(flooded):
    """Elements and their attributes are those of a page that shows one plain denial of each kind."""
    body = page(flooded, "")
    assert shapes(body) == flooded.shapes
    text = bs4.BeautifulSoup(body, "html5lib").get_text()
    assert all(origin in text for origin in FREQUENT) and "<b>" in text


def test_json_and_prometheus_keep_their_form(flooded):
    parsed = json.loads(page(flooded, "format=json"))
    assert len(parsed["denied"]) <= 512
    lines = page(flooded, "format=prometheus").splitlines()
    assert lines and all(line.startswith(("#", "cors_")) for line in lines if line)
    assert set(parsed["requests"]["actual"]["denied"]) == set(REASONS)
