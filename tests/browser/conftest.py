# SPDX-License-Identifier: Apache-2.0
"""A browser for the session, and a demo for each environment."""

import contextlib

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from demo import Demo

# The last four keep a browser at home that would otherwise look for updates and accounts at every start.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
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
