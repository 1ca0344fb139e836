# SPDX-License-Identifier: Apache-2.0
"""A browser for the session, a demo for each environment, an httpd for each file whose scripts run on pages of it."""

import contextlib
import pathlib
import sys

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

# The site builder, the httpd and the watch over its error log are those of the HTTP tests.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

from demo import Demo
from stage import Visitor, serve

# The last three keep a browser at home that would otherwise look for updates and accounts at every start. Before them:
# every host name is this machine; what a sandboxed frame has to say is in its page's console.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--host-resolver-rules=MAP * 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]",
         "--disable-features=IsolateSandboxedIframes",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.accept_insecure_certs = True
    options.add_experimental_option("prefs", {"profile.cookie_controls_mode": 0})   # cookies of other sites, too
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    yield driver
    driver.quit()


@pytest.fixture
def start():
    """start(environment): a demo that is ended after the test, and must have had nothing to complain about."""
    demos = []
    with contextlib.ExitStack() as stack:
        def _start(environment=None):
            for _ in range(3):      # somebody else may take a free port first
                demo = Demo(environment)
                stack.callback(demo.end)
                if demo.serves():
                    demos.append(demo)
                    return demo
            raise AssertionError(f"the demo did not start:\n{demo.output}")
        yield _start
    for demo in demos:
        assert demo.faults() == []


@pytest.fixture(scope="module")
def server(request):
    """The httpd that serves this file's `site`, shared by all its cases."""
    with serve(request.module.site) as running:
        yield running


@pytest.fixture
def visitor(browser, server):
    """The browser on that httpd's pages, without cookies; what the case did must not trouble the error log."""
    server.log.mark()
    visitor = Visitor(browser, server)
    visitor.forget()
    yield visitor
    server.log.check()
