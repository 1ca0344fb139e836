# SPDX-License-Identifier: Apache-2.0
"""Builds mod_corstest, the module with odd handlers, when it is older than its source."""

import functools
import os
import shlex
import subprocess
import tempfile

from .installed import REPOSITORY

SOURCE = REPOSITORY / "tests/http/mod_corstest/mod_corstest.c"
TARGET = REPOSITORY / "build/tests/mod_corstest.so"


def ask(*command):
    """What a command prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@functools.lru_cache(None)
def load_line():
    """The LoadModule line for it; several processes may build it at once."""
    if not TARGET.exists() or TARGET.stat().st_mtime < SOURCE.stat().st_mtime:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        includes = [f"-I{ask('apxs', '-q', 'INCLUDEDIR')}"]
        includes += shlex.split(ask("apr-1-config", "--includes", "--cppflags"))
        includes += shlex.split(ask("apu-1-config", "--includes"))
        with tempfile.TemporaryDirectory(dir=TARGET.parent) as scratch:
            built = os.path.join(scratch, TARGET.name)
            command = ["cc", "-shared", "-fPIC", "-g", "-std=gnu11", "-Wall", "-Wextra", "-Werror", *includes]
            subprocess.run([*command, "-o", built, str(SOURCE)], check=True)
            os.replace(built, TARGET)
    return f'LoadModule corstest_module "{TARGET}"'
