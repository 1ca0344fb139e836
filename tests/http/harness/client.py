# SPDX-License-Identifier: Apache-2.0
"""A client that sends what it is told to, odd headers included, and keeps every header it gets."""

import base64
import contextlib
import http.client
import socket

from .answer import cors

MEMBER = ("Authorization", "Basic " + base64.b64encode(b"user:secret").decode())


class Response:
    """Status, headers in order as (name, value), body."""

    def __init__(self, parsed):
        self.status = parsed.status
        self.headers = parsed.msg.items()
        self.body = parsed.read().decode("latin-1")
        self.closes = parsed.will_close

    @property
    def cors(self):
        """The complete set of headers that CORS is about."""
        return cors(self.headers)

    def all(self, name):
        """Every value of a header."""
        return [value for each, value in self.headers if each.lower() == name.lower()]


class Connection:
    """One connection, kept open between requests."""

    def __init__(self, port, seconds=20):
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)

    def close(self):
        """Hang up."""
        self.socket.close()

    def request(self, method, target, headers, body=b""):
        """Send one request and read its answer; a header given as bytes is sent as it is."""
        self.send(method, target, headers, body)
        return self.receive(method)

    def send(self, method, target, headers, body=b""):
        """Send one request."""
        lines = [f"{method} {target} HTTP/1.1".encode("latin-1")]
        if not any(name.lower() == "host" for name, _ in headers):
            lines.append(f"Host: localhost:{self.port}".encode())
        for name, value in headers:
            lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode("latin-1")))
        if body:
            lines.append(f"Content-Length: {len(body)}".encode())
        self.socket.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)

    def receive(self, method="GET"):
        """Read one answer."""
        parsed = http.client.HTTPResponse(self.socket, method=method)
        parsed.begin()
        return Response(parsed)


class Client:
    """Asks a server on a port, a new connection each time."""

    def __init__(self, port):
        self.port = port

    @contextlib.contextmanager
    def connection(self):
        """A connection for several requests."""
        connection = Connection(self.port)
        try:
            yield connection
        finally:
            connection.close()

    def request(self, method, target, headers=(), body=b""):
        """One request on a connection of its own."""
        with self.connection() as connection:
            return connection.request(method, target, [*headers, ("Connection", "close")], body)

    def get(self, target, origin=None, *headers, method="GET", body=b""):
        """An actual request, with an Origin or without."""
        return self.request(method, target, [*origin_headers(origin), *headers], body)

    def preflight(self, target, origin, method="GET", names=None, *headers):
        """A preflight, for a method and perhaps for request headers."""
        return self.request("OPTIONS", target, [*preflight_headers(origin, method, names), *headers])


def origin_headers(origin):
    """The Origin header lines: none, one, or one for each of a list."""
    if origin is None:
        return []
    return [("Origin", each) for each in ([origin] if isinstance(origin, (str, bytes)) else origin)]


def preflight_headers(origin, method="GET", names=None):
    """The header lines of a preflight; a list of names makes several lines."""
    lines = [*origin_headers(origin), ("Access-Control-Request-Method", method)]
    for value in [] if names is None else [names] if isinstance(names, (str, bytes)) else names:
        lines.append(("Access-Control-Request-Headers", value))
    return lines
