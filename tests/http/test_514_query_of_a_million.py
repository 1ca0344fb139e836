# SPDX-License-Identifier: Apache-2.0
"""A million rows: every kind of pattern is found, a change is loaded, and memory is that of one list again."""

import os

import pytest
from harness import Site, sqlite
from harness.queries import ALL, allowed
from harness.reload import Reloading, everywhere, until

ROWS = 1_000_000
MANY = f"""
{sqlite.TABLE};
WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {ROWS})
INSERT INTO origins (pattern) SELECT CASE i % 3
    WHEN 0 THEN printf('https://o%06d.example', i)
    WHEN 1 THEN printf('https://*.o%06d.example', i)
    ELSE printf('https://o%06d.example:*', i) END FROM n
"""
TEXT = ROWS * len("https://o000000.example") + ROWS // 3 * 4  # bytes, of patterns
FOUND = ["https://o000000.example", "https://www.o499999.example", "https://o999998.example:8443"]
MISSED = ["https://o000001.example", "https://www.o499998.example", "https://o1000000.example"]
ADDED = "https://added.example"
BARE = 16 << 20  # at most, of a process without a list

site = Site(
    f"""
    DBDriver sqlite3
    DBDParams "${{ROOT}}/database/origins"
    DBDPersist Off
    CorsReloadInterval 2
    StartServers 2
    ServerLimit 2
    ThreadsPerChild 8
    MaxRequestWorkers 16
    """,
    modules=["dbd"],
)
PATH = site.location(ALL)
site.file(sqlite.FILE, sqlite.content([], MANY))


def resident(child):
    """In bytes."""
    with open(f"/proc/{child}/smaps_rollup", encoding="ascii") as rollup:
        return 1024 * next(int(line.split()[1]) for line in rollup if line.startswith("Rss:"))


def has_one_list(server):
    """Between two looks each process has its list, and nothing else."""
    for child in server.children():
        until(lambda child=child: resident(child) < BARE + TEXT + 100 * ROWS, lambda child=child: resident(child), 60)


@pytest.mark.skipif("CORS_TEST_PRELOAD" in os.environ, reason="a sanitizer takes memory of its own")
def test_a_million_rows():
    with Reloading(site) as server:
        until(lambda: server.reports("SELECT"), "it is loaded", 60)
        everywhere(lambda: allowed(server, PATH, FOUND[:1]), "all processes have it", 60)
        assert allowed(server, PATH, [*FOUND, *MISSED]) == FOUND
        has_one_list(server)
        sqlite.execute(server.root.path / sqlite.FILE, rows=[ADDED])
        everywhere(lambda: allowed(server, PATH, [ADDED]), "all processes have the change", 60)
        assert allowed(server, PATH, [*FOUND, *MISSED]) == FOUND
        has_one_list(server)
