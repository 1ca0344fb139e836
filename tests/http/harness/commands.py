# SPDX-License-Identifier: Apache-2.0
"""The commands that documents show: run against a server where that is possible, otherwise looked up."""

import os
import re
import shlex
import subprocess

from .installed import REPOSITORY

# What a document may tell an administrator to run, and what is checked of it where a test cannot run it
ELSEWHERE = {"apt": "tests/package/acceptance.sh"}  # what changes a machine is run on one that is thrown away
APACHECTL = ("configtest", "graceful", "-t", "-t -D DUMP_CORS")


class Unknown(Exception):
    """A command that nobody has said how to check."""


def simple(line):
    """The simple commands of a line, as lists of words, without variables set before them and sudo."""
    found = [[]]
    for word in shlex.split(line, comments=True):
        if word in ("&&", "||", "|", ";"):
            found.append([])
        elif found[-1] or not (word == "sudo" or re.fullmatch(r"\w+=.*", word)):
            found[-1].append(word)
    return [words for words in found if words]


def check(words, server):
    """Fail, by an assertion, where the command is not what its document makes of it."""
    checks = {"make": _make, "apachectl": _apachectl, "cors-explain": _explain, "curl": _curl}
    if words[0] in ELSEWHERE:
        assert (REPOSITORY / ELSEWHERE[words[0]]).exists()
        return
    if words[0] not in checks:
        raise Unknown(" ".join(words))
    checks[words[0]](words, server)


def _make(words, _):
    """The targets exist."""
    files = ("Makefile", "packaging/package.mk")
    makefile = "".join((REPOSITORY / name).read_text(encoding="utf-8") for name in files)
    targets = set(" ".join(re.findall(r"^([a-z][a-z \-]*):(?!=)", makefile, re.M)).split())
    asked = [word for word in words[1:] if "=" not in word]
    assert set(asked) <= targets, f"make has no target {set(asked) - targets}"
    for name in [word.split("=")[0] for word in words[1:] if "=" in word]:
        assert re.search(rf"\b{name}\b", makefile), f"the Makefile has no variable {name}"


def _apachectl(words, server):
    """apachectl hands these to httpd; -t, with what stands beside it, is run."""
    arguments = " ".join(words[1:])
    assert arguments in APACHECTL, f"apachectl {arguments}"
    if arguments.startswith("-t"):
        run = server.root.run(*words[1:])
        assert run.returncode == 0, run.stderr.decode()


def _explain(words, server):
    """The server is asked: an answer, whatever it is."""
    environment = {**os.environ, "CORS_STATUS_URL": f"http://127.0.0.1:{server.port}/cors-status"}
    run = subprocess.run([REPOSITORY / "tools/cors-explain", *words[1:]], env=environment, capture_output=True,
                         text=True, timeout=30, check=False)
    assert run.returncode in (0, 1) and "Verdict" in run.stdout, f"{run.returncode}: {run.stderr}"


def _curl(words, server):
    """Whatever host and scheme are named, the test's server is asked, and answers as the policy has it."""
    asked = [re.sub(r"^https?://", "http://", word) for word in words[1:] if not word.startswith("-")
             and re.match(r"https?://", word)]
    assert len(asked) == 1, words
    arguments = [asked[0] if re.match(r"https?://", word) else word for word in words[1:]]
    run = subprocess.run(["curl", "-sS", "--max-time", "20", "--connect-to", f"::127.0.0.1:{server.port}", *arguments],
                         capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 0, run.stderr
    origin = re.search(r"Origin: (\S+)", " ".join(words))
    if origin and "-i" in words:
        assert re.match(r"HTTP/1.1 20[04] ", run.stdout), run.stdout
        wanted = origin[1] == "https://app.example.com"
        assert (f"Access-Control-Allow-Origin: {origin[1]}" in run.stdout) is wanted, run.stdout
    else:
        assert "Verdict" in run.stdout or "mod_cors" in run.stdout, run.stdout
