# SPDX-License-Identifier: Apache-2.0
"""What this machine has: the httpd program, its modules, the module under test, an account to run as."""

import functools
import grp
import os
import pathlib
import pwd
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
MPM = os.environ.get("CORS_TEST_MPM", "event")


def _apxs(variable):
    return subprocess.run(["apxs", "-q", variable], check=True, capture_output=True, text=True).stdout.strip()


@functools.lru_cache(None)
def program():
    """The httpd program, whatever the distribution calls it."""
    directory = pathlib.Path(_apxs("SBINDIR"))
    return str(next(path for path in (directory / "apache2", directory / "httpd") if path.exists()))


@functools.lru_cache(None)
def _static_modules():
    listing = subprocess.run([program(), "-l"], check=True, capture_output=True, text=True).stdout
    return {line.strip()[:-2].removeprefix("mod_") for line in listing.splitlines() if line.endswith(".c")}


@functools.lru_cache(None)
def load_line(name):
    """The LoadModule line for one of httpd's own modules, or none where it is compiled in."""
    if name in _static_modules() or name.removeprefix("mpm_") in _static_modules():
        return ""
    return f'LoadModule {name}_module "{_apxs_libexec()}/mod_{name}.so"'


@functools.lru_cache(None)
def _apxs_libexec():
    return _apxs("LIBEXECDIR")


def module_under_test():
    """The module the suite is about; a suite without it would check nothing."""
    path = pathlib.Path(os.environ.get("CORS_MODULE", REPOSITORY / "build" / "mod_cors.so")).resolve()
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: run make first, or name another with CORS_MODULE")
    return path


@functools.lru_cache(None)
def account_lines():
    """User and Group for the children where the tests run as root; an ordinary user needs none."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in ("www-data", "nobody", "daemon") if name in known)
    return f"User {entry.pw_name}\nGroup {grp.getgrgid(entry.pw_gid).gr_name}"
