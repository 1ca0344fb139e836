# SPDX-License-Identifier: Apache-2.0
"""The code blocks of README.md and docs, with the words that say how each is to be checked."""

import re

from .installed import REPOSITORY

FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
INDENTED = re.compile(r"(?:\A|\n)\n((?: {4,}[^\n]*\n)+)")


class Block:
    """One code block: language, marks, text; the heading above it, and its number in the document."""

    def __init__(self, name, number, heading, line, info, text):
        self.name = name
        self.number = number
        self.heading = heading
        self.line = line
        self.language, *self.marks = info.split() or [""]
        self.text = text

    def __str__(self):
        return f"{self.name}:{self.line}"


def documents():
    """The names of the documents whose blocks are checked."""
    return ["README.md", *sorted(str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "docs").rglob("*.md"))]


def text_of(name):
    """A document."""
    return (REPOSITORY / name).read_text(encoding="utf-8")


def blocks(name):
    """The fenced blocks of a document, in order."""
    text = text_of(name)
    found = []
    for match in FENCE.finditer(text):
        above = re.findall(r"^#+ (.*)$", FENCE.sub("", text[: match.start()]), re.M)
        line = text[: match.start()].count("\n") + 1
        found.append(Block(name, len(found), above[-1] if above else "", line, match["info"], match["text"]))
    return found


def all_blocks():
    """The blocks of all documents."""
    return [block for name in documents() for block in blocks(name)]


def indented_blocks(name):
    """Blocks without a fence, which nobody can tell the language of."""
    return INDENTED.findall(FENCE.sub("", text_of(name)))


def anchors(name):
    """The names that a document's headings can be linked to by."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text_of(name)), re.M)
    words = (re.sub(r"&\w+;|[^\w\- ]", "", heading.lower()) for heading in headings)
    return {each.strip().replace(" ", "-") for each in words}


def commands(block):
    """The commands of a shell block, one a line, without comments."""
    text = re.sub(r"\\\n\s*", " ", block.text)
    lines = (re.sub(r"(?:^|\s)#.*$", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line]
