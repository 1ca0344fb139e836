# SPDX-License-Identifier: Apache-2.0
"""What happens to a server while others ask it: one thread for each kind of trouble, until it is told to stop."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time

from . import sqlite
from .client import Connection, Response
from .load import answer
from .million import FLIPPING, KEPT, NOT_SHARED, shared
from .queries import LISTED
from .reload import LISTS, replace, until
from .site import EVIL, GOOD


class Storm(threading.Thread):
    """One kind of trouble; `times` says how often it has happened, `failed` what was not as it should be."""

    pause = 1.0  # seconds from one to the next

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.root = server, server.root.path
        self.stopped, self.times, self.failed = threading.Event(), 0, []

    def run(self):
        try:
            while not self.stopped.wait(self.pause * random.uniform(0.5, 1.5)):
                self.happen()
                self.times += 1
        except Exception as error:  # of whatever kind: the case fails with it
            self.failed.append(repr(error))

    def happen(self):
        """Once more."""
        raise NotImplementedError


class Restarts(Storm):
    """As apachectl graceful: a configuration that is broken is refused by the test and nothing happens; every other
    time the logs are rotated before."""

    pause = 1.2

    def happen(self):
        with self.server.configuration:
            if self.times % 3 == 2:
                self.refuse()
            if self.times % 2 == 0:
                self.rotate()
            before = restarts(self.server)
            assert graceful(self.server) == 0, "a sound configuration is refused"
            until(lambda: restarts(self.server) > before, "the server has restarted", 60)

    def refuse(self):
        """A fault in the configuration, for a moment."""
        site = self.root / "conf/site.conf"
        sound = site.read_bytes()
        replace(site, sound + b"CorsAllowOrigin *\nCorsAllowCredentials On\n")
        assert graceful(self.server) != 0, "a broken configuration is taken"
        replace(site, sound)

    def rotate(self):
        """Rename the logs; the restart opens new ones."""
        for log in ("access", "error"):
            os.rename(self.root / f"logs/{log}", self.root / f"logs/{log}.{self.times}")


class Kills(Storm):
    """A child dies, whatever it does."""

    pause = 0.8

    def happen(self):
        children = self.server.children()
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(random.choice([*children]), signal.SIGKILL)


class Flips(Storm):
    """A list becomes another one."""

    pause = 0.4

    def happen(self):
        replace(self.root / LISTS / "flipping", FLIPPING[(self.times + 1) % 2])


class FlappingFile(Storm):
    """A list is gone, or nonsense, for longer than the interval, and good again. No configuration that names it is good
    meanwhile."""

    pause = 0.5

    def happen(self):
        path = self.root / LISTS / "flapping"
        bad = (None, "no origin at all\n", b"\0\xff" * 500)[self.times % 3]
        with self.server.configuration:
            if bad is None:
                path.unlink()
            else:
                replace(path, bad)
            self.stopped.wait(1.3)
            replace(path, f"# {self.times}\n{KEPT}\n")


class FlappingDatabase(Storm):
    """A database cannot be read, and can be read again."""

    pause = 0.8

    def happen(self):
        broken = self.times % 2 == 0
        content = b"This is no database.\n" * 99 if broken else sqlite.content([LISTED])
        replace(self.root / "database/origins", content)


class SlowClients(Storm):
    """A request arrives a few bytes at a time, and is answered as any other."""

    pause = 0.1

    def happen(self):
        origin = (GOOD, EVIL)[self.times % 2]
        request = f"GET /page HTTP/1.1\r\nHost: full.example\r\nOrigin: {origin}\r\nConnection: close\r\n\r\n".encode()
        with contextlib.closing(Connection(self.server.port)) as connection:
            try:
                for at in range(0, len(request), 5):
                    connection.socket.sendall(request[at:at + 5])
                    time.sleep(0.02)
                response = connection.receive()
            except OSError:
                return  # whoever heard it out has been killed
        found = answer(response.status, written(response))
        if found != (shared(GOOD) if origin == GOOD else NOT_SHARED):
            self.failed.append((origin, found))


def written(response: Response):
    """The headers about CORS as they were sent."""
    return {name: value for name, value in response.headers if name == "Vary" or name.startswith("Access-Control-")}


def graceful(server):
    """What apachectl does: test the configuration, and restart if it is good; answers the exit code of the test."""
    test = subprocess.run(
        server.root.command("-t"), env=server.root.environment(), capture_output=True, timeout=120, check=False
    )
    if test.returncode == 0:
        server.process.send_signal(signal.SIGUSR1)
    return test.returncode


def logged(server):
    """The error log with all that was rotated away."""
    return "".join(path.read_text("latin-1") for path in sorted((server.root.path / "logs").glob("error*")))


def restarts(server):
    """How often the server has said that it is ready."""
    return logged(server).count("resuming normal operations")


@contextlib.contextmanager
def raging(server, *kinds):
    """Let all of these happen while the context lasts; none may have failed in the end."""
    server.configuration = threading.Lock()  # who holds it may make a configuration bad
    storms = [kind(server) for kind in kinds]
    for storm in storms:
        storm.start()
    try:
        yield storms
    finally:
        for storm in storms:
            storm.stopped.set()
        for storm in storms:
            storm.join(120)
    assert not any(storm.is_alive() for storm in storms), "somebody still waits"
    failed = {type(storm).__name__: storm.failed for storm in storms if storm.failed}
    assert not failed, failed
