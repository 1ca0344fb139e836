# SPDX-License-Identifier: Apache-2.0
"""No more files can be opened: whoever is connected gets the right headers, the last good list stays, and when files can
be opened again all is as before."""

import contextlib
import os

import pytest
from harness import Site, policy
from harness.answer import NOT_SHARED, answered, shared
from harness.client import Connection, origin_headers, preflight_headers
from harness.limits import Limited
from harness.reload import BOTH, LISTS, NEW, NEW_LIST, OLD, OLD_LIST, everywhere, replace, until
from harness.site import EVIL, GOOD

FILES = 64
OF_HTTPD = r"^\[(core|mpm_event|http):\w+\].*[Tt]oo many open files"


@pytest.fixture(scope="module")
def exhausted():
    """A server of one child, and connections to it, until the child cannot open any more."""
    site = Site(
        """
        CorsReloadInterval 1
        LogLevel cors:notice
        KeepAliveTimeout 60
        MaxKeepAliveRequests 0
        StartServers 1
        ServerLimit 1
        ThreadsPerChild 25
        MaxRequestWorkers 25
        AsyncRequestWorkerFactor 20
        """
    )
    site.file(f"{LISTS}/list", OLD_LIST)
    site.path = site.location(policy())
    site.listed = site.location(f"CorsOriginsFile {LISTS}/list")
    with Limited(site, f"ulimit -n {FILES}") as server, contextlib.ExitStack() as stack:
        connections = []
        (child,) = server.children()
        for _ in range(FILES):
            connection = Connection(server.port, seconds=5)
            stack.callback(connection.close)
            connection.send("GET", site.path, origin_headers(GOOD))
            connections.append(connection)
            if is_full(child):
                break
        assert is_full(child), f"{open_files(child)} files"
        yield server, connections
        server.log.allowed.append(OF_HTTPD)


def open_files(process):
    """How many files a process has open."""
    return len(os.listdir(f"/proc/{process}/fd"))


def is_full(child):
    """May it not open any more, given a moment to accept the last connection?"""
    with contextlib.suppress(AssertionError):
        until(lambda: open_files(child) >= FILES, "", 0.1)
    return open_files(child) >= FILES


def test_those_who_are_connected_get_the_right_headers(exhausted):
    """A file cannot be opened, which httpd says with a status of its own; a preflight needs none."""
    server, connections = exhausted
    server.log.allow(r".")
    path = server.site.path
    for connection in connections[:10]:
        first = connection.receive()
        assert (first.status in (200, 403, 500), first.cors) == (True, shared(GOOD))
        for origin, expected in ((GOOD, shared(GOOD)), (EVIL, NOT_SHARED)):
            assert connection.request("GET", path, origin_headers(origin)).cors == expected
        allowed = connection.request("OPTIONS", path, preflight_headers(GOOD))
        assert (allowed.status, allowed.cors) == (204, answered(GOOD))
        assert connection.request("OPTIONS", path, preflight_headers(EVIL)).status == 403
