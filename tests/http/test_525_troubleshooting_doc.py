# SPDX-License-Identifier: Apache-2.0
"""docs/troubleshooting.md has every wording that the module predicts, leads somewhere, and shows commands that work."""

import ast
import re
import shlex
import subprocess

import pytest
from harness import Site, policy
from harness.installed import REPOSITORY

SOURCE = REPOSITORY / "src/core/cors_console.c"
DOCUMENT = (REPOSITORY / "docs/troubleshooting.md").read_text(encoding="utf-8")
FLAT = re.sub(r"\n(?:> | +|)", " ", DOCUMENT)
LITERALS = re.compile(r'(?:"(?:[^"\\]|\\.)*"\s*)+')
WORDS = {"u": "URL", "o": "ORIGIN", "m": "METHOD", "h": "HEADER", "n": "HEADER", "s": "STATUS", "c": "VALUE"}
CHROMIUM = "Access to fetch at 'URL' from origin 'ORIGIN' has been blocked by CORS policy: "
PREFLIGHT = "Response to preflight request doesn't pass access control check: "
FIREFOX = ("Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at URL. "
           "(Reason: ")

site = Site(f"<Location /api>\n{policy()}\n</Location>\n<Location /cors-status>\nSetHandler cors-status\n</Location>")


def wordings():
    """What cors_console.c can say, with words in capitals for what it fills in, without the browsers' beginnings."""
    flags = subprocess.run(["apr-1-config", "--includes", "--cppflags"], capture_output=True, text=True, check=True)
    source = subprocess.run(["cc", "-E", "-P", *shlex.split(flags.stdout), SOURCE], capture_output=True, text=True,
                            check=True).stdout
    table = source[source.index("wordings["):]
    table = table[:table.index("};")]
    for literal in LITERALS.findall(table):
        text = ast.literal_eval(re.sub(r'(?<!\\)"(\s*)"', r'" b"', "b" + literal.strip())).decode()
        text = re.sub("%(.)", lambda key: WORDS[key[1]], text)
        text = text.removeprefix(CHROMIUM).removeprefix(PREFLIGHT)
        if text.startswith(FIREFOX):
            text = re.fullmatch(re.escape(FIREFOX) + r"(.*)\)\.(?: Status code: STATUS\.)?", text)[1]
        yield text


def test_each_wording_is_in_the_document():
    found = sorted(set(wordings()))
    assert len(found) > 15
    assert [text for text in found if text not in FLAT] == []


def test_the_beginnings_are_in_the_document():
    for beginning in (CHROMIUM, PREFLIGHT, FIREFOX):
        assert f"\n{beginning.removesuffix(' ') if beginning != FIREFOX else beginning}" in DOCUMENT


def anchor(heading):
    """The name that a heading can be linked to by."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", DOCUMENT))))
def test_links_lead_somewhere(link):
    name, _, fragment = link.partition("#")
    text = (REPOSITORY / "docs" / name).read_text(encoding="utf-8") if name else DOCUMENT
    assert not fragment or fragment in [anchor(each) for each in re.findall(r"^#+ (.*)$", text, re.M)]


def test_numbers_exist():
    known = (REPOSITORY / "docs/messages.md").read_text(encoding="utf-8")
    numbers = set(re.findall(r"CORS0\d\d\d", DOCUMENT))
    assert numbers and all(f"### {number}\n" in known for number in numbers)


def test_directives_exist():
    known = (REPOSITORY / "src/httpd/cors_directives.c").read_text(encoding="utf-8")
    named = set(re.findall(r"\bCors[A-Z]\w+", DOCUMENT))
    assert named and sorted(name for name in named if f'"{name}"' not in known) == []


def test_the_curl_line_works(server):
    block = next(each for each in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.S) if each.startswith("curl -G"))
    words = shlex.split(block.replace("\\\n", " ").replace("http://localhost/", f"http://localhost:{server.port}/")
                        .replace("//api.example.com/items", f"//localhost:{server.port}/api"))
    done = subprocess.run([*words, "-sS"], capture_output=True, text=True, check=True)
    assert re.search(r"^Verdict +denied\nReason +origin-not-allowed", done.stdout, re.M), done.stdout


def test_lines_are_short():
    assert [line for line in DOCUMENT.splitlines() if len(line) > 120] == []
