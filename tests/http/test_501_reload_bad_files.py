# SPDX-License-Identifier: Apache-2.0
"""A list that has become bad changes nothing: the last good one stays in force, and the log says so once."""

import itertools
import os
import re
import socket
import threading
import time

import pytest
from harness import Site, rows
from harness.answer import NOT_SHARED, assert_denied, shared
from harness.reload import (
    ANYTHING, BOTH, CREDENTIALS, LISTS, LOADED, MENDED, NEW, NEW_LIST, NOTHING, OLD, OLD_LIST, REFUSED, Play, Scenario,
    Step, everywhere, ids_of, rename, replace, rewrite, until, write,
)

AS_BEFORE, CHANGED = (OLD, BOTH), (NEW, BOTH)
HTTP = "http://plain.example"


def remove(directory):
    (directory / "list").unlink()


def instead(make):
    """The change that makes something, and puts it in the place of whatever is there.

    In one step, or a look might find nothing at all; only a directory has to be moved out of the way.
    """

    def change(directory):
        new, path = directory / "new", directory / "list"
        make(new)
        if new.is_dir() or (path.is_dir() and not path.is_symlink()):
            os.replace(path, directory / ("directory" if path.is_dir() else "file"))
        os.replace(new, path)

    return change


def good_again(content=NEW_LIST):
    """The change that puts a good list in the place of whatever is there."""
    return instead(lambda path: write(path, content))


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(path.parent, os.O_RDONLY)  # the whole path may be too long for a socket
        try:
            listener.bind(f"/proc/self/fd/{here}/{path.name}")
        finally:
            os.close(here)


def unsearchable(directory):
    (directory / "below").chmod(0)


def searchable(directory):
    (directory / "below").chmod(0o755)
    write(directory / "below/list", NEW_LIST)


def below(directory):
    (directory / "below").mkdir()
    write(directory / "below/list", OLD_LIST)


def without_directory(directory):
    os.replace(directory / "below", directory / "aside")


def with_directory(directory):
    write(directory / "aside/list", NEW_LIST)
    os.replace(directory / "aside", directory / "below")


# What becomes of the list; the number of the line that the log names, if it is a line
BAD_LISTS = [
    ("a path", f"{BOTH}\n{NEW}\n\nhttps://new.example/path\n", 4),
    ("the first of two faults is named", f"# new\n{NEW}\nhttps://New.example\nnonsense\n", 3),
    ("upper case", f"https://New.example\n{NEW_LIST}", 1),
    ("a word", f"{NEW_LIST}none", 3),
    ("null", f"{NEW_LIST}null\n", 3),
    ("two patterns on a line", f"{BOTH} {NEW}\n", 1),
    ("a zero byte in a line", f"{NEW_LIST}https://good.example\0.evil.test\n", 3),
    ("nothing but zero bytes", b"\0" * len(NEW_LIST), 1),
    ("a hole", NEW_LIST.encode() + b"\0" * 100_000, 3),
    ("UTF-16", NEW_LIST.encode("utf-16"), 1),
    ("UTF-16 without a mark", NEW_LIST.encode("utf-16-be"), 1),
    ("bytes of a program", b"\x7fELF\x02\x01\x01\x00\n\xff\xfe\n", 1),
    ("line ends of an old Macintosh", f"{BOTH}\r{NEW}\r", 1),
    ("a line of ten megabytes", f"{NEW_LIST}https://{'a' * 10_000_000}.example\n", 3),
    ("half of a word", f"{NEW_LIST}https:", 3),
    ("a page", "<!DOCTYPE html>\n<title>404</title>\n", 1),
]
BAD_FILES = [
    ("gone", remove),
    ("a directory", instead(lambda path: path.mkdir())),
    ("a FIFO", instead(os.mkfifo)),
    ("a socket", instead(make_socket)),
    ("a device that never ends", instead(lambda path: os.symlink("/dev/zero", path))),
    ("a device that is empty", instead(lambda path: os.symlink("/dev/null", path))),
    ("a link to nothing", instead(lambda path: os.symlink("nowhere", path))),
    ("a link to itself", instead(lambda path: os.symlink("list", path))),
    ("not to be read", lambda directory: (directory / "list").chmod(0)),
    ("a new one that is not to be read", instead(lambda path: write(path, NEW_LIST).chmod(0))),
]
# With credentials a list may not have all that another may
HAZARDS = [
    ("an http origin", HTTP),
    ("every origin", "*"),
    ("all of a public suffix", "https://*.co.uk"),
]
BAD = Step(rewrite("nonsense\n"), AS_BEFORE, REFUSED)
GONE = Step(remove, AS_BEFORE, REFUSED)
LEFT = Step(lambda directory: None, AS_BEFORE, NOTHING)
GOOD_AGAIN = Step(good_again(), CHANGED, MENDED)

