# SPDX-License-Identifier: Apache-2.0
"""A connection whose answers may arrive several at once: what is read ahead of one belongs to the next."""

import contextlib
import http.client

from .client import Connection, Response


class Pipeline(Connection):
    """Requests may be sent before the answers to earlier ones are read."""

    def __init__(self, port):
        super().__init__(port)
        self.stream = self.socket.makefile("rb")

    def receive(self, method="GET"):
        """Read one answer, and no byte more."""
        parsed = http.client.HTTPResponse(self, method=method)
        parsed.begin()
        return Response(parsed)

    def makefile(self, _):
        """For HTTPResponse: a stream that it may close without closing the connection."""
        return _Kept(self.stream)

    def is_closed(self):
        """Wait until the server hangs up; False if it says anything before that."""
        with contextlib.suppress(ConnectionResetError):
            return self.stream.read(1) == b""
        return True


class _Kept:
    """A stream that its reader cannot close."""

    def __init__(self, stream):
        self._stream = stream

    def close(self):
        """Somebody else still reads from it."""

    def __getattr__(self, name):
        return getattr(self._stream, name)


@contextlib.contextmanager
def pipeline(server):
    """A connection to the server for requests that do not wait for answers."""
    connection = Pipeline(server.port)
    try:
        yield connection
    finally:
        connection.stream.close()
        connection.close()
