# SPDX-License-Identifier: Apache-2.0
"""Many requests, fast, every answer of which is compared with what is right: plans for tests/load/corsload.c."""

import collections
import subprocess
import tempfile

from . import installed

NUMBER = "@@@@@@@@"  # another one in each request


def answer(status, headers):
    """An answer as corsload writes it: its status and its headers about CORS, in order."""
    return f"{status}\n" + "".join(sorted(f"{name.lower()}: {value}\n" for name, value in headers.items()))


class Plan:
    """What is asked, how often beside the others, and which answers are right."""

    def __init__(self):
        self.entries = {}

    def add(self, name, target, headers, *answers, method="GET", weight=10):
        """One entry; a list that changes makes more than one answer right."""
        assert name not in self.entries and " " not in name
        lines = [f"{method} {target} HTTP/1.1", *(f"{each}: {value}" for each, value in headers)]
        if not any(each == "Host" for each, _ in headers):
            lines.insert(1, "Host: localhost")
        request = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.entries[name] = weight, request, [each.encode("latin-1") for each in answers]

    def text(self):
        """The file that corsload reads."""
        parts = []
        for name, (weight, request, answers) in self.entries.items():
            parts.append(f"{name} {weight} {len(request)} {len(answers)}\n".encode() + request)
            parts.extend(f"{len(each)}\n".encode() + each for each in answers)
        return b"".join(parts)


# counts: by name; given: of each entry, how often each of its answers; examples: of what was wrong
Loaded = collections.namedtuple("Loaded", "counts given examples")


class Load:
    """Clients that ask from the beginning of the context on; at its end, what they got is in `result`."""

    def __init__(self, server, plan, answers, clients=8):
        self.server, self.plan, self.answers, self.clients = server, plan, answers, clients
        self.process = self.file = self.result = None

    def __enter__(self):
        self.file = tempfile.NamedTemporaryFile(prefix="cors-plan-")
        self.file.write(self.plan.text())
        self.file.flush()
        arguments = [str(self.server.port), str(self.clients), str(self.answers), self.file.name]
        self.process = subprocess.Popen(
            [program(), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.process.kill()
        output, _ = self.process.communicate()  # the end of its input lets it end, once it has enough answers
        self.file.close()
        if not kind:
            assert self.process.returncode == 0, output
            self.result = parsed(output)


def parsed(output):
    """What corsload printed."""
    counts, given, examples = {}, {}, []
    for line in output.splitlines():
        kind, rest = line.split(" ", 1)
        if kind == "example":
            examples.append(rest)
        elif kind == "entry":
            name, *numbers = rest.split()
            given[name] = [int(number) for number in numbers]
        else:
            counts[kind] = int(rest)
    return Loaded(counts, given, examples)


def program():
    """corsload, beside the module under test."""
    path = installed.module_under_test().with_name("corsload")
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: run make http, which builds it")
    return str(path)
