# SPDX-License-Identifier: Apache-2.0
"""What a server asks of the file system while the context lasts, seen by strace."""

import contextlib
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest


class Trace:
    """The lines of a trace that is still being written."""

    def __init__(self, path):
        self._path = path

    def before(self, marker, directory, seconds=20):
        """The calls that name something in a directory, up to the first that names the marker, which must come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            head, found, _ = Path(self._path).read_text(errors="replace").partition(str(marker))
            if found:
                return [line for line in head.splitlines()[:-1] if str(directory) in line]
            time.sleep(0.02)
        raise AssertionError(f"nobody has looked at {marker}")


@contextlib.contextmanager
def files_of(server):
    """Trace a server, its children and those still to come; skip the test where that cannot be done."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    processes = [server.process.pid, *server.children()]
    with tempfile.NamedTemporaryFile(prefix="cors-strace-") as output:
        command = ["strace", "-f", "-e", "trace=%file", "-o", output.name]
        command += [argument for each in processes for argument in ("-p", str(each))]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            for _ in processes:
                line = process.stderr.readline()
                if "attached" not in line:
                    pytest.skip(f"strace may not attach here: {line.strip()}")
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield Trace(output.name)
        finally:
            process.terminate()
            process.wait(10)
