# SPDX-License-Identifier: Apache-2.0
"""A running httpd in the foreground, stopped by its process id."""

import re
import signal
import socket
import subprocess
import time

from .client import Client
from .errorlog import LINE_OF_MODULE, ErrorLog, unexpected
from .serverroot import ServerRoot

RUNNING = []


class Httpd(Client):
    """Serves one site while the context lasts."""

    def __init__(self, site):
        self.site = site
        self.process = None

    def __enter__(self):
        for attempt in range(3):
            ports = free_ports(2)
            super().__init__(ports[0])
            self.backend = ports[1]
            self.root = ServerRoot(self.site, ports)
            self.log = ErrorLog(self.root.path / "logs/error")
            self._start()
            if self._listens():
                break
            output = self.output() + self.root.read("logs/error")
            self._stop()
            if "could not bind" not in output or attempt == 2:
                raise AssertionError(f"httpd did not start:\n{output}\n{self.site.text}")
        try:
            self._check_start()
        except AssertionError:
            self._stop()
            raise
        RUNNING.append(self)
        return self

    def __exit__(self, *_):
        RUNNING.remove(self)
        crashes = self._crashes()
        self._stop()
        assert not crashes, "children crashed:\n" + "\n".join(crashes)

    def children(self):
        """The process ids of the children at this moment."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        try:
            with open(path, encoding="ascii") as listing:
                return {int(child) for child in listing.read().split()}
        except FileNotFoundError:  # httpd has ended
            return set()

    def restart(self, gracefully=True):
        """Restart, and wait until no child of before is left to serve anybody."""
        before = self.children()
        self.process.send_signal(signal.SIGUSR1 if gracefully else signal.SIGHUP)
        deadline = time.monotonic() + 30
        while before & self.children() or not self.children():
            assert self.process.poll() is None and time.monotonic() < deadline, self.root.read("logs/error")
            time.sleep(0.02)

    def output(self):
        """What httpd wrote to its standard error."""
        return self.root.read("logs/output")

    def access_log(self, pattern, seconds=2.0):
        """The one line of the site's access log (logs/access) that matches, given a little time to arrive."""
        deadline = time.monotonic() + seconds
        while True:
            found = [line for line in self.root.read("logs/access").splitlines() if re.search(pattern, line)]
            if found or time.monotonic() > deadline:
                assert len(found) == 1, f"{len(found)} lines match {pattern}"
                return found[0]
            time.sleep(0.02)

    def _start(self):
        with open(self.root.path / "logs/output", "wb") as output:
            self.process = subprocess.Popen(
                self.root.command("-DFOREGROUND", "-k", "start"),
                env=self.root.environment(),
                start_new_session=True,  # prefork ends by a signal to its whole process group
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def _listens(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            # The parent listens before it has read its configuration a second time; the log says when it is done. This
            # is the last line of a start: what comes later is of the case that runs.
            if "AH00094" in self.root.read("logs/error"):
                return True
            time.sleep(0.01)
        return False

    def _check_start(self):
        lines = self.output().splitlines()
        said = [f"[cors:warn] {line}" if LINE_OF_MODULE.match(line) else line for line in lines] + self.log.lines()
        undeclared = unexpected(said, self.site.expects + self.site.allows)
        assert not undeclared, "said at the start, and not declared:\n" + "\n".join(undeclared)
        for pattern in self.site.expects:
            assert any(re.search(pattern, line) for line in said), f"not said at the start: {pattern}"

    def _crashes(self):
        """Children that died of a signal, up to now: event's own threads, too, die of a SIGTERM now and then."""
        deadline = time.monotonic() + 5
        while any(is_zombie(child) for child in self.children()) and time.monotonic() < deadline:
            time.sleep(0.02)
        return [line for line in self.root.read("logs/error").splitlines() if "exit signal" in line]

    def _stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def is_zombie(process):
    """Has the process ended, and its parent not noticed yet?"""
    try:
        with open(f"/proc/{process}/stat", encoding="latin-1") as status:
            return status.read().rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return False


def free_ports(count):
    """Ports that nobody listens on at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
