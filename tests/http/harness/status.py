# SPDX-License-Identifier: Apache-2.0
"""What the handler cors-status says: its counters as a flat dictionary, what it saw denied, its explanations."""

import json
import re
import time
import urllib.parse

HANDLER = "<Location /cors-status>\n    SetHandler cors-status\n</Location>"
URL = "/cors-status"
REASONS = (
    "origin-not-allowed", "origin-malformed", "method-not-allowed", "header-not-allowed", "private-network-not-allowed",
    "unsafe-policy",
)


def page(server, query):
    """The body of one of the handler's pages, which has to be there."""
    response = server.get(f"{URL}?{query}")
    assert response.status == 200, response.body
    return response.body


def status(server):
    """The status, parsed."""
    return json.loads(page(server, "format=json"))


def flat(parsed):
    """The counters of a parsed status that are not zero: "preflight denied origin-not-allowed" and so on."""
    found = {"refused": parsed["refused"]}
    for prefix, requests in (("", parsed["requests"]), ("report-only ", parsed["report_only"])):
        for kind in ("preflight", "actual"):
            found[f"{prefix}{kind} allowed"] = requests[kind]["allowed"]
            for reason, count in requests[kind]["denied"].items():
                found[f"{prefix}{kind} denied {reason}"] = count
        for kind in ("same-origin", "no-origin"):
            found[f"{prefix}{kind}"] = requests[kind]
    return {name: count for name, count in found.items() if count}


def counters(server):
    """The counters at this moment."""
    return flat(status(server))


def settle(server, seconds=2.0):
    """Wait until the counters stand still: httpd counts a request when its response is on its way."""
    deadline = time.monotonic() + seconds
    last = None
    while (now := counters(server)) != last and time.monotonic() < deadline:
        last = now
        time.sleep(0.05)


class Counted:
    """What is counted from now on."""

    def __init__(self, server):
        self.server = server
        self.before = counters(server)

    def gain(self):
        """What was counted since."""
        now = counters(self.server)
        return {name: now[name] - self.before.get(name, 0) for name in now if now[name] != self.before.get(name, 0)}

    def is_exactly(self, expected):
        """This was counted, and nothing besides; httpd counts a request when its response is on its way."""
        expected = {name: count for name, count in expected.items() if count}
        deadline = time.monotonic() + 2
        while self.gain() != expected and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.02)
        found = self.gain()
        assert found == expected, f"\n counted {found}\nexpected {expected}"


def seen(server, want=None, value=None):
    """The entries of what was denied, those of one kind or value alone."""
    return [
        entry for entry in status(server)["denied"]
        if want in (None, entry["want"]) and value in (None, entry["value"])
    ]


def wait_for(find, seconds=2.0):
    """What find() has once it has anything."""
    deadline = time.monotonic() + seconds
    while not (found := find()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def ask(server, url, origin, *headers, **parameters):
    """The response to the question what would happen."""
    asked = {"explain": "1", "url": url, "origin": origin, **parameters}
    query = urllib.parse.urlencode({name: value for name, value in asked.items() if value is not None})
    return server.request("GET", f"{URL}?{query}", [*headers, ("Connection", "close")])


def explain(server, url, origin, *headers, **parameters):
    """The explanation, parsed; what it is asked may have - for _."""
    response = ask(server, url, origin, *headers, **{name.replace("_", "-"): parameters[name] for name in parameters})
    assert response.status == 200, response.body
    return json.loads(response.body)


def add_line(text, after, line):
    """The text of a configuration with one line more, below the line of this number."""
    lines = text.splitlines()
    indent = re.match(r"\s*", lines[after - 1]).group()
    return "\n".join([*lines[:after], indent + line, *lines[after:]]) + "\n"
