# SPDX-License-Identifier: Apache-2.0
"""A backend for mod_proxy that answers with whatever bytes it is told to, and remembers what it was asked."""

import contextlib
import socket
import threading


class Listener:
    """Accepts connections on a port of its own, and talks to each in a thread."""

    def __init__(self):
        self.asked = []
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._socket.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._socket.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection, connection.makefile("rb") as stream, contextlib.suppress(OSError):
            self.talk(connection, stream)

    def talk(self, connection, stream):
        """One conversation; the connection is closed after it."""
        raise NotImplementedError


class Backend(Listener):
    """Answers each path with its bytes, or its own idea of a page; `asked` has (method, path, headers, body)."""

    def __init__(self, answers):
        super().__init__()
        self.answers = answers

    def talk(self, connection, stream):
        request = read_request(stream)
        if request:
            self.asked.append(request)
            connection.sendall(self.answers.get(request[1], page()))


def read_request(stream):
    """(method, path, headers in lower case, body) of one request; None at the end."""
    first = stream.readline().decode("latin-1").split()
    if len(first) != 3:
        return None
    headers = {}
    for line in iter(stream.readline, b"\r\n"):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(stream.readline(), 16):
            body += stream.read(size + 2)[:size]
        stream.readline()
    else:
        body = stream.read(int(headers.get("content-length", 0)))
    return first[0], first[1], headers, body


def page(*headers, status="200 OK", body="backend\n"):
    """The bytes of a response with these header lines."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/plain", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", body]).encode("latin-1")


def chunked(*headers, trailers=()):
    """The same in two chunks, with these header lines before and those after."""
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/plain", "Transfer-Encoding: chunked", "Connection: close", *headers]
    return "\r\n".join([*lines, "", "4", "back", "4", "end\n", "0", *trailers, "", ""]).encode("latin-1")
