# SPDX-License-Identifier: Apache-2.0
"""docs/troubleshooting.md has the messages that were provoked from this browser, and no others for it."""

import inspect
import re

import messages
import test_console_beyond
import test_console_messages
from demo import REPOSITORY

DOCUMENT = (REPOSITORY / "docs/troubleshooting.md").read_text(encoding="utf-8")
SECTION = re.search(r"^## Chromium\n(.*?)^### Chromium before", DOCUMENT, re.M | re.S)[1]


def quoted():
    """The block quotes of the section, each on one line, without what a preflight's message has before it."""
    quotes = re.findall(r"^(?:> .*\n)+", SECTION, re.M)
    return [re.sub(r"\n?> ", " ", quote).strip().removeprefix(messages.PREFLIGHT) for quote in quotes]


def provoked():
    """What the scenarios assert that the console said."""
    found = {case.message for _, case in test_console_messages.CASES}
    found |= {row[-2] for row in test_console_beyond.BACKENDS}
    names = re.findall(r"messages\.says\(messages\.([A-Z_]+)", inspect.getsource(test_console_beyond))
    return {each.removeprefix(messages.PREFLIGHT) for each in found | {getattr(messages, name) for name in names}}


def test_each_message_of_the_document_was_provoked():
    assert sorted(set(quoted()) - provoked()) == []


def test_each_provoked_message_is_in_the_document():
    assert sorted(provoked() - set(quoted())) == []


def test_a_message_is_there_once():
    assert len(quoted()) == len(set(quoted())) >= 15


def test_the_beginnings_are_in_the_document():
    for beginning in (messages.BEGINNING, messages.PREFLIGHT):
        assert f"\n{beginning.strip()} ...\n" in SECTION


def test_who_asks_is_in_the_document():
    for who in {case.who for _, case in test_console_messages.CASES}:
        assert f"`{who}`" in SECTION
