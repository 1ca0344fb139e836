# SPDX-License-Identifier: Apache-2.0
"""SQLite files of origins: made before httpd starts, changed while it runs."""

import contextlib
import pathlib
import sqlite3
import tempfile

FILE = "database/origins"
LINES = 'DBDriver sqlite3\nDBDParams "${ROOT}/database/origins"'
TABLE = "CREATE TABLE origins (list NOT NULL DEFAULT '', pattern)"


def content(rows, script=TABLE):
    """The bytes of a file with these rows, (list, pattern) or a pattern alone."""
    with tempfile.TemporaryDirectory(prefix="cors-sqlite-") as directory:
        path = pathlib.Path(directory, "file")
        with _connected(path) as connection:
            connection.executescript(script)
            _insert(connection, rows)
        return path.read_bytes()


def execute(path, *statements, rows=()):
    """Change a file in one transaction: these statements, then these rows more."""
    with _connected(path) as connection:
        for statement in statements:
            connection.execute(statement)
        _insert(connection, rows)


@contextlib.contextmanager
def locked(path):
    """Keep everybody else from reading a file."""
    with _connected(path) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


@contextlib.contextmanager
def _connected(path):
    with contextlib.closing(sqlite3.connect(path, timeout=20)) as connection, connection:
        yield connection


def _insert(connection, rows):
    pairs = [row if isinstance(row, tuple) else ("", row) for row in rows]
    if pairs:
        connection.executemany("INSERT INTO origins (list, pattern) VALUES (?, ?)", pairs)
