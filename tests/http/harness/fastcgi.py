# SPDX-License-Identifier: Apache-2.0
"""A FastCGI responder of a few lines: one request a connection, and a memory of what it was asked."""

import struct

from .backend import Listener

END_REQUEST, PARAMS, STDIN, STDOUT = 3, 4, 5, 6
HEADER = ">BBHHBx"  # version, type, request, length, padding


class FastCgi(Listener):
    """Answers each SCRIPT_NAME with its text, a CGI response; `asked` has (method, script, body)."""

    def __init__(self, answers):
        super().__init__()
        self.answers = answers

    def talk(self, connection, stream):
        content = {PARAMS: b"", STDIN: b""}
        while header := stream.read(8):
            _, kind, request, length, padding = struct.unpack(HEADER, header)
            data = stream.read(length)
            stream.read(padding)
            content[kind] = content.get(kind, b"") + data
            if kind == STDIN and not data:
                break
        parameters = dict(pairs(content[PARAMS]))
        script = parameters["SCRIPT_NAME"]
        self.asked.append((parameters["REQUEST_METHOD"], script, content[STDIN]))
        text = self.answers.get(script, "Content-Type: text/plain\r\n\r\nfastcgi\n").encode()
        connection.sendall(record(STDOUT, request, text) + record(STDOUT, request, b""))
        connection.sendall(record(END_REQUEST, request, bytes(8)))


def record(kind, request, data):
    """One record of the protocol."""
    return struct.pack(HEADER, 1, kind, request, len(data), 0) + data


def pairs(data):
    """The names and values of a PARAMS stream."""
    at = 0
    while at < len(data):
        lengths = []
        for _ in range(2):
            wide = data[at] >= 0x80
            lengths.append(struct.unpack(">I", data[at : at + 4])[0] & 0x7FFFFFFF if wide else data[at])
            at += 4 if wide else 1
        name, value = data[at : at + lengths[0]], data[at + lengths[0] : at + sum(lengths)]
        at += sum(lengths)
        yield name.decode("latin-1"), value.decode("latin-1")
