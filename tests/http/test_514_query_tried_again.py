# SPDX-License-Identifier: Apache-2.0
"""A query that fails in the middle of its answer is asked again at once; nothing of the first answer is in the second."""

from harness import Site, sqlite
from harness.faults import Faults
from harness.queries import ALL, EVERY_SECOND, LISTED, becomes
from harness.reload import Reloading, replace, write
from harness.site import GOOD, OTHER

CONTENTS = [[GOOD, OTHER], [LISTED], [OTHER, GOOD, LISTED], [GOOD]]


def layout(root):
    """The database."""
    (root / "database").mkdir()
    write(root / "database/origins", sqlite.content([LISTED]))


def test_a_row_cannot_be_had_the_first_time():
    site = Site(f"{EVERY_SECOND}\n{sqlite.LINES}\nDBDPersist Off\nLogLevel cors:notice", ["dbd"])
    path = site.location(ALL)
    faults = Faults(site)
    with Reloading(site, layout) as server:
        becomes(server, path, [LISTED, GOOD, OTHER], LISTED)
        for rows in CONTENTS:
            faults.order("no-row")
            replace(server.root.path / "database/origins", sqlite.content(rows))
            faults.has_happened("no-row")
            becomes(server, path, sorted([LISTED, GOOD, OTHER]), *sorted(rows))
        assert not server.log.find("CORS0302|exit signal", 0)
