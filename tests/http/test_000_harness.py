# SPDX-License-Identifier: Apache-2.0
"""The harness itself, on an httpd without the module: a guard that cannot fail guards nothing."""

import os
import re
import signal
import time

import pytest
from harness import Httpd, Site, configtest, rows
from harness.answer import cors
from harness.httpd import is_zombie

site = Site(with_module=False)
ADD = "Header always add Access-Control-Allow-Origin"
PAGE = site.location(f"{ADD} one\n{ADD} two")
FORBIDDEN = site.location("Require all denied")


def test_repeated_headers_are_seen_as_repeated(server):
    assert server.get(PAGE).cors == {"Access-Control-Allow-Origin": ["one", "two"]}


@rows(
    "headers, seen",
    [
        ("names of any case", [("access-control-MAX-age", "1")], {"Access-Control-Max-Age": "1"}),
        ("a list in any order", [("Vary", "b, a")], {"Vary": "a, b"}),
        ("a list on two lines", [("Vary", "b"), ("Vary", "a")], {"Vary": "a, b"}),
        ("a name twice in a list", [("Vary", "a, a")], {"Vary": "a, a"}),
        ("nothing else", [("Content-Type", "text/plain")], {}),
    ],
)
def test_the_set_of_cors_headers(headers, seen):
    assert cors(headers) == seen


def test_a_loud_line_fails_the_case_that_caused_it(server):
    server.get(FORBIDDEN)
    with pytest.raises(AssertionError, match="did not declare"):
        server.log.check()
    server.log.expect(r"\[authz_core:error\] AH01630")


def test_a_declared_line_that_never_comes_fails_the_case(server):
    server.log.expect("never written")
    with pytest.raises(AssertionError, match="has no line like"):
        server.log.check()
    server.log.mark()


def test_a_site_that_cannot_start_is_a_failure():
    with pytest.raises(AssertionError, match="NoSuchDirective"):
        with Httpd(Site("NoSuchDirective On", with_module=False)):
            pass


def test_a_child_that_crashes_is_a_failure():
    with pytest.raises(AssertionError, match="crashed"):
        with Httpd(Site(with_module=False)) as server:
            for child in server.children():
                os.kill(child, signal.SIGTRAP)  # which no sanitizer takes for a finding
                while os.path.exists(f"/proc/{child}") and not is_zombie(child):
                    time.sleep(0.01)


def test_configtest_tells_the_exit_code():
    assert configtest(Site("Header set X-A b", with_module=False)).code == 0
    refused = configtest(Site("Header set X-A b\nNoSuchDirective On", with_module=False))
    assert refused.code != 0 and re.search(r"line 2 of conf/site\.conf", refused.output)
