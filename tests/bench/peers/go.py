# SPDX-License-Identifier: Apache-2.0
"""Go's net/http: bare, and with rs/cors; server.go, built by the Makefile."""

import os
import re
import subprocess

from harness import installed

from .program import Program

PROGRAM = installed.REPOSITORY / os.environ.get("CORS_BENCH_GO", "build/tests/bench/peers/server")
LIBRARY = "golang-github-rs-cors-dev", "golang-github-rs-cors-devel"


def bare():
    """Without CORS."""
    return Program(lambda _, port: [str(PROGRAM), f"127.0.0.1:{port}", "bare"])


def middleware():
    """With rs/cors around the handler."""
    return Program(lambda _, port: [str(PROGRAM), f"127.0.0.1:{port}", "cors"])


def version():
    """Go's, and the library's."""
    said = subprocess.run(["go", "version"], check=True, capture_output=True, text=True).stdout
    return f"Go {re.search(r'go([0-9][0-9.]*)', said)[1]} with rs/cors {_of_library()}"


def _of_library():
    """The sources do not say; the package does."""
    for query in (["dpkg-query", "-W", "-f=${Version}", LIBRARY[0]], ["rpm", "-q", "--qf=%{VERSION}", LIBRARY[1]]):
        try:
            run = subprocess.run(query, check=True, capture_output=True, text=True)
            return run.stdout.partition("-")[0]
        except (OSError, subprocess.CalledProcessError):
            pass
    return "of unknown version"
