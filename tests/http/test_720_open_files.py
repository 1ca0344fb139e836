# SPDX-License-Identifier: Apache-2.0
"""No more files can be opened: whoever is connected gets the right headers, the last good list stays, and when files
can be opened again all is as before."""

import contextlib
import os

import pytest
from harness import Site, policy
from harness.answer import NOT_SHARED, answered, shared
from harness.client import Connection, origin_headers, preflight_headers
from harness.limits import Limited
from harness.reload import LISTS, NEW, NEW_LIST, OLD, OLD_LIST, everywhere, replace, until
from harness.site import EVIL, GOOD

FILES = 64
# A file that cannot be opened is "denied" for httpd, whatever the reason
OF_HTTPD = ["AH00132: file permissions deny server access", "AH10159: server is within MinSpareThreads"]


@pytest.fixture
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


def open_files(process):
    """How many files a process has open."""
    return len(os.listdir(f"/proc/{process}/fd"))


def is_full(child):
    """May it not open any more, given a moment to accept the last connection?"""
    with contextlib.suppress(AssertionError):
        until(lambda: open_files(child) >= FILES, "", 0.1)
    return open_files(child) >= FILES


def ask(connection, path, origin):
    """The status and the headers of an answer on a connection that is open."""
    response = connection.request("GET", path, origin_headers(origin))
    return response.status, response.cors


def test_no_file_can_be_opened_for_a_while(exhausted):
    server, connections = exhausted
    for pattern in OF_HTTPD:
        server.log.allow(pattern)
    path, listed = server.site.path, server.site.listed

    for connection in connections[:10]:  # the page cannot be read; a preflight reads none
        assert connection.receive().cors == shared(GOOD)
        assert ask(connection, path, GOOD) == (403, shared(GOOD))
        assert ask(connection, path, EVIL) == (403, NOT_SHARED)
        allowed = connection.request("OPTIONS", path, preflight_headers(GOOD))
        assert (allowed.status, allowed.cors) == (204, answered(GOOD))
        assert connection.request("OPTIONS", path, preflight_headers(EVIL)).status == 403

    server.log.expect(r"CORS0302: .*list.*Too many open files")
    replace(server.root.path / LISTS / "list", NEW_LIST)
    until(lambda: server.log.find("CORS0302"), "the list cannot be read")
    assert ask(connections[0], listed, OLD) == (403, shared(OLD))
    assert ask(connections[0], listed, NEW) == (403, NOT_SHARED)

    for connection in connections:
        connection.close()
    everywhere(lambda: server.get(listed, NEW).cors == shared(NEW), "the new list is in force")
    assert server.get(listed, OLD).cors == NOT_SHARED and server.get(path, GOOD).status == 200
    assert [len(server.log.find(number)) for number in ("CORS0302", "CORS0303")] == [1, 1]
