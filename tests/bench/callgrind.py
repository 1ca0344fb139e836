# SPDX-License-Identifier: Apache-2.0
"""Instructions a request, counted by callgrind: in all, and by function."""

import collections
import re

from server import Httpd

REQUESTS, ROUNDS = 100, 3  # the middle one of the rounds counts: now and then a thread has its memory made anew
WARM_UPS, WARM_UP_REQUESTS = 2, 100  # until every thread has had some
TOOL = (
    "valgrind --tool=callgrind --vgdb=no --instr-atstart=no --collect-atstart=no"
    " --toggle-collect=ap_read_request --toggle-collect=ap_process_async_request"
    " --dump-before=ap_run_pre_connection --callgrind-out-file={root}/dumps/out"
).split()

_NAME = re.compile(r"\((\d+)\)(?: (.*))?")
_POSITION = re.compile(r"[+*\d-]")
_PASSING_ON = "ap_pass_brigade"  # a filter calls it, and all that it leads to is not the filter's


class Profile:
    """Instructions a request: in all, within each function, and of each call with all that it led to."""

    def __init__(self, path, requests):
        self.requests = requests
        self._own = collections.Counter()    # (object, function) -> instructions
        self._calls = collections.Counter()  # (object, function, called object, called function) -> instructions
        self._names = collections.defaultdict(dict)
        with open(path, encoding="utf-8", errors="replace") as lines:
            self._read(lines)
        self.whole = sum(self._own.values()) / requests

    def _read(self, lines):
        """The format: valgrind's manual, "Callgrind Format Specification"."""
        place = ["", ""]
        called = ["", ""]
        is_call = False
        for line in lines:
            key, _, value = line.rstrip("\n").partition("=")
            if key in ("ob", "fn"):
                place[key == "fn"] = self._name(key, value)
                called[0] = place[0]
            elif key in ("cob", "cfn"):
                called[key == "cfn"] = self._name(key[1:], value)
            elif key == "calls":
                is_call = True
            elif _POSITION.match(line):
                cost = int(line.split()[1])
                if is_call:
                    self._calls[(*place, *called)] += cost
                    called[0] = place[0]
                    is_call = False
                else:
                    self._own[tuple(place)] += cost

    def _name(self, kind, value):
        """Names are given once, with a number that stands for them from then on."""
        number, name = _NAME.match(value).groups()
        if name is not None:
            # "'2" and so on tell the levels of a recursion apart
            self._names[kind][number] = name.rpartition("/")[2] if kind == "ob" else name.partition("'")[0]
        return self._names[kind][number]

    def function(self, name):
        """Instructions a request of a function, with all that it calls."""
        found = sum(cost for (_, caller, _, called), cost in self._calls.items() if called == name != caller)
        return found / self.requests

    def entries(self, module):
        """The module's functions that httpd calls, each with all that it leads to but the rest of the response."""
        found = collections.Counter()
        for (caller_object, _, called_object, called), cost in self._calls.items():
            if called_object == module != caller_object:
                found[called] += cost
        for (caller_object, caller, _, called), cost in self._calls.items():
            if caller_object == module and called == _PASSING_ON:
                found[self._entry_above(module, caller, found)] -= cost
        return self._each(found)

    def _entry_above(self, module, function, entries):
        """The entry through which most calls of a function came."""
        while function not in entries:
            callers = {
                caller: cost for (caller_object, caller, called_object, called), cost in self._calls.items()
                if caller_object == called_object == module and called == function != caller
            }
            function = max(callers, key=callers.get)
        return function

    def own(self, module):
        """The module's own instructions, by function."""
        return self._each({function: cost for (owner, function), cost in self._own.items() if owner == module})

    def called(self, module):
        """What the module calls of httpd, APR and the C library, with all that it leads to."""
        found = collections.Counter()
        for (caller_object, _, called_object, called), cost in self._calls.items():
            if caller_object == module != called_object and called != _PASSING_ON:
                found[called] += cost
        return self._each(found)

    def _each(self, costs):
        costs = {name: cost / self.requests for name, cost in costs.items()}
        return dict(sorted(costs.items(), key=lambda row: -row[1]))


def profiles(site, requests):
    """The profile of each request on this site, with the answer it got."""
    with Httpd(site, TOOL) as httpd:
        return counted(httpd, httpd.root.path / "dumps", requests)


def counted(server, dumps, requests, connections=0):
    """The same of a server under callgrind that has had so many connections before.

    Callgrind writes what it has counted when the next connection begins.
    """
    for _ in range(WARM_UPS):
        server.ask_all(requests * max(10, WARM_UP_REQUESTS // len(requests)))
    answers = [server.ask(request, REQUESTS) for request in requests for _ in range(ROUNDS)]
    server.ask(requests[0], 1)
    first = connections + WARM_UPS + 2  # they are numbered from 1, and the first connection ends nothing
    found = [Profile(dumps / f"out.{first + number}", REQUESTS) for number in range(len(answers))]
    rounds = [found[start : start + ROUNDS] for start in range(0, len(found), ROUNDS)]
    return [(sorted(each, key=lambda profile: profile.whole)[ROUNDS // 2], answer)
            for each, answer in zip(rounds, answers[::ROUNDS])]
