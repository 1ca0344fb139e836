# SPDX-License-Identifier: Apache-2.0
"""Origin files that change under a running httpd, and what it makes of them: never a sleep, always a deadline."""

import collections
import itertools
import os
import re
import signal
import time

from .answer import FOR_EVERYBODY, NOT_SHARED, shared
from .errorlog import unexpected
from .httpd import Httpd

OLD, NEW, BOTH = "https://old.example", "https://new.example", "https://both.example"
OLD_LIST, NEW_LIST = f"{BOTH}\n{OLD}\n", f"{BOTH}\n{NEW}\n"  # of the same size
LISTS = "conf/lists"
CREDENTIALS = "CorsAllowCredentials On"
EVERYBODY = "everybody"

NUMBERS = itertools.count(1)

# What the log says of a change
NOTHING, ANYTHING = [], None
LOADED, REFUSED, MENDED = ["CORS0301"], ["CORS0302"], ["CORS0303"]


def until(condition, what, seconds=20.0):
    """Ask until the answer is true, and return it; fail with these words when the time is over."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not so within {seconds} s: {what() if callable(what) else what}"
        time.sleep(0.02)
    return answer


def everywhere(condition, what, seconds=20.0):
    """Wait for what holds as soon as every process has noticed: whichever is asked, it is so."""
    until(lambda: all(condition() for _ in range(20)), what, seconds)


def write(path, content):
    """Write a file where it stands."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def replace(path, content):
    """Put a new file in the place of another, in one step."""
    os.replace(write(path.with_name(path.name + ".new"), content), path)


def rename(content, file="list"):
    """The change that renames a new file over the list of a directory."""
    return lambda directory: replace(directory / file, content)


def rewrite(content, file="list"):
    """The change that writes the list of a directory where it stands."""
    return lambda directory: write(directory / file, content)


class Reloading(Httpd):
    """An httpd that finds files laid out when it starts, and whose children may be killed by the test."""

    def __init__(self, site, layout=lambda root: None):
        super().__init__(site)
        self._layout = layout

    def _start(self):
        self._layout(self.root.path)
        super()._start()

    def kill(self, children):
        """Kill these children, and wait until they are gone."""
        for child in children:
            os.kill(child, signal.SIGKILL)
        until(lambda: not self.children() & set(children), "the parent has noticed")

    def reports(self, path):
        """The lines on reloads, since the mark, that name a path."""
        return [line for line in self.log.lines() if re.search(rf"CORS03\d\d: .*{re.escape(path)}", line)]


def ids_of(lines):
    """What lines of the log are about."""
    return [re.search(r"CORS0\d\d\d", line)[0] for line in lines]


class Turns:
    """A list whose content is another at each turn: as soon as it is in force, the server has looked again."""

    def __init__(self, server, file, url, always=""):
        self.server, self.file, self.url, self.always = server, server.root.path / file, url, always
        self.number = 0  # of the turn; never the same twice, whoever counts

    @property
    def origin(self):
        """The origin that only the list of this turn has."""
        return f"https://turn{self.number}.example"

    def turn(self):
        """Change the list."""
        self.number = next(NUMBERS)
        replace(self.file, f"{self.origin}\n{self.always}")

    def is_loaded(self):
        """Does some process know the list of this turn?"""
        return self.server.get(self.url, self.origin).cors == shared(self.origin)

    def next(self):
        """Change the list, and wait until some process knows it."""
        self.turn()
        until(self.is_loaded, lambda: f"a changed list is loaded; {self.server.log.lines()[-9:]}")


# A change; the origins that are allowed then, or EVERYBODY; what the log says of it
Step = collections.namedtuple("Step", "change allowed said", defaults=[LOADED])
Record = collections.namedtuple("Record", "cors said lines")


