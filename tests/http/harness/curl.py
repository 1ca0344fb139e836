# SPDX-License-Identifier: Apache-2.0
"""curl as a client, for what http.client does not speak: HTTP/2, and TLS without a certificate to trust."""

import subprocess

from .answer import cors
from .client import origin_headers, preflight_headers


# httpd resets an HTTP/2 stream whose body nobody has read, and curl sometimes notices that before the answer.
STREAM_RESET = 92


class Answer:
    """Protocol, status, headers in order as (name, value), body."""

    def __init__(self, output):
        text = output.decode("latin-1")
        while True:
            head, _, self.body = text.partition("\r\n\r\n")
            first, *lines = head.split("\r\n")
            self.protocol, status, *_ = first.split()
            if not status.startswith("1"):
                break
            text = self.body  # an interim response
        self.status = int(status)
        self.headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]

    @property
    def cors(self):
        """The complete set of headers that CORS is about."""
        return cors(self.headers)

    def all(self, name):
        """Every value of a header."""
        return [value for each, value in self.headers if each.lower() == name.lower()]


class Curl:
    """Asks a server in the way that the options say; the host is localhost."""

    def __init__(self, port, *options, scheme="http"):
        self.options = ["curl", "-sS", "-k", "-i", "--max-time", "20", "--path-as-is", *options]
        self.options += ["--resolve", f"*:{port}:127.0.0.1"]
        self.scheme = scheme
        self.port = port

    @property
    def origin(self):
        """The server's own origin, for these requests."""
        return f"{self.scheme}://localhost:{self.port}"

    def request(self, method, target, headers=(), body=None, host="localhost"):
        """One request on a connection of its own."""
        arguments = ["-X", method] if method != "HEAD" else ["-I"]
        for name, value in headers:
            arguments += ["-H", f"{name}: {value}"]
        if body is not None:
            arguments += ["--data-binary", body]
        command = [*self.options, *arguments, f"{self.scheme}://{host}:{self.port}{target}"]
        run = subprocess.run(command, capture_output=True, timeout=30, check=False)
        for _ in range(10):
            if run.returncode != STREAM_RESET:
                break
            run = subprocess.run(command, capture_output=True, timeout=30, check=False)
        assert run.returncode == 0, f"{run.stderr.decode()}\n{run.stdout.decode('latin-1')}"
        return Answer(run.stdout)

    def get(self, target, origin=None, *headers, method="GET", **more):
        """An actual request, with an Origin or without."""
        return self.request(method, target, [*origin_headers(origin), *headers], **more)

    def preflight(self, target, origin, method="GET", names=None, *headers, **more):
        """A preflight, for a method and perhaps for request headers."""
        return self.request("OPTIONS", target, [*preflight_headers(origin, method, names), *headers], **more)
