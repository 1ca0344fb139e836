# SPDX-License-Identifier: Apache-2.0
"""Many requests on few connections, their answers byte for byte: for tests that ask thousands of times."""

import re
import socket

AT_ONCE = 40
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)
_DATE = re.compile(rb"\r\nDate: [^\r]*")


def message(port, method, path, headers):
    """The bytes of a request; header values as text are one byte a character."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def burst(server, requests):
    """The answers to (method, path, headers) each, in order: all bytes but those of the date."""
    answers = []
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        with connection.makefile("rb") as stream:
            for start in range(0, len(requests), AT_ONCE):
                some = requests[start : start + AT_ONCE]
                connection.sendall(b"".join(message(server.port, *request) for request in some))
                answers += [_receive(stream) for _ in some]
    return answers


def _receive(stream):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        assert line, f"the server hung up after {head!r}"
        head += line
    length = _LENGTH.search(head)
    assert length, f"an answer of unknown length: {head!r}"
    return _DATE.sub(b"", head) + stream.read(int(length.group(1)))
