# SPDX-License-Identifier: Apache-2.0
"""corsload, which the other cases believe: it must see what is wrong, torn or no answer at all."""

import socket
import time

from harness import rows
from harness.backend import Listener, read_request
from harness.load import NUMBER, Load, Plan, answer

ORIGIN = f"https://h{NUMBER}.example"
RIGHT = b"HTTP/1.1 200 OK\r\nVary: Origin\r\nAccess-Control-Allow-Origin: %s\r\nContent-Length: 3\r\n\r\nok\n"
CHUNKED = RIGHT.replace(b"Content-Length: 3\r\n\r\nok\n", b"Transfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n0\r\n\r\n")
OTHERWISE = b"HTTP/1.1 200 Fine\r\ncontent-length: 0\r\naccess-control-allow-origin:  %s\r\nVARY: Origin\r\n\r\n"


class Server(Listener):
    """Answers each request with what the case says; on each connection all of them, or one."""

    def __init__(self, reply, closes):
        super().__init__()
        self.reply, self.closes = reply, closes

    def talk(self, connection, stream):
        while request := read_request(stream):
            connection.sendall(self.reply(request[2]["origin"].encode()))
            if self.closes:
                connection.shutdown(socket.SHUT_WR)
                while stream.read(65536):
                    pass
                return


def load(reply, closes=False):
    """What corsload makes of a server that answers so."""
    plan = Plan()
    right = answer(200, {"Access-Control-Allow-Origin": ORIGIN, "Vary": "Origin"})
    plan.add("asked", "/", [("Origin", ORIGIN)], answer(200, {"Vary": "Origin"}), right)
    with Server(reply, closes) as server, Load(server, plan, 0 if closes else 60, clients=2) as loaded:
        time.sleep(0.1)
    return loaded.result


@rows(
    "reply",
    [
        ("with a length", lambda origin: RIGHT % origin),
        ("in chunks", lambda origin: CHUNKED % origin),
        ("in another order and case", lambda origin: OTHERWISE % origin),
    ],
)
def test_right(reply):
    result = load(reply)
    assert result.counts["answers"] >= 60 and result.given["asked"] == [0, result.counts["answers"]]
    assert [result.counts[name] for name in ("wrong", "torn", "lost", "unclear", "silent")] == [0] * 5


@rows(
    "reply",
    [
        ("another's origin", lambda origin: RIGHT % origin.replace(b"h0", b"h1")),
        ("another status", lambda origin: (RIGHT % origin).replace(b"200", b"500", 1)),
        ("a header too many", lambda origin: (RIGHT % origin).replace(b"Vary", b"Access-Control-Max-Age: 1\r\nVary")),
        ("a header twice", lambda origin: (RIGHT % origin).replace(b"Vary", b"Vary: Origin\r\nVary")),
        ("a header too few", lambda origin: (RIGHT % origin).replace(b"Vary", b"Very")),
    ],
)
def test_wrong(reply):
    result = load(reply)
    assert result.counts["wrong"] == result.counts["answers"] >= 60
    assert result.examples and sum(result.given["asked"]) == 0


@rows(
    "reply, count",
    [
        ("it ends in the middle of its head", lambda origin: (RIGHT % origin)[:40], "torn"),
        ("it ends in the middle of its body", lambda origin: (RIGHT % origin)[:-1], "torn"),
        ("there is none", lambda origin: b"", "lost"),
        ("it is none", lambda origin: b"SSH-2.0-x\r\n", "unclear"),
    ],
)
def test_no_answer(reply, count):
    result = load(reply, closes=True)
    assert result.counts[count] > 0
    assert [result.counts[name] for name in {"torn", "lost", "unclear"} - {count}] == [0, 0]