class Scenario:
    """A policy with a list in a directory of its own, and what happens to it step by step."""

    def __init__(self, name, *steps, layout=rewrite(OLD_LIST), file="list", lines=""):
        self.name, self.steps, self.layout, self.file, self.lines = name, steps, layout, file, lines
        self.number = self.url = None

    @property
    def directory(self):
        """Where its files are, below the root."""
        return f"{LISTS}/{self.number}"

    def policy(self):
        """The text of its policy."""
        line = self.lines if "%s" in self.lines else f"CorsOriginsFile %s\n{self.lines}"
        return line.replace("%s", f"{self.directory}/{self.file}")

    def headers(self, allowed):
        """What OLD, NEW and BOTH get where these are allowed."""
        if allowed == EVERYBODY:
            return dict.fromkeys((OLD, NEW, BOTH), FOR_EVERYBODY)
        granted = {origin: shared(origin, credentials=CREDENTIALS in self.lines) for origin in allowed}
        return {origin: granted.get(origin, NOT_SHARED) for origin in (OLD, NEW, BOTH)}

    def expected(self):
        """What OLD, NEW and BOTH get after each step."""
        return [self.headers(step.allowed) for step in self.steps]

    def record(self, server, start):
        """What they get now, and what the log has said of the list since there were so many lines about it."""
        lines = server.reports(f"{self.directory}/")[start:]
        return Record({each: server.get(self.url, each).cors for each in (OLD, NEW, BOTH)}, ids_of(lines), lines)


class Play:
    """Scenarios that one server goes through at the same time, so that they wait together."""

    def __init__(self, site, *scenarios):
        self.site, self.scenarios = site, scenarios
        for number, scenario in enumerate(scenarios):
            scenario.number = number
            scenario.url = site.location(scenario.policy())
        self.turns_url = site.location(f"CorsOriginsFile {LISTS}/turns")
        site.file(f"{LISTS}/turns", "")
        self.turns = None  # of the server that runs
        self.undeclared = []  # loud lines that are not about lists

    def __getitem__(self, name):
        """The scenario of this name."""
        return next(scenario for scenario in self.scenarios if scenario.name == name)

    def rows(self):
        """A row for each scenario."""
        return [(scenario.name, scenario) for scenario in self.scenarios]

    def layout(self, root):
        """Make the files that the server finds when it starts."""
        for scenario in self.scenarios:
            (root / scenario.directory).mkdir(parents=True)
            scenario.layout(root / scenario.directory)

    def serve(self):
        """The server of all scenarios, not yet started."""
        return Reloading(self.site, self.layout)

    def run(self, server):
        """Go through all steps; answers the records of each scenario by its name."""
        server.log.mark()
        self.turns = Turns(server, f"{LISTS}/turns", self.turns_url)
        records = collections.defaultdict(list)
        for number in range(max(len(scenario.steps) for scenario in self.scenarios)):
            acting = [scenario for scenario in self.scenarios if len(scenario.steps) > number]
            starts = {scenario: len(server.reports(f"{scenario.directory}/")) for scenario in acting}
            for scenario in acting:
                scenario.steps[number].change(server.root.path / scenario.directory)
            self._wait(server, number, starts)
            self.turns.next()  # what is said again at the next look, or changes once more, has done so by then
            for scenario in acting:
                records[scenario.name].append(scenario.record(server, starts[scenario]))
        self.undeclared = unexpected(server.log.lines(), [rf"CORS0302: .*{LISTS}/", "CORS0621"])
        return records

    @staticmethod
    def _wait(server, number, starts):
        """Until all is as it should be, or does not get there: the records tell."""
        waiting, deadline = dict(starts), time.monotonic() + 10
        while waiting and time.monotonic() < deadline:
            time.sleep(0.05)
            for scenario, start in list(waiting.items()):
                step, record = scenario.steps[number], scenario.record(server, start)
                if record.cors == scenario.headers(step.allowed) and step.said in (record.said, ANYTHING):
                    del waiting[scenario]
