# SPDX-License-Identifier: Apache-2.0
"""The failing scenarios of the other suites: explain predicts the message and what is missing; written, they pass.

Several scenarios are under one policy, and one's mend may be another's. So they go in rounds: in each, a policy has the
mends of one scenario, and of those that need the very same, and nobody else's, and httpd restarts. A redirect may lead
on to a URL that lacks something else: then that is asked about, as long as it takes."""

import copy
import urllib.parse

from harness import rows

import calls
import messages
import test_tls
from console import HANDLER, SITE, asked_for, as_fetch, attempt, explain, mended, restart
from messages import PREFLIGHT
from stage import Visitor, serve

HOPS = 3    # the longest way of redirects there is


def distinct(scenarios):
    """One of those that do the same."""
    found = {}
    for one in scenarios:
        found.setdefault((one.path, one.host, one.script, one.call, one.before), one)
    return list(found.values())


def look(visitor, one):
    """What the scenario comes to."""
    ports = {"tls": visitor.server.backend, "plain": visitor.server.port}
    visitor.to(one.path)
    for host, script in one.before:
        visitor.open(host)
        attempt(visitor, script)
    visitor.open(one.host.format(**ports))
    return attempt(visitor, one.script)


def comparable(one, message):
    """What of a message is to be predicted."""
    return as_fetch(message).replace(PREFLIGHT, "") if one.is_untold else as_fetch(message)


def is_predicted(one, said, predicted):
    """Of a stored page that has not changed, browsers look at the headers that it had for whom they stored it."""
    return said == predicted or (one.before and messages.says(messages.OTHER_ORIGIN, said)
                                 and messages.says(messages.NO_ORIGIN, predicted))


def ask(visitor, server, one, message):
    """The URL that is at fault, what explain says of it, and what is wrong with that."""
    url, origin = asked_for(message)
    question = one.asks(server) if one.asks else url
    answer = explain(server, question, origin, one.call)
    if answer["browser"]["reads"] and "(redirected from" in message:
        message = message.replace(f"'{origin}'", "'null'")      # from another host, which the console does not say
        answer = explain(server, question, "null", one.call)
    said = comparable(one, message).replace(f"'{url}'", f"'{answer['url']}'")
    predicted = comparable(one, answer["browser"]["chrome"] or "")
    wrong = answer["browser"]["reads"] or not is_predicted(one, said, predicted) or not answer["mend"]
    return question, answer, (one, message, answer["browser"]) if wrong else None


def rounds_of(answers):
    """Lists of scenarios, none of which brings another's policy anything that the other does not need itself."""
    rounds = []
    for one, (url, answer) in answers.items():
        section = answer["policy"][0]["line"] if answer["policy"] else urllib.parse.urlsplit(url).path
        mends = {(mend["line"], mend["write"] or mend["where"]) for mend in answer["mend"]}
        fitting = next((each for each in rounds if each[0].get(section, mends) == mends), None)
        if fitting is None:
            fitting = ({}, [])
            rounds.append(fitting)
        fitting[0][section] = mends
        fitting[1].append(one)
    return [scenarios for _, scenarios in rounds]


def go_on(visitor, server, one, text, message):
    """The rest of a way of redirects. What went wrong, or None."""
    for _ in range(HOPS):
        url, answer, wrong = ask(visitor, server, one, message)
        if wrong:
            return wrong
        text = mended(text, [(urllib.parse.urlsplit(url).path, answer)], dangerously=True)
        restart(server, text)
        found, message = look(visitor, one)
        if message is None:
            return None if "error" not in found else (one, found, answer["mend"])
    return one, message, "still"


def play(visitor, server, scenarios):
    """All of them before, what is said of them done in rounds, and all after. What went wrong."""
    text = server.root.read(SITE)
    wrong, answers = [], {}
    for one in scenarios:
        _, message = look(visitor, one)
        if message is None:
            wrong.append((one, "the console says nothing"))
            continue
        url, answer, fault = ask(visitor, server, one, message)
        answers[one] = url, answer
        wrong += [fault] if fault else []
    unfinished = []
    for each in rounds_of(answers):
        places = [(urllib.parse.urlsplit(answers[one][0]).path, answers[one][1]) for one in each]
        now = mended(text, places, dangerously=True)
        restart(server, now)
        for one in each:
            found, message = look(visitor, one)
            if message and asked_for(message)[0] != answers[one][0] and one.asks is None:
                unfinished.append((one, now, message))
            elif message or "error" in found:
                wrong.append((one, found, message, answers[one][1]["mend"]))
    for one, now, message in unfinished:
        restart(server, now)
        fault = go_on(visitor, server, one, now, message)
        wrong += [fault] if fault else []
    return wrong


def asked_about(site):
    """The site, with the handler."""
    other = copy.copy(site)
    other.blocks = [*site.blocks, HANDLER]
    return other


def site_of(name, directory):
    """The site that the suite is about."""
    module = getattr(calls, f"test_{name}")
    return module.build(directory) if module is test_tls else module.site


@rows("name", [(name, name) for name in calls.SUITES])
def test_the_mends_mend(browser, name, tmp_path):
    scenarios = calls.SUITES[name]
    assert scenarios
    with serve(asked_about(site_of(name, tmp_path))) as server:
        visitor = Visitor(browser, server)
        if name == "tls":
            visitor = Visitor(browser, server, "https", server.backend, test_tls.API)
        visitor.forget()
        assert play(visitor, server, distinct(scenarios)) == []
