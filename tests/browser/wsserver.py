# SPDX-License-Identifier: Apache-2.0
"""A WebSocket server of a few lines: it says back the first message of each connection."""

import base64
import hashlib
import socketserver
import threading

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class _Connection(socketserver.StreamRequestHandler):
    def handle(self):
        headers = self._headers()
        accept = base64.b64encode(hashlib.sha1(headers[b"sec-websocket-key"] + _GUID).digest())
        self.server.origins.append(headers[b"origin"].decode())
        self.wfile.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        _, message = self._frame()
        self.wfile.write(bytes([0x81, len(message)]) + message)
        opcode, _ = self._frame()
        if opcode == 8:
            self.wfile.write(b"\x88\x00")

    def _headers(self):
        self.rfile.readline()
        lines = iter(self.rfile.readline, b"\r\n")
        return {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}

    def _frame(self):
        """One short frame from a browser: its opcode, and its text."""
        head = self.rfile.read(2)
        if len(head) < 2:
            return 8, b""
        length = head[1] & 0x7F
        mask = self.rfile.read(4)
        return head[0] & 0x0F, bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.rfile.read(length)))


class WebSocketServer(socketserver.ThreadingTCPServer):
    """Serves while the context lasts. `origins` are those of the connections it was given."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Connection)
        self.port = self.server_address[1]
        self.origins = []
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
