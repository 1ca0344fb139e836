# SPDX-License-Identifier: Apache-2.0
"""Fixtures: a server for each file, more where a case starts its own, and the error log watched in every case."""

import contextlib

import pytest
from harness import Httpd
from harness.httpd import RUNNING
from harness.postgres import Postgres


@pytest.fixture(scope="module")
def server(request):
    """The httpd that serves this file's `site`, shared by all its cases."""
    with Httpd(request.module.site) as running:
        yield running


@pytest.fixture
def start():
    """Start an httpd for this case alone: server = start(site)."""
    with contextlib.ExitStack() as stack:
        yield lambda site: stack.enter_context(Httpd(site))


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server for all the cases of this process that want one."""
    with Postgres() as running:
        yield running


@pytest.fixture(autouse=True)
def quiet_error_log(request):
    """Fail a case that causes a warning or an error it did not declare with server.log.expect(...)."""
    if "server" in request.fixturenames:
        request.getfixturevalue("server")
    for running in RUNNING:
        running.log.mark()
    yield
    for running in RUNNING:
        running.log.check()
