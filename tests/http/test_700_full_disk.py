# SPDX-License-Identifier: Apache-2.0
"""No space is left: logs cannot be written, new lists cannot be kept. Requests are answered as ever, and nothing that
was in force is lost."""

import contextlib
import pathlib
import subprocess
import tempfile

import pytest
from harness import Httpd, Site, policy
from harness.answer import NOT_SHARED, assert_answered, assert_denied, shared
from harness.faults import Faults
from harness.reload import BOTH, LISTS, NEW, NEW_LIST, OLD, OLD_LIST, Reloading, everywhere, replace, until
from harness.site import EVIL, GOOD

DEBUG = "LogLevel cors:debug"


def assert_served(server, path):
    """Allowed, denied, and preflights of both kinds."""
    for _ in range(20):
        assert server.get(path, GOOD).cors == shared(GOOD)
        assert server.get(path, EVIL).cors == NOT_SHARED
        assert_answered(server.preflight(path, GOOD), GOOD)
        assert_denied(server.preflight(path, EVIL), "origin-not-allowed")


def test_no_log_can_be_written(start):
    """/dev/full is a disk that is always full."""
    site = Site('LogFormat "%{CORS_VERDICT}e" verdict\nCustomLog /dev/full verdict', ["log_config"])
    site.page("/page")
    site.add("LogLevel log_config:crit\n<VirtualHost 127.0.0.1:${PORT}>\nErrorLog /dev/full")
    site.add(f"{DEBUG}\n{policy()}\n</VirtualHost>")
    assert_served(start(site), "/page")


@contextlib.contextmanager
def small_disk(size="256k"):
    """A file system of so many bytes, where that may be made."""
    with tempfile.TemporaryDirectory(prefix="cors-disk-") as directory:
        path = pathlib.Path(directory, "disk")
        path.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=1777", "tmpfs", str(path)]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("only root may mount a file system")
        pathlib.Path(directory).chmod(0o755)
        try:
            yield path
        finally:
            subprocess.run(["umount", "-l", str(path)], check=True)


def fill(disk):
    """Use up the last byte."""
    with open(disk / "filling", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    with open(disk / "filling", "ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x")


def test_the_disk_of_the_error_log_is_full_for_a_while():
    with small_disk() as disk:
        site = Site(f"{DEBUG}\nCorsReloadInterval 1")
        site.page("/page")
        site.add(f"<VirtualHost 127.0.0.1:${{PORT}}>\nErrorLog {disk}/error\n{DEBUG}\n{policy()}\n</VirtualHost>")
        with Httpd(site) as server:
            assert_served(server, "/page")
            assert "CORS0401" in (disk / "error").read_text()
            fill(disk)
            size = (disk / "error").stat().st_size
            assert_served(server, "/page")
            server.restart()
            assert_served(server, "/page")
            assert (disk / "error").stat().st_size <= size + 4096
            (disk / "filling").unlink()
            server.get("/page", "https://back.example")
            until(lambda: "back.example" in (disk / "error").read_text(), "it is written again")


def listing(text=""):
    """A site with a list that changes."""
    site = Site(f"CorsReloadInterval 1\nLogLevel cors:notice\n{text}")
    site.file(f"{LISTS}/list", OLD_LIST)
    site.path = site.location(f"CorsOriginsFile {LISTS}/list")
    return site


def in_force(server, *allowed):
    """Are these the origins that are allowed, of the three?"""
    found = [server.get(server.site.path, origin).cors for origin in (BOTH, OLD, NEW)]
    return found == [shared(origin) if origin in allowed else NOT_SHARED for origin in (BOTH, OLD, NEW)]


def change_without_space(server):
    """A changed list that cannot be kept is refused, once; the one before stays, for those born later too."""
    replace(server.root.path / LISTS / "list", NEW_LIST)
    until(lambda: server.log.find("CORS0302"), "it is refused")
    server.log.expect("CORS0302: .*list")
    server.kill(server.children())
    until(server.children, "there are children")
    assert all(in_force(server, BOTH, OLD) for _ in range(20))


@pytest.mark.parametrize("where", ["memory without a name", "a temporary file"])
def test_a_new_list_finds_no_space(where):
    site = listing()
    faults = Faults(site)
    if where == "a temporary file":
        faults.begin("no-memfd")
    with Reloading(site) as server:
        faults.begin("disk-full")
        change_without_space(server)
        assert len(server.log.find("CORS0302")) == 1
        faults.end("disk-full")
        everywhere(lambda: in_force(server, BOTH, NEW), "the new list is in force")
        assert len(server.log.find("CORS0303")) == 1
