# SPDX-License-Identifier: Apache-2.0
"""Calls that fail when a test says so: tests/http/faults/faults.c before an httpd and its modules."""

import pathlib
import shlex
import subprocess
import tempfile

from .corstest import ask
from .installed import REPOSITORY
from .reload import until

SOURCE = REPOSITORY / "tests/http/faults/faults.c"


class Faults:
    """Puts itself before the httpd of a site; a fault happens from begin() until end()."""

    def __init__(self, site):
        self._scratch = tempfile.TemporaryDirectory(prefix="cors-faults-")
        self.path = pathlib.Path(self._scratch.name)
        self.path.chmod(0o777)  # those that are killed take the order away
        library = self.path / "library.so"
        includes = shlex.split(ask("apr-1-config", "--includes", "--cppflags"))
        flags = ["-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-g"]
        subprocess.run(["cc", *flags, *includes, "-o", str(library), str(SOURCE), "-ldl"], check=True)
        library.chmod(0o755)
        site.environment.update(LD_PRELOAD=str(library), CORS_FAULTS=str(self.path))

    def begin(self, fault):
        """From now on."""
        (self.path / fault).touch()

    def end(self, fault):
        """No longer."""
        (self.path / fault).unlink()

    def order(self, fault, times=1):
        """It happens in the next so many calls, in whichever processes."""
        for number in range(times):
            self.begin(f"{fault}.{number}")

    def has_happened(self, fault, left=0):
        """Wait until no more than so many orders are left."""
        until(lambda: len([*self.path.glob(f"{fault}.*")]) <= left, f"{fault}: {left} are left")
