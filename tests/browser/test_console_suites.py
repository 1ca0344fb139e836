# SPDX-License-Identifier: Apache-2.0
"""The failing scenarios of the other suites: explain predicts the message and what is missing; written, they pass.

Several scenarios are under one policy, and one's mend may be another's. So they go in rounds: in each, a policy has the
mends of one scenario, and of those that need the very same, and nobody else's, and httpd restarts."""

import copy

from harness import rows

import calls
from console import HANDLER, SITE, as_fetch, attempt, explain, mended, restart
from stage import Visitor, serve


def distinct(scenarios):
    """One of those that ask the same of a path."""
    found = {}
    for one in scenarios:
        found.setdefault((one.path, one.host, one.call), one)
    return list(found.values())


def look(visitor, one):
    """What the scenario comes to."""
    visitor.to(one.path)
    visitor.open(one.host)
    return attempt(visitor, one.script)


def section_of(one, answer):
    """Where the policy of the scenario's path stands."""
    return answer["policy"][0]["line"] if answer["policy"] else one.path


def rounds_of(answers):
    """Lists of scenarios, none of which brings another's policy anything that the other does not need itself."""
    rounds = []
    for one, answer in answers.items():
        section = section_of(one, answer)
        mends = {(mend["line"], mend["write"] or mend["where"]) for mend in answer["mend"]}
        fitting = next((each for each in rounds if each[0].get(section, mends) == mends), None)
        if fitting is None:
            fitting = ({}, [])
            rounds.append(fitting)
        fitting[0][section] = mends
        fitting[1].append(one)
    return [scenarios for _, scenarios in rounds]


def play(visitor, server, scenarios):
    """All of them before, what is said of them done in rounds, and all after. What went wrong."""
    text = server.root.read(SITE)
    wrong, answers = [], {}
    for one in scenarios:
        _, message = look(visitor, one)
        origin = visitor.driver.execute_script("return origin")
        answers[one] = answer = explain(server, visitor.url, origin, one.call)
        if answer["browser"]["reads"] or answer["browser"]["chrome"] != as_fetch(message or ""):
            wrong.append((one, message, answer["browser"]))
    for each in rounds_of(answers):
        restart(server, mended(text, [(one.path, answers[one]) for one in each]))
        for one in each:
            found, message = look(visitor, one)
            if message or "error" in found:
                wrong.append((one, found, message, answers[one]["mend"]))
    return wrong


def asked_about(site):
    """The site, with the handler."""
    other = copy.copy(site)
    other.blocks = [*site.blocks, HANDLER]
    return other


@rows("name", [(name, name) for name in calls.SUITES])
def test_the_mends_mend(browser, name):
    site, scenarios = calls.SUITES[name]
    assert scenarios
    with serve(asked_about(site)) as server:
        visitor = Visitor(browser, server)
        visitor.forget()
        assert play(visitor, server, distinct(scenarios)) == []
