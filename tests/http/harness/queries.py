# SPDX-License-Identifier: Apache-2.0
"""Policies that ask a database: their lines, their places, and what the log says of them."""

import re

from .answer import NOT_SHARED, shared
from .reload import until

LISTED = "https://listed.example"
EVERY_SECOND = "CorsReloadInterval 1"
ALL = 'CorsOriginsQuery "SELECT pattern FROM origins"'
LOADED, FAILED, MENDED, LEFT_OUT = "CORS0301", "CORS0302", "CORS0303", "CORS0304"
# mod_dbd says for itself, and at each look, that a database does not answer
OF_MOD_DBD = r"^\[dbd:\w+\]"


def postgresql(params, *lines):
    """The lines that lead to a PostgreSQL database; a connection for each look, so that no child opens one to start."""
    return "\n".join(("DBDriver pgsql", f'DBDParams "{params}"', *(lines or ("DBDPersist Off",)), EVERY_SECOND))


def line_of(site, path):
    """The line of site.conf on which the query of a location stands."""
    lines = site.text.splitlines()
    start = lines.index(f"<Location {path}>")
    return next(number for number in range(start, len(lines)) if "CorsOriginsQuery" in lines[number]) + 1


def said(server, number, line=r"\d+", text=None):
    """The lines with this number about the query on this line of site.conf, in a log as it is, or this server's."""
    pattern = re.compile(rf"{number}: .*conf/site\.conf:{line}(?!\d)")
    log = server.root.read("logs/error") if text is None else text
    return [each for each in log.splitlines() if pattern.search(each)]


def allowed(server, path, origins, **differences):
    """Which of these origins the policy shares its responses with; the others get what a stranger gets."""
    found = {origin: server.get(path, origin).cors for origin in origins}
    for origin, headers in found.items():
        assert headers in (NOT_SHARED, shared(origin, **differences)), headers
    return [origin for origin in origins if found[origin] != NOT_SHARED]


def becomes(server, path, origins, *expected, seconds=20.0):
    """Wait until these of the origins are allowed, and no others."""
    last = []

    def is_so():
        last[:] = allowed(server, path, origins)
        return last == list(expected)

    until(is_so, lambda: f"{expected} allowed; {last} are, and the log says {server.log.lines()[-9:]}", seconds)
