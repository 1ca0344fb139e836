# SPDX-License-Identifier: Apache-2.0
"""There is no memory for what processes share of lists: httpd does not start; one that runs and is restarted goes on,
with the lists as they were, and says so."""

import pytest
from harness import Site, sqlite
from harness.answer import NOT_SHARED, shared
from harness.faults import Faults
from harness.queries import LISTED
from harness.reload import BOTH, LISTS, NEW, NEW_LIST, OLD, OLD_LIST, Reloading, everywhere, replace, until, write
from harness.status import HANDLER, status

NOT_KEPT = "CORS0306"


@pytest.fixture
def listing():
    """A site with a list in a file and one in a database, and the faults."""
    site = Site(f"{HANDLER}\nCorsReloadInterval 1\nLogLevel cors:notice", ["dbd"])
    site.add('DBDriver sqlite3\nDBDParams "${ROOT}/database/origins"\nDBDPersist Off')
    site.file(f"{LISTS}/list", OLD_LIST)
    site.path = site.location(f"CorsOriginsFile {LISTS}/list")
    site.asked = site.location('CorsOriginsQuery "SELECT pattern FROM origins"')
    return site, Faults(site)


def layout(root):
    """The database."""
    (root / "database").mkdir()
    write(root / "database/origins", sqlite.content([LISTED]))


def in_force(server, *allowed):
    """Are these the origins that are allowed, of the three?"""
    found = [server.get(server.site.path, origin).cors for origin in (BOTH, OLD, NEW)]
    return found == [shared(origin) if origin in allowed else NOT_SHARED for origin in (BOTH, OLD, NEW)]


def database_is(server, verdict):
    """What the one of the database gets."""
    return server.get(server.site.asked, LISTED).cors == verdict


def test_httpd_does_not_start(listing):
    site, faults = listing
    faults.begin("no-lists")
    with pytest.raises(AssertionError, match=f"httpd did not start:[^$]*{NOT_KEPT}"), Reloading(site, layout):
        pass


def test_it_goes_on_when_it_is_restarted(listing):
    site, faults = listing
    with Reloading(site, layout) as server:
        until(lambda: database_is(server, shared(LISTED)), "the database has answered")
        faults.begin("no-lists")
        server.log.expect(f"{NOT_KEPT}: .*until the next restart")
        server.restart()
        replace(server.root.path / LISTS / "list", NEW_LIST)
        assert all(in_force(server, BOTH, OLD) for _ in range(20))
        assert database_is(server, shared(LISTED))
        assert status(server)["requests"]["actual"]["allowed"] > 20
        assert len(server.log.find(NOT_KEPT)) == 1

        server.restart()    # it reads the file, as each restart does; the answer was not kept again
        assert all(in_force(server, BOTH, NEW) for _ in range(20))
        assert database_is(server, NOT_SHARED)

        faults.end("no-lists")
        server.restart()
        until(lambda: database_is(server, shared(LISTED)), "the database has answered")
        replace(server.root.path / LISTS / "list", OLD_LIST)
        everywhere(lambda: in_force(server, BOTH, OLD), "the list changes again")
