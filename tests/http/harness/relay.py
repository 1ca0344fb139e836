# SPDX-License-Identifier: Apache-2.0
"""A way to a database that can be closed, cut in the middle of an answer, or go dead without a word."""

import contextlib
import socket
import threading

from .backend import Listener


class Relay(Listener):
    """Passes on what comes in at `port`; `asked` has one entry for each connection."""

    def __init__(self, target):
        super().__init__()
        self.cut_answers_to = None   # cut the answer to what contains these bytes after the first of its own
        self._target = target
        self._flows = threading.Event()
        self._flows.set()
        self._pairs = []

    def __exit__(self, *_):
        self._flows.set()
        self.close()

    def close(self):
        """Refuse connections from now on, and cut those that are there."""
        super().__exit__()
        self.cut()

    def open(self):
        """Accept connections again, at the port of before."""
        self._socket = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.__enter__()

    def hang(self):
        """Accept connections, and let nothing through."""
        self._flows.clear()

    def flow(self):
        """Let everything through again, what was kept back first."""
        self._flows.set()

    def cut(self):
        """Cut the connections that are there."""
        for each in [each for pair in self._pairs for each in pair]:
            _shut(each)

    def talk(self, connection, stream):
        self.asked.append(connection.getpeername())
        with socket.create_connection(("127.0.0.1", self._target)) as onward:
            pair = connection, onward
            self._pairs.append(pair)
            doomed = threading.Event()
            thread = threading.Thread(target=self._pass_on, args=(onward, connection, doomed), daemon=True)
            thread.start()
            self._pass_on(connection, onward, doomed, is_question=True)
            thread.join()
            self._pairs.remove(pair)

    def _pass_on(self, source, target, doomed, is_question=False):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flows.wait()
                if is_question and self.cut_answers_to and self.cut_answers_to in data:
                    doomed.set()
                elif doomed.is_set() and not is_question:
                    target.sendall(data[:1])
                    break
                target.sendall(data)
        _shut(source)
        _shut(target)


def _shut(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
