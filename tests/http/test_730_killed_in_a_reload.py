# SPDX-License-Identifier: Apache-2.0
"""A child that is killed in the middle of a reload: the old list stays in force until another has done the work."""

import os

import pytest
from harness import Site, rows
from harness.answer import NOT_SHARED, shared
from harness.faults import Faults
from harness.reload import BOTH, LISTS, NEW, NEW_LIST, OLD, OLD_LIST, Reloading, everywhere, replace, until

DEATHS = 4
MANY = "".join(f"https://o{number}.example\n" for number in range(2000))  # of several writes


@pytest.fixture
def killed():
    """A server of three children, a list, and the faults."""
    site = Site("CorsReloadInterval 1\nStartServers 3\nLogLevel cors:notice")
    site.file(f"{LISTS}/list", MANY + OLD_LIST)
    site.path = site.location(f"CorsOriginsFile {LISTS}/list")
    faults = Faults(site)
    with Reloading(site) as server:
        until(lambda: len(server.children()) >= 3, "all children are there")
        yield server, faults


def in_force(server, *allowed):
    """Are these the origins that are allowed, of the three?"""
    found = [server.get(server.site.path, origin).cors for origin in (BOTH, OLD, NEW)]
    return found == [shared(origin) if origin in allowed else NOT_SHARED for origin in (BOTH, OLD, NEW)]


@rows(
    "fault",
    [
        ("while it writes the list for all others", "killed-while-writing"),
        ("when it has written it, and before it says so in the log", "killed-when-written"),
        ("while it reads what another has written", "killed-while-reading"),
    ],
)
def test_a_child_is_killed(killed, fault):
    server, faults = killed
    path = server.root.path / LISTS / "list"
    before = server.children()
    faults.order(fault)
    replace(path, MANY + NEW_LIST)
    faults.has_happened(fault)
    until(lambda: before - server.children(), "a child is gone")
    everywhere(lambda: in_force(server, BOTH, NEW), "all have the new list")
    until(lambda: len(server.children()) >= 2, "others take its place")
    replace(path, MANY + OLD_LIST)
    everywhere(lambda: in_force(server, BOTH, OLD), "and the next one")


def test_one_child_after_the_other_is_killed_while_it_writes(killed):
    """Whoever tries dies: the old list stays in force, whoever is asked."""
    server, faults = killed
    path = server.root.path / LISTS / "list"
    faults.order("killed-while-writing", DEATHS)
    replace(path, MANY + NEW_LIST)
    for left in reversed(range(1, DEATHS)):
        faults.has_happened("killed-while-writing", left)
        assert in_force(server, BOTH, OLD)
    faults.has_happened("killed-while-writing")
    everywhere(lambda: in_force(server, BOTH, NEW), "all have the new list")


def test_all_children_are_killed_at_once(killed):
    """Those born after them have the new list before they serve."""
    server, faults = killed
    replace(server.root.path / LISTS / "list", MANY + NEW_LIST)
    everywhere(lambda: in_force(server, BOTH, NEW), "all have the new list")
    os.unlink(server.root.path / LISTS / "list")
    server.log.allow("CORS0302")
    server.kill(server.children())
    until(server.children, "there are children")
    assert all(in_force(server, BOTH, NEW) for _ in range(20))