LINES = [Scenario(name, Step(rename(text), AS_BEFORE, REFUSED), GOOD_AGAIN) for name, text, _ in BAD_LISTS]
FILES = [Scenario(name, Step(change, AS_BEFORE, REFUSED), GOOD_AGAIN) for name, change in BAD_FILES]
UNSAFE = [
    Scenario(
        f"{name}, with credentials", Step(rename(f"{NEW_LIST}{pattern}\n"), AS_BEFORE, REFUSED), GOOD_AGAIN,
        lines=CREDENTIALS,
    )
    for name, pattern in HAZARDS
]
STORIES = [
    Scenario(
        "its directory is gone", Step(without_directory, AS_BEFORE, REFUSED), Step(with_directory, CHANGED, MENDED),
        layout=below, file="below/list",
    ),
    Scenario(
        "its directory is closed", Step(unsearchable, AS_BEFORE, REFUSED), Step(searchable, CHANGED, MENDED),
        layout=below, file="below/list",
    ),
    Scenario("gone, and back as it was", GONE, Step(good_again(OLD_LIST), AS_BEFORE, MENDED)),
    Scenario(
        "not to be read, and then as it was", Step(lambda directory: (directory / "list").chmod(0), AS_BEFORE, REFUSED),
        Step(lambda directory: (directory / "list").chmod(0o644), AS_BEFORE, MENDED),
    ),
    Scenario("bad, and back as it was", BAD, Step(rewrite(OLD_LIST), AS_BEFORE, MENDED)),
    Scenario("bad, and left so", BAD, LEFT, GOOD_AGAIN),
    Scenario("gone, and left so", GONE, LEFT, GOOD_AGAIN),
    Scenario("bad, then gone", BAD, Step(remove, AS_BEFORE, ANYTHING), GOOD_AGAIN),
    Scenario("gone, then bad", GONE, Step(rewrite("x\n"), AS_BEFORE, ANYTHING), GOOD_AGAIN),
    Scenario("bad in another way", BAD, Step(rewrite(f"{NEW}\nx y\n"), AS_BEFORE, ANYTHING), GOOD_AGAIN),
    Scenario("bad, then empty", BAD, Step(rewrite(""), (), MENDED), Step(rename(NEW_LIST), CHANGED, LOADED)),
    Scenario(
        "good, then bad: the last good one is not the first", Step(rename(NEW_LIST), CHANGED, LOADED),
        Step(rename("nonsense\n"), CHANGED, REFUSED), Step(good_again(OLD_LIST), AS_BEFORE, MENDED),
    ),
    Scenario("emptied, then gone", Step(rewrite(""), (), LOADED), Step(remove, (), REFUSED), GOOD_AGAIN),
    Scenario(
        "good, then gone, with credentials", Step(rename(NEW_LIST), CHANGED, LOADED), Step(remove, CHANGED, REFUSED),
        Step(good_again(OLD_LIST), AS_BEFORE, MENDED), lines=CREDENTIALS,
    ),
    Scenario("unsafe somewhere", Step(rename(f"{NEW_LIST}{HTTP}\n"), AS_BEFORE, REFUSED), GOOD_AGAIN),
    Scenario(
        "a guard that is lifted", Step(rename(f"{NEW_LIST}{HTTP}\nhttps://*.co.uk\n"), CHANGED, LOADED),
        lines=f"{CREDENTIALS}\nCorsDangerouslyAllow InsecureOrigins PublicSuffixes",
    ),
    Scenario(
        "null that is let in", Step(rename(f"{NEW_LIST}null\n"), CHANGED, LOADED),
        lines="CorsDangerouslyAllow NullOrigin",
    ),
    Scenario("an http origin without credentials", Step(rename(f"{NEW_LIST}{HTTP}\n"), CHANGED, LOADED)),
]
PLAY = Play(Site("CorsReloadInterval 1\nMaxKeepAliveRequests 0"), *LINES, *FILES, *UNSAFE, *STORIES)
site = PLAY.site
SOMEWHERE = site.location(f"CorsOriginsFile {PLAY['unsafe somewhere'].directory}/list\n{CREDENTIALS}")


