# SPDX-License-Identifier: Apache-2.0
"""An httpd -X that is looked at from outside: its instructions a request, or its memory."""

import contextlib
import os
import pwd
import re
import subprocess
import time

from harness import installed
from harness.client import Connection
from harness.httpd import free_ports
from harness.serverroot import ServerRoot
from harness.site import Site

PAUSE = 0.002  # httpd ends a request after the client has its answer; and is then to wait, as between real requests
MODULES = installed.REPOSITORY / os.environ.get("CORS_BENCH_MODULES", "build/tests/bench")
GET = ("GET", "/data.json", ())
PAGE = '{"a": 1234}\n'
DATE = 1_700_000_000  # of all pages: it is in their entity tags

LINES = """\
Define LISTS "{lists}"
LoadModule corsgauge_module "${{ROOT}}/modules/mod_corsgauge.so"
ThreadsPerChild 4
MaxRequestWorkers 4
MinSpareThreads 1
MaxSpareThreads 4
MaxKeepAliveRequests 0
KeepAliveTimeout 60
TypesConfig conf/mime.types
"""
OF_A_MODULE = {
    "": "",
    "cors": 'LoadModule cors_module "${ROOT}/modules/mod_cors.so"',
    "corsfloor": 'LoadModule corsfloor_module "${ROOT}/modules/mod_corsfloor.so"',
}


def site(lines, lists, module="cors", files=()):
    """The same for all that is measured, but for these lines, this module and these files."""
    made = Site(LINES.format(lists=lists), modules=["mime", "rewrite"], with_module=False)
    made.add(OF_A_MODULE[module])
    made.add(lines)
    made.file("conf/mime.types", "application/json json\n")
    made.page("/data.json", PAGE)
    for path, content in files:
        made.page(path, content)
    made.file("modules/mod_cors.so", installed.module_under_test().read_bytes())
    for each in ("mod_corsfloor.so", "mod_corsgauge.so"):
        made.file(f"modules/{each}", (MODULES / each).read_bytes())
    return made


class Asked:
    """A server on a port, asked at the pace that counting takes."""

    port = 0

    def ask(self, request, count):
        """The same request so many times, on one connection; the last answer."""
        return self.ask_all([request] * count)

    def ask_all(self, requests):
        """These requests on one connection; the last answer."""
        with contextlib.closing(Connection(self.port, seconds=120)) as connection:
            for request in requests:
                response = connection.request(*request)
                time.sleep(PAUSE)
        return response


class Httpd(Asked):
    """httpd -X on a site, perhaps under a tool, while the context lasts."""

    def __init__(self, served, tool=()):
        self._site = served
        self._tool = list(tool)

    def __enter__(self):
        for last in (False, False, True):
            try:
                self._begin()
                break
            except RuntimeError as error:
                if last or "could not bind" not in str(error):
                    raise
        return self

    def __exit__(self, *_):
        self._stop()

    def _begin(self):
        ports = free_ports(2)
        self.port = ports[0]
        self.root = ServerRoot(self._site, ports)
        (self.root.path / "dumps").mkdir()
        for page in self.root.path.glob("htdocs/**/*.json"):
            os.utime(page, (DATE, DATE))
        self._start()
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise

    def _start(self):
        tool = [each.format(root=self.root.path) for each in self._tool]
        if tool and os.geteuid() == 0:
            # httpd changes its user, and valgrind could not write its files any more: let another be it from the start
            account = pwd.getpwnam("nobody")
            for directory in ("dumps", "logs", "run"):
                os.chown(self.root.path / directory, account.pw_uid, account.pw_gid)
            tool = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", *tool]
        with open(self.root.path / "logs/output", "wb") as output:
            self.process = subprocess.Popen(
                [*tool, *self.root.command("-X")],
                env={**self.root.environment(), "LD_BIND_NOW": "1"},  # the linker's work is not a request's
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def _wait(self, seconds=240):
        """The file with the process id comes when the configuration has been read a second time."""
        deadline = time.monotonic() + seconds
        while not self.root.read("run/pid"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = self.root.read("logs/output") + self.root.read("logs/error")
                raise RuntimeError(f"httpd did not start:\n{said}\n{self._site.text}")
            time.sleep(0.05)

    def _stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.root.remove()

    def resident(self):
        """Resident memory in bytes, after a first answer."""
        self.ask(GET, 1)
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) * 1024
