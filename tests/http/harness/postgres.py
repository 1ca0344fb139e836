# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of our own: new data in a temporary directory, loopback only, ended by its process id."""

import contextlib
import itertools
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import tempfile

from .httpd import free_ports
from .reload import until

ACCESS = """\
host all postgres 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
"""
SETTINGS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "autovacuum": "off", "jit": "off",
    "shared_buffers": "16MB", "max_connections": "40", "log_statement": "all", "log_line_prefix": "%p %u ",
}
# For each case an account, and a schema of its name, which is where an account looks first
SCHEMA = """\
CREATE ROLE {name} LOGIN PASSWORD 'secret';
CREATE SCHEMA {name};
GRANT USAGE ON SCHEMA {name} TO {name};
CREATE TABLE {name}.origins (list text NOT NULL DEFAULT '', pattern text);
GRANT SELECT ON {name}.origins TO {name};
"""


class Postgres:
    """Runs while the context lasts. The owner of the data is trusted; everybody else has a password."""

    def __init__(self):
        self.process = None
        self.port = None
        self._numbers = itertools.count(1)

    def __enter__(self):
        self._account = _account()
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="cors-postgres-"))
        try:
            if self._account:
                shutil.chown(self.path, self._account.pw_uid, self._account.pw_gid)
            self._run("initdb", *"-D data -U postgres -E UTF8 --locale=C --no-sync --no-instructions".split())
            (self.path / "data/pg_hba.conf").write_text(ACCESS)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        with contextlib.suppress(AssertionError):
            self.stop()
        shutil.rmtree(self.path, ignore_errors=True)

    def start(self):
        """Start it, the first time on a port that is free; wait until it answers."""
        for attempt in range(3):
            port = self.port or free_ports(1)[0]
            settings = {**SETTINGS, "port": port}
            options = [f"-c{name}={value}" for name, value in settings.items()]
            with open(self.path / "log", "ab") as log:
                self.process = subprocess.Popen(
                    [_program("postgres"), "-D", "data", *options], stdout=log, stderr=log, **self._as_account()
                )
            until(lambda: self._is_ready() or self.process.poll() is not None, "PostgreSQL is up", 30)
            if self.process.poll() is None:
                self.port = port
                return
            assert attempt < 2 and "could not bind" in self.log(), f"PostgreSQL did not start:\n{self.log()}"

    def stop(self):
        """Stop it at once; whoever is connected is cut off."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def case(self, *rows):
        """A table of origins in a schema of its own, and an account that may only read it; the name of both."""
        name = f"cors_{next(self._numbers)}"
        self.sql(SCHEMA.format(name=name))
        self.add(name, *rows)
        return name

    def add(self, case, *rows):
        """Add origins to the table of a case, all at once."""
        values = ", ".join(f"({quoted(row)})" for row in rows)
        if values:
            self.sql(f"INSERT INTO origins (pattern) VALUES {values}", case)

    def params(self, case, port=None):
        """The value of DBDParams that leads to it, through another port if that is wanted."""
        return f"host=127.0.0.1 port={port or self.port} dbname=postgres user={case} password=secret connect_timeout=5"

    def sql(self, text, case="public", database="postgres"):
        """Run statements as the owner of everything; what they answer."""
        return self._run("psql", *self._owner(database), text=f"SET search_path TO {case};\n{text}")

    @contextlib.contextmanager
    def transaction(self, text, case):
        """Keep a transaction open that has done this, and take it all back in the end."""
        command = [_program("psql"), *self._owner("postgres")]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **self._as_account()
        ) as session:
            session.stdin.write(f"SET search_path TO {case};\nBEGIN;\n{text};\n\\echo done\n")
            session.stdin.flush()
            assert session.stdout.readline() == "done\n"
            yield

    def log(self):
        """Everything the server wrote."""
        return (self.path / "log").read_text(errors="replace")

    def queries(self, case, text="SELECT"):
        """How many statements with this text the account of a case has sent."""
        return len(re.findall(rf"^\d+ {case} LOG:  statement: .*{re.escape(text)}", self.log(), re.M))

    def _run(self, program, *arguments, text=None):
        run = subprocess.run(
            [_program(program), *arguments], input=text, capture_output=True, text=True, timeout=60, check=False,
            **self._as_account(),
        )
        assert run.returncode == 0, f"{program}: {run.stdout}{run.stderr}"
        return run.stdout.strip()

    def _owner(self, database):
        return f"-X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p {self.port} -U postgres -d {database}".split()

    def _as_account(self):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(self.path)}
        account = {}
        if self._account:
            account = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        return {"cwd": self.path, "env": environment, **account}

    def _is_ready(self):
        with contextlib.suppress(FileNotFoundError):
            return (self.path / "data/postmaster.pid").read_text().split()[-1:] == ["ready"]
        return False


def quoted(text):
    """A string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _account():
    """PostgreSQL does not run as root: whose it is then."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in ("postgres", "nobody") if name in known)


def _program(name):
    """Debian keeps them apart by version, and only some in the PATH."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(found[-1]) if found else name