def delegated(name, directory, override):
    """A list in the server's configuration, and a page whose .htaccess turns credentials on."""
    path = site.htaccess(directory, override)
    site.add(f'<Directory "${{DOCROOT}}{directory}">\nCorsOriginsFile {LISTS}/{name}\n</Directory>')
    site.file(f"{LISTS}/{name}", OLD_LIST)
    return path


DELEGATED = delegated("delegated", "/delegated", CREDENTIALS)


@pytest.fixture(scope="module")
def server():
    """Serves all scenarios."""
    with PLAY.serve() as running:
        yield running


class Writer(threading.Thread):
    """Changes a list all the time."""

    def __init__(self, change):
        super().__init__(daemon=True)
        self.change, self.stopped, self.seen = change, threading.Event(), None

    def run(self):
        number = 0
        while not self.stopped.wait(0.05):
            number += 1
            self.change(f"# {number}\n")

    def stop(self):
        """Leave the list as it is."""
        self.stopped.set()
        self.join(10)


RENAMED, WRITTEN = f"{LISTS}/renamed", f"{LISTS}/written"
RENAMED_PAGE, WRITTEN_PAGE = (site.location(f"CorsOriginsFile {name}") for name in (RENAMED, WRITTEN))
site.file(RENAMED, OLD_LIST)
site.file(WRITTEN, OLD_LIST)


@pytest.fixture(scope="module")
def renamer(server):
    """Somebody who puts a new list in the place of another all the time."""
    renaming = Writer(lambda line: replace(server.root.path / RENAMED, NEW_LIST + line))
    renaming.start()
    yield renaming
    renaming.stop()


@pytest.fixture(scope="module")
def writer(server):
    """Somebody who adds to a list all the time."""

    def add(line):
        with open(server.root.path / WRITTEN, "a", encoding="ascii") as file:
            file.write(line)

    add(f"{NEW}\n")
    writing = Writer(add)
    writing.start()
    yield writing
    writing.stop()


@pytest.fixture(scope="module")
def played(server, renamer, writer):
    """What has come of all scenarios, while one list was another all the time and one was never complete."""
    records = PLAY.run(server)
    until(lambda: said_of(server, WRITTEN), server.log.lines)
    renamer.seen = server.get(RENAMED_PAGE, NEW).cors
    renamer.stop()
    PLAY.turns.next()  # and all has been said of that list
    return records


def said_of(server, name):
    """What the log says of a list, from the start."""
    return ids_of(line for line in server.root.read("logs/error").splitlines() if f"{name}'" in line)


@rows("scenario", PLAY.rows())
def test_the_last_good_list_decides(played, scenario):
    assert [record.cors for record in played[scenario.name]] == scenario.expected()


@rows("scenario", PLAY.rows())
def test_the_log_says_so_once(played, scenario):
    for record, step in zip(played[scenario.name], scenario.steps):
        said = record.said if step.said is not ANYTHING else record.said[1:]  # one line at most
        assert said == (step.said or NOTHING), record.lines


def test_the_log_says_nothing_else(played):
    assert PLAY.undeclared == []


@rows("name, line", [(name, name, line) for name, _, line in BAD_LISTS])
def test_the_line_is_named(played, name, line):
    assert_refusal(played, name, rf"/list:{line}(?!\d)")


def assert_refusal(played, name, place):
    """The one line about a bad list is an error, names the place and says what holds now."""
    [said] = played[name][0].lines
    assert said.startswith("[cors:error] CORS0302: ") and len(said) < 2000
    assert re.search(PLAY[name].directory + place, said) and "last good" in said, said


UNSAFE_NAMES = [scenario.name for scenario in (*UNSAFE, PLAY["unsafe somewhere"])]


