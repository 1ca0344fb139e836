# SPDX-License-Identifier: Apache-2.0
"""The handshake of WebSockets, from both ends, and a backend that then sends back whatever it gets."""

import base64
import hashlib

from .backend import Listener, read_request

KEY = base64.b64encode(b"sixteen bytes it").decode()
UPGRADE = [
    ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", KEY), ("Sec-WebSocket-Version", "13"),
]


def accept(key):
    """The answer to a key."""
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


class Echo(Listener):
    """Accepts every handshake; `asked` has the header lines of each."""

    def talk(self, connection, stream):
        request = read_request(stream)
        if request is None:
            return
        self.asked.append(request[2])
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines.append(f"Sec-WebSocket-Accept: {accept(request[2]['sec-websocket-key'])}")
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        while data := stream.read1(4096):
            connection.sendall(data)
