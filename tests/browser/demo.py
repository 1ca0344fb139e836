# SPDX-License-Identifier: Apache-2.0
"""The demo as a process: `make run` without make, on ports of its own, its log looked at when it ends."""

import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
RUN = REPOSITORY / "conf" / "demo" / "run.sh"
READY = "Ctrl-C ends the demo"
PATIENCE = 20   # seconds, for whatever takes a fraction of one

FAULT = re.compile(r"^\[\w+:(?:emerg|alert|crit|error|warn)\] .*$", re.MULTILINE)
WRONG_PASSWORD = re.compile(r'AH01617: user visitor: authentication failure for "/api/private/report.json"')


def wait_for(what, condition):
    """The first true value of condition(), asked again and again."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    raise TimeoutError(f"waited {PATIENCE} s for {what}")


def free_ports(count):
    """Ports that nobody listens on just now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Demo:
    """One run of the demo. environment is the value of ENV, None for unset."""

    def __init__(self, environment=None, ports=None, run=RUN):
        self.api, self.page, self.stranger = ports or free_ports(3)
        self._output = tempfile.NamedTemporaryFile("ab", prefix="mod_cors-demo-output.")
        settings = {
            "CORS_DEMO_API_PORT": str(self.api),
            "CORS_DEMO_PAGE_PORT": str(self.page),
            "CORS_DEMO_STRANGER_PORT": str(self.stranger),
        }
        if environment is not None:
            settings["ENV"] = environment
        inherited = {name: value for name, value in os.environ.items() if name != "ENV"}
        self.process = subprocess.Popen([run], env=inherited | settings, stdin=subprocess.DEVNULL,
                                        stdout=self._output, stderr=subprocess.STDOUT)

    def serves(self):
        """Wait until it does, or has given up."""
        wait_for("the demo to start", lambda: READY in self.output or self.process.poll() is not None)
        return self.process.poll() is None

    @property
    def output(self):
        """What it has printed so far, httpd's log included."""
        return pathlib.Path(self._output.name).read_text(encoding="utf-8", errors="replace")

    @property
    def origins(self):
        """The file with the list in force, as the banner names it."""
        return pathlib.Path(re.search(r"^ +(/.*\.origins)$", self.output, re.MULTILINE)[1])

    def ask(self, path, **headers):
        """The headers that the API answers with."""
        request = urllib.request.Request(f"http://localhost:{self.api}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.headers

    def end(self):
        """As Ctrl-C or a closed terminal would. Returns the exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def faults(self):
        """Lines of httpd's log that no check accounts for. One of them uses a wrong password on purpose."""
        return [line for line in FAULT.findall(self.output) if not WRONG_PASSWORD.search(line)]
