# SPDX-License-Identifier: Apache-2.0
"""A server program in the foreground, on a free port of the loopback, ended by its process id."""

import pathlib
import socket
import subprocess
import tempfile
import time

from harness.httpd import free_ports
from server import Asked

SECONDS = 30  # to begin to listen


class Program(Asked):
    """Runs while the context lasts. `command` makes the command line, of a directory of its own and a port."""

    def __init__(self, command, environment=None):
        self._command = command
        self._environment = environment

    def __enter__(self):
        # pylint: disable=consider-using-with
        self._directory = tempfile.TemporaryDirectory(prefix="cors-peer-")
        self.root = pathlib.Path(self._directory.name)
        self.root.chmod(0o755)
        try:
            for last in (False, False, True):
                if self._listens():
                    return self
                self._stop()
                if last:
                    raise RuntimeError(f"it did not start:\n{self.said()}")
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self._stop()
        self._directory.cleanup()

    def _listens(self):
        self.port = free_ports(1)[0]
        with open(self.root / "output", "wb") as output:
            self.process = subprocess.Popen(
                self._command(self.root, self.port),
                env=self._environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )
        deadline = time.monotonic() + SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return True
            except OSError:
                time.sleep(0.02)
        return False

    def said(self):
        """What it has written, to either of its outputs."""
        return (self.root / "output").read_text(encoding="utf-8", errors="replace")

    def _stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
