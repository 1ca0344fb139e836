# SPDX-License-Identifier: Apache-2.0
"""The error log as part of every assertion: what a case did not declare, it must not cause."""

import re
import time

LOUD = re.compile(r"^\[\S+:(warn|error|crit|alert|emerg)\]|exit signal")
LINE_OF_MODULE = re.compile(r"CORS0\d\d\d")


class ErrorLog:
    """Reads one log file from a mark onwards."""

    def __init__(self, path):
        self.path = path
        self.start = 0
        self.expected = []
        self.allowed = []

    def mark(self):
        """A new case begins: forget what was written and declared until now."""
        self.start = self.path.stat().st_size if self.path.exists() else 0
        self.expected = []
        self.allowed = []

    def expect(self, pattern):
        """Declare that this case causes a loud line that matches; it must then be there."""
        self.expected.append(pattern)

    def allow(self, pattern):
        """Declare that this case may cause a loud line that matches, and may not."""
        self.allowed.append(pattern)

    def lines(self):
        """What was written since the mark."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as log:
            log.seek(self.start)
            return log.read().decode("latin-1").splitlines()

    def find(self, pattern, seconds=2.0):
        """The lines since the mark that match, given a little time to arrive."""
        deadline = time.monotonic() + seconds
        while True:
            found = [line for line in self.lines() if re.search(pattern, line)]
            if found or time.monotonic() > deadline:
                return found
            time.sleep(0.02)

    def check(self):
        """Fail for a loud line that was not declared, and for a declared one that is missing."""
        missing = [pattern for pattern in self.expected if not self.find(pattern)]
        undeclared = unexpected(self.lines(), self.expected + self.allowed)
        assert not undeclared, "error log lines that this case did not declare:\n" + "\n".join(undeclared)
        assert not missing, f"the error log has no line like {missing}; it has:\n" + "\n".join(self.lines())


def unexpected(lines, expected):
    """The loud lines that none of the patterns matches."""
    loud = [line for line in lines if LOUD.search(line)]
    return [line for line in loud if not any(re.search(pattern, line) for pattern in expected)]