@rows("name", [(name, name) for name in UNSAFE_NAMES])
def test_the_unsafe_line_is_named(played, name):
    assert_refusal(played, name, r"/list:3(?!\d)")


@rows("name", [(name, name) for name, _ in BAD_FILES])
def test_the_file_is_named(played, name):
    assert_refusal(played, name, "/list")


@rows("name", [(scenario.name, scenario.name) for scenario in (*LINES, *FILES, *UNSAFE)])
def test_the_end_of_it_is_a_notice(played, name):
    assert played[name][1].lines
    assert all(line.startswith("[cors:notice] CORS030") for line in played[name][1].lines)


def test_no_other_policy_takes_what_one_may_not_have(server, played):
    assert [server.get(SOMEWHERE, origin).cors for origin in (NEW, BOTH, OLD, HTTP)] == [
        shared(NEW, credentials=True), shared(BOTH, credentials=True), NOT_SHARED, NOT_SHARED
    ]


def test_a_preflight_is_decided_by_the_last_good_list(server, played):
    assert_denied(server.preflight(PLAY["a word"].url, OLD), "origin-not-allowed")


def test_credentials_by_htaccess_over_a_list_that_becomes_unsafe(server, played):
    list_ = server.root.path / LISTS / "delegated"
    assert server.get(DELEGATED, BOTH).cors == shared(BOTH, credentials=True)
    replace(list_, f"{NEW_LIST}{HTTP}\n")
    server.log.allow("CORS0621")
    server.log.expect(rf"\[cors:error\] CORS0403: (?=.*{LISTS}/delegated:3)(?=.*\.htaccess:1)")
    everywhere(lambda: server.get(DELEGATED, BOTH).cors == NOT_SHARED, server.log.lines)
    assert [server.get(DELEGATED, origin).cors for origin in (BOTH, NEW, OLD, HTTP)] == [NOT_SHARED] * 4
    assert_denied(server.preflight(DELEGATED, NEW), "unsafe-policy")
    replace(list_, NEW_LIST)
    everywhere(lambda: server.get(DELEGATED, NEW).cors == shared(NEW, credentials=True), server.log.lines)
    assert [server.get(DELEGATED, origin).cors for origin in (OLD, HTTP)] == [NOT_SHARED] * 2


def test_a_list_that_is_replaced_all_the_time_is_loaded(server, played, renamer):
    assert renamer.seen == shared(NEW)
    assert set(said_of(server, RENAMED)) == set(LOADED)


def test_a_list_that_is_never_complete_is_complained_about(server, played, writer):
    if not writer.stopped.is_set():
        assert said_of(server, WRITTEN) == REFUSED
        assert [server.get(WRITTEN_PAGE, origin).cors for origin in (OLD, NEW)] == [shared(OLD), NOT_SHARED]
    writer.stop()
    everywhere(lambda: server.get(WRITTEN_PAGE, NEW).cors == shared(NEW), server.log.lines)
    assert said_of(server, WRITTEN) == REFUSED + MENDED


SLOW = [f"https://slow{number}.example\n" for number in range(20)]


def test_a_half_written_list_is_never_loaded(server, played):
    """BOTH is in the old list, and in the last line of the new one."""
    turns = server.root.path / LISTS / "turns"
    replace(turns, OLD_LIST)
    everywhere(lambda: server.get(PLAY.turns_url, BOTH).cors == shared(BOTH), server.log.lines)
    answers, written = [], []
    with open(turns, "w", encoding="ascii") as file:
        for line in [*SLOW, BOTH]:
            written.append(time.monotonic())
            file.write(line)
            file.flush()
            answers += [server.get(PLAY.turns_url, origin).cors for origin in (BOTH, OLD, SLOW[0].strip())]
            time.sleep(max(0, written[-1] + 0.1 - time.monotonic()))
    written.append(time.monotonic())
    if max(later - earlier for earlier, later in itertools.pairwise(written)) > 0.3:
        pytest.skip("this machine is too busy to write a line each 100 ms")
    assert answers == [shared(BOTH), shared(OLD), NOT_SHARED] * (len(SLOW) + 1)
    until(lambda: server.get(PLAY.turns_url, SLOW[0].strip()).cors == shared(SLOW[0].strip()), server.log.lines)
