# SPDX-License-Identifier: Apache-2.0
"""Children that are killed at any moment: nothing that was counted is lost, nothing is stuck, and nothing is left."""

import concurrent.futures
import http.client
import os
import pathlib
import re
import signal
import threading

import pytest
from harness import Httpd, Site, policy
from harness.site import EVIL, GOOD
from harness.status import HANDLER, page, seen, status, wait_for

KILLS = 12


def denials(server):
    """How many actual requests were denied."""
    return status(server)["requests"]["actual"]["denied"]["origin-not-allowed"]


@pytest.fixture
def killed():
    """A server whose children were killed one after the other under load, and how many of its answers arrived."""
    site = Site(HANDLER)
    path = site.location(policy())
    answers, victims, stop = [], set(), threading.Event()

    def flood(number):
        count = 0
        while not stop.is_set():
            count += 1
            try:
                if server.get(path, f"https://h{number}-{count}.example").status == 200:
                    answers.append(number)
            except (OSError, http.client.HTTPException):
                pass    # the child that was to answer has been killed

    with Httpd(site) as server:
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            tasks = [pool.submit(flood, number) for number in range(4)]
            for _ in range(KILLS):
                before = len(answers)
                wait_for(lambda before=before: len(answers) > before + 20, 10)
                victims.add(child := min(server.children() - victims))
                os.kill(child, signal.SIGKILL)
                wait_for(lambda child=child: server.children() - {child}, 10)
            stop.set()
            for task in tasks:
                task.result()
        wait_for(lambda: server.get(path, GOOD).status == 200, 10)
        assert not victims & server.children() and len(victims) == KILLS
        yield server, path, len(answers)


def test_what_was_answered_is_counted(killed):
    server, path, answered = killed
    counted = denials(server)
    # A child may have been killed between the answer and the count, or between the count and the answer.
    assert answered > 100 and abs(counted - answered) <= KILLS * 4

    for _ in range(5):
        server.get(path, EVIL)
    assert wait_for(lambda: denials(server) == counted + 5)
    assert wait_for(lambda: seen(server, value=EVIL)), "an entry is locked for ever"
    assert all(re.fullmatch(r"https://[a-z0-9.-]+", entry["value"]) for entry in seen(server))
    assert page(server, "format=prometheus").count("cors_requests_total{") > 5


def test_no_shared_memory_has_a_name(killed):
    """So that nothing can be left of it, however the server ends."""
    server, *_ = killed
    for process in {server.process.pid, *server.children()}:
        maps = pathlib.Path(f"/proc/{process}/maps").read_text(encoding="latin-1")
        assert not re.search(r"SYSV|/dev/shm/(?!.*\(deleted\)$)", maps, re.M)
