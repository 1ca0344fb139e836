# SPDX-License-Identifier: Apache-2.0
"""Databases with a bad day, each in its own way, and virtual hosts that ask them."""

import contextlib

from . import sqlite
from .answer import shared
from .queries import FAILED, LISTED, MENDED, said
from .relay import Relay
from .reload import replace
from .site import EVIL, GOOD, OTHER

FOUR = [LISTED, GOOD, OTHER, EVIL]


class Database:
    """A case of PostgreSQL with a relay before it; LISTED is there at first, GOOD in its place after the bad day."""

    driver = "pgsql"
    columns = "pattern"

    def __init__(self, postgres, stack, _path=None):
        self.postgres = postgres
        self.name = postgres.case(LISTED)
        self.relay = stack.enter_context(Relay(postgres.port))
        self.params = postgres.params(self.name, self.relay.port)
        self.stack = contextlib.ExitStack()
        stack.callback(self.stack.close)

    def sql(self, text):
        """Statements of the owner."""
        self.postgres.sql(text, self.name)

    def change(self):
        """What the next good answer is to be."""
        self.sql(f"UPDATE origins SET pattern = '{GOOD}' WHERE pattern = '{LISTED}'")


class Refused(Database):
    def spoil(self):
        self.relay.close()

    def mend(self):
        self.relay.open()


class Cut(Database):
    def spoil(self):
        self.relay.cut_answers_to = b"SELECT pattern"

    def mend(self):
        self.relay.cut_answers_to = None


class Missing(Database):
    def spoil(self):
        self.sql("ALTER TABLE origins RENAME TO mislaid")

    def mend(self):
        self.sql("ALTER TABLE mislaid RENAME TO origins")


class Denied(Database):
    def spoil(self):
        self.sql(f"REVOKE SELECT ON origins FROM {self.name}")

    def mend(self):
        self.sql(f"GRANT SELECT ON origins TO {self.name}")


class ShutOut(Database):
    def spoil(self):
        self.sql(f"ALTER ROLE {self.name} NOLOGIN")

    def mend(self):
        self.sql(f"ALTER ROLE {self.name} LOGIN")


class Locked(Database):
    def spoil(self):
        self.sql(f"ALTER ROLE {self.name} SET statement_timeout = 200")
        self.stack.enter_context(self.postgres.transaction("LOCK TABLE origins", self.name))

    def mend(self):
        self.stack.close()


class Halfway(Database):
    columns = "pattern, 1 / (length(pattern) - 3)"

    def spoil(self):
        self.sql(f"INSERT INTO origins (pattern) VALUES ('{OTHER}'), ('abc'), ('{EVIL}')")

    def mend(self):
        self.sql(f"DELETE FROM origins WHERE pattern IN ('{OTHER}', 'abc', '{EVIL}')")


class File:
    """An SQLite file of the same content. It is replaced, not written: a look at the wrong moment finds it locked."""

    driver = "sqlite3"
    columns = "pattern"

    def __init__(self, _postgres, _stack, path):
        self.path = path
        self.params = str(path)
        path.parent.mkdir(exist_ok=True)
        replace(path, sqlite.content([LISTED]))

    def mend(self):
        replace(self.path, sqlite.content([LISTED]))

    def change(self):
        replace(self.path, sqlite.content([GOOD]))


class NoTable(File):
    def spoil(self):
        replace(self.path, sqlite.content([], sqlite.TABLE.replace("origins", "mislaid")))


class Unreadable(File):
    def spoil(self):
        self.path.chmod(0)


class Nonsense(File):
    def spoil(self):
        replace(self.path, b"This is no database, and has never been one.\n" * 99)


class InTheMiddle(File):
    columns = "pattern, abs(CASE pattern WHEN 'abc' THEN -9223372036854775808 ELSE 1 END)"

    def spoil(self):
        replace(self.path, sqlite.content([OTHER, "abc", EVIL]))


class Vhost:
    """A virtual host that asks a database of its own."""

    def __init__(self, name, database, columns=None):
        self.name, self.database, self.records = name, database, []
        self.text = f"""
            <VirtualHost 127.0.0.1:${{PORT}}>
                ServerName {name}
                DBDriver {database.driver}
                DBDParams "{database.params}"
                DBDPersist Off
                CorsOriginsQuery "SELECT {columns or database.columns} FROM origins"
            </VirtualHost>"""

    def allowed(self, server):
        """Which of the four it allows."""
        return [each for each in FOUR if server.get("/page", each, ("Host", self.name)).cors == shared(each)]

    def record(self, server):
        """Note who is allowed, and what has been said of it."""
        text = server.root.read("logs/error")
        lines = [said(server, number, line_of_host(server.site, self.name), text) for number in (FAILED, MENDED)]
        self.records.append((self.allowed(server), *lines))


def line_of_host(site, name):
    """Where the query of a virtual host stands."""
    lines = [line.strip() for line in site.text.splitlines()]
    start = lines.index(f"ServerName {name}")
    return next(number for number in range(start, len(lines)) if "CorsOriginsQuery" in lines[number]) + 1
