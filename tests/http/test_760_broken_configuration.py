# SPDX-License-Identifier: Apache-2.0
"""A broken configuration under `apachectl graceful`: its test refuses it, and the old one keeps serving."""

import pathlib
import signal

import pytest
from harness import Site, policy, rows
from harness.answer import NOT_SHARED, shared
from harness.reload import Reloading, everywhere, until, write
from harness.site import GOOD, OTHER
from harness.storms import graceful

FAULTS = [
    ("a pattern that no browser sends", "CorsAllowOrigin https://good.example/", "CORS0101"),
    ("a policy that is not safe", "CorsAllowOrigin *\nCorsAllowCredentials On", "CORS0601"),
    ("a list that is not there", "CorsOriginsFile conf/none", "CORS0201"),
    ("a list with a bad line", "CorsOriginsFile conf/bad", "CORS0202"),
    ("a directive nobody knows", "CorsAllowOrigins *", "Invalid command 'CorsAllowOrigins'"),
    ("a section without an end", "<Location /x>", "not closed"),
]


@pytest.fixture(scope="module")
def server():
    """A server whose configuration the cases break; each leaves it as it was."""
    site = Site()
    site.path = site.location(policy())
    site.file("conf/bad", "https://good.example\nnonsense\n")
    with Reloading(site) as running:
        running.sound = site.text
        yield running


def break_it(server, fault):
    """Write a configuration that allows another origin, with a fault."""
    write(server.root.path / "conf/site.conf", server.sound.replace(GOOD, OTHER) + fault + "\n")


def serves_as_before(server, children):
    """The old policy, in the same processes."""
    assert [server.get(server.site.path, origin).cors for origin in (GOOD, OTHER)] == [shared(GOOD), NOT_SHARED]
    assert server.process.poll() is None and children <= server.children()


@rows("fault, said", FAULTS)
def test_refused_by_the_test(server, fault, said):
    children = server.children()
    break_it(server, fault)
    try:
        assert graceful(server) != 0
        assert said in server.root.run("-t").stderr.decode() + server.root.run("-t").stdout.decode()
        serves_as_before(server, children)
    finally:
        write(server.root.path / "conf/site.conf", server.sound)


@rows("fault, said", FAULTS)
def test_refused_by_httpd_itself_when_it_is_asked_to_restart(server, fault, said):
    """httpd -k graceful reads the configuration before it sends the signal."""
    children = server.children()
    break_it(server, fault)
    try:
        run = server.root.run("-k", "graceful")
        assert run.returncode != 0 and said in (run.stderr + run.stdout).decode()
        serves_as_before(server, children)
    finally:
        write(server.root.path / "conf/site.conf", server.sound)


def test_mended_it_is_taken(server):
    break_it(server, "CorsAllowOrigin https://good.example/")
    assert graceful(server) != 0
    break_it(server, "")
    assert graceful(server) == 0
    everywhere(lambda: server.get(server.site.path, OTHER).cors == shared(OTHER), "the new policy is in force")
    assert server.get(server.site.path, GOOD).cors == NOT_SHARED
    write(server.root.path / "conf/site.conf", server.sound)
    server.restart()


@rows("number", [("SIGUSR1", signal.SIGUSR1), ("SIGHUP", signal.SIGHUP)])
def test_a_bare_signal_is_at_httpds_own_risk(number):
    """httpd ends: it has no old configuration any more when it reads the new one. The log says why."""
    site = Site()
    site.path = site.location(policy())
    with Reloading(site) as server:
        server.sound = site.text
        break_it(server, "CorsAllowOrigin https://good.example/")
        children = server.children()
        server.process.send_signal(number)
        until(lambda: server.process.poll() is not None, "it has ended")
        until(lambda: not any(pathlib.Path("/proc", str(child)).exists() for child in children), "and its children")
        server.log.expect("CORS0101")
        assert server.log.find("CORS0101")
