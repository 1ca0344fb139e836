# SPDX-License-Identifier: Apache-2.0
"""Every failing scenario of the browser suites is one that test_console_*.py asks about, mends and tries again."""

import collections
import importlib
import inspect
import pathlib
import re

import calls
import test_console_demo
import test_console_silent
import test_demo
import test_websocket
from harness import rows
from verdict import DENIED, HIDDEN

HERE = pathlib.Path(__file__).parent
SUITES = sorted(path.stem for path in HERE.glob("test_*.py") if not path.stem.startswith("test_console"))
# Failures that are no outcome of a script, by the words that tests have for them, and who tries these.
REFUSED = re.compile(r'"OPTIONS 403"|REFUSED|BLOCKED')
ELSEWHERE = {
    "test_demo": "test_console_demo", "test_websocket": "test_console_silent",
    "test_resources": "test_console_silent", "test_preflight_cache": "test_console_suites",
    "test_reject": "test_console_suites",
}
WITHOUT_ROWS = {     # by their source, which has no rows to count
    "test_preflight_cache": {"test_a_stranger_asks_and_is_refused_each_time": 1},
    "test_rules_by_origin": {"test_a_neighbour_of_the_same_site_is_a_stranger": 1},
    "test_tls": {"test_an_error_is_read_through": 1},
}


def failures_in(value):
    """How many of the outcomes in a row are failures."""
    if isinstance(value, str):
        return value in (HIDDEN, DENIED)
    if isinstance(value, dict):
        value = value.values()
    return sum(map(failures_in, value)) if isinstance(value, (list, tuple, type({}.values()))) else 0


def failing_rows(module):
    """{(test, row): failures} of all that the module's tests have in their tables."""
    found = collections.Counter()
    for name, test in inspect.getmembers(module, inspect.isfunction):
        if not name.startswith("test_") or test.__module__ != module.__name__:
            continue
        for mark in getattr(test, "pytestmark", []):
            if mark.name == "parametrize" and mark.kwargs.get("ids"):
                for row, values in zip(mark.kwargs["ids"], mark.args[1]):
                    found[name, row] += failures_in(values)
    return +found


def played(name):
    """The same of the scenarios that are mended."""
    return collections.Counter((one.test, one.row) for one in calls.SUITES.get(name, []))


def by_hosts(found):
    """The patterns' table says whether a host is let in; two scripts each are tried."""
    module = importlib.import_module("test_patterns")
    return found | {("test_hosts", name): 2 for name, _, _, allowed in module.HOSTS if not allowed}


@rows("suite", [(name, name) for name in SUITES])
def test_all_are_tried(suite):
    module = importlib.import_module(suite)
    name = suite.removeprefix("test_")
    expected = failing_rows(module)
    expected += collections.Counter({(test, ""): n for test, n in WITHOUT_ROWS.get(suite, {}).items()})
    for row in getattr(module, "NEEDING_A_SECTION", ()):
        del expected["test_the_same_script", row]
    if suite == "test_patterns":
        expected = by_hosts(expected)
    if suite == "test_preflight_cache":
        expected += collections.Counter(("test_preflights", row[0]) for row in module.PREFLIGHTS
                                        if module.REFUSED in row[-1])
    assert played(name) == expected
    source = (HERE / f"{suite}.py").read_text(encoding="utf-8")
    assert expected or suite in ELSEWHERE or not re.search(r"\b(HIDDEN|DENIED)\b", source), "a failure out of reach"
    assert not REFUSED.search(source) or suite in ELSEWHERE


def test_tests_without_rows_fail_as_often_as_is_said():
    for suite in SUITES:
        module = importlib.import_module(suite)
        found = {}
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and not any(mark.name == "parametrize" for mark in
                                                    getattr(test, "pytestmark", [])):
                if re.search(r"\b(HIDDEN|DENIED)\b", inspect.getsource(test)):
                    found[name] = 1
        assert found == WITHOUT_ROWS.get(suite, {}), suite


def test_sockets_and_beacons_and_checks_are_tried():
    refused = sum(outcome == test_websocket.REFUSED for _, _, *outcomes in test_websocket.SOCKETS for outcome in outcomes)
    assert len(test_console_silent.SOCKETS) == 2 * refused > 0
    assert [name for name, *_ in test_console_silent.BEACONS] == [
        "JSON / stranger.localhost", "JSON where cookies may not come along / app.shop.localhost",
        "JSON where cookies may not come along / stranger.localhost",
    ]
    assert set(test_console_demo.CHECKS) == set(test_demo.ON_THE_LIST)
