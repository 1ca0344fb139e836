# SPDX-License-Identifier: Apache-2.0
"""make install puts everything where the distribution has it and is inert; make uninstall takes it away; make dist."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests/http"))

from harness import Site, configtest  # noqa: E402

LAYOUTS = {
    "debian": ("etc/apache2/mods-available/cors.load", "etc/apache2/mods-available/cors.conf"),
    "fedora": ("etc/httpd/conf.modules.d/10-cors.conf", "etc/httpd/conf.d/cors.conf"),
    "none": (),
}
SYSCONFDIR = {"debian": "/etc/apache2", "fedora": "/etc/httpd/conf", "none": "/etc/httpd"}


def make(*arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    done = subprocess.run(["make", "--no-print-directory", *arguments], cwd=environment.pop("cwd", REPOSITORY), text=True,
                          env=kept | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    return done.stdout


def settings(root, layout):
    return [f"DESTDIR={root}", f"LAYOUT={layout}", f"SYSCONFDIR={SYSCONFDIR[layout]}", "LIBEXECDIR=/usr/lib/modules",
            "PREFIX=/usr"]


def files(root):
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir() or path.is_symlink()}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_installed_goes_again(layout, tmp_path):
    make("install", *settings(tmp_path, layout))
    there = files(tmp_path)
    assert there >= {"usr/lib/modules/mod_cors.so", "usr/bin/cors-explain", "usr/share/man/man1/cors-explain.1",
                     "usr/share/doc/mod_cors/README.md", "usr/share/doc/mod_cors/mod_cors.md",
                     "usr/share/doc/mod_cors/guides/from-fastapi.md", "usr/share/doc/mod_cors/examples/cors.conf", *LAYOUTS[layout]}
    assert {name for name in there if name.startswith("etc")} == set(LAYOUTS[layout])
    make("uninstall", *settings(tmp_path, layout))
    assert files(tmp_path) == set()


@pytest.mark.parametrize("layout", ["debian", "fedora"])
def test_the_installed_files_load_the_module_and_change_nothing(layout, tmp_path):
    make("install", *settings(tmp_path, layout))
    load, conf = ((tmp_path / name).read_text() for name in LAYOUTS[layout])
    assert load == "LoadModule cors_module /usr/lib/modules/mod_cors.so\n"
    assert all(not line or line.startswith("#") for line in conf.splitlines())
    assert "@" not in conf
    assert (tmp_path / re.search(r"default: /(\S+)", conf)[1]).read_bytes() == (REPOSITORY / "conf/cors.conf").read_bytes()
    configtest(conf).assert_nothing_said()


def test_what_the_installed_file_proposes_is_accepted():
    text = (REPOSITORY / "conf/installed/cors.conf").read_text()
    proposal = re.sub(r"^#(?=[<]| {4})", "", text, flags=re.M)
    assert "\n<Location" in proposal and "\n    CorsAllowOrigin" in proposal
    site = Site(modules=[])
    site.add(proposal)
    configtest(site).assert_nothing_said()


def test_what_an_administrator_has_changed_stays(tmp_path):
    make("install", *settings(tmp_path, "debian"))
    conf = tmp_path / LAYOUTS["debian"][1]
    conf.write_text("# mine\n")
    assert "has been changed here" in make("install", *settings(tmp_path, "debian"))
    make("uninstall", *settings(tmp_path, "debian"))
    assert conf.read_text() == "# mine\n"
    assert files(tmp_path) == {LAYOUTS["debian"][1]}


def test_nothing_loads_what_is_uninstalled(tmp_path):
    make("install", *settings(tmp_path, "debian"))
    enabled = tmp_path / "etc/apache2/mods-enabled"
    enabled.mkdir()
    for name in ("cors.load", "cors.conf"):
        (enabled / name).symlink_to(f"../mods-available/{name}")
    make("uninstall", *settings(tmp_path, "debian"))
    assert files(tmp_path) == set()


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_archive_has_the_same_bytes_whoever_makes_it(tmp_path):
    """Twice from here; and from its own content, in another place, time zone and umask, with other times and no git."""
    version = re.search(r'MOD_CORS_VERSION "(.*)"', (REPOSITORY / "mod_cors.h").read_text())[1]
    name = f"mod_cors-{version}"
    make("dist", f"BUILD={tmp_path}/one")
    make("dist", f"BUILD={tmp_path}/two", TZ="Asia/Tokyo", LC_ALL="C.UTF-8")
    first = tmp_path / f"one/{name}.tar.gz"
    assert digest(first) == digest(tmp_path / f"two/{name}.tar.gz")

    elsewhere = tmp_path / "elsewhere"
    with tarfile.open(first) as archive:
        assert {member.name.split("/")[0] for member in archive} == {name}
        assert {(member.uid, member.gid, member.uname) for member in archive} == {(0, 0, "")}
        archive.extractall(elsewhere)
    copy = elsewhere / name
    assert not (copy / "debian").exists() and not (copy / "build").exists()
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(path.stat().st_mode & 0o700)
    make("dist", cwd=copy)
    assert digest(copy / f"build/{name}.tar.gz") == digest(first)
    shutil.rmtree(elsewhere)


def test_the_archive_has_what_a_build_needs(tmp_path):
    """And is seen to: make reads every file that it would compile."""
    make("dist", f"BUILD={tmp_path}")
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path)
    copy = next(tmp_path.glob("mod_cors-*/"))
    plan = make("-n", "all", "unit", cwd=copy)
    sources = {path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("src/*/*.c")}
    assert sources and all(f"-c -o build/{name[:-2]}.o {name}" in plan for name in sources)
