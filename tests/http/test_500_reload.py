# SPDX-License-Identifier: Apache-2.0
"""A changed origin file is loaded without a restart, however it was changed; CorsReloadInterval says how soon."""

import contextlib
import os
import re
import shutil
import time

import pytest
from harness import Httpd, Site, rows
from harness.answer import NOT_SHARED, assert_answered, assert_denied, shared
from harness.reload import (
    ANYTHING, BOTH, CREDENTIALS, EVERYBODY, LOADED, NEW, NEW_LIST, NOTHING, OLD, OLD_LIST, Play, Scenario, Step,
    everywhere, rename, replace, rewrite, until, write,
)
from harness.site import EVIL

CHANGED = (NEW, BOTH)


def append(directory):
    with open(directory / "list", "a", encoding="ascii") as file:
        file.write(f"{NEW}\n")


def point_to(link, target):
    """Make a symbolic link point somewhere else, in one step."""
    os.symlink(target, link.with_name("link.new"))
    os.replace(link.with_name("link.new"), link)


def config_map(version, content):
    """A mounted ConfigMap of Kubernetes: the list is a link to a link to a directory, which goes away with its time."""

    def change(directory):
        (directory / f"..{version}").mkdir()
        write(directory / f"..{version}/list", content)
        point_to(directory / "..data", f"..{version}")
        if not (directory / "list").is_symlink():
            os.symlink("..data/list", directory / "list")
        for old in directory.glob("..2*"):
            if old.name != f"..{version}":
                shutil.rmtree(old)

    return change


def twins(old, new):
    """Two lists that differ in nothing but their content and inode, if the file system's clock is not too fine."""
    for _ in range(100):
        for path, text in ((old, OLD_LIST), (new, NEW_LIST)):
            path.unlink(missing_ok=True)
            # Python's own open() looks at the file, and what is looked at gets a finer time
            number = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
            os.write(number, text.encode())
            os.close(number)
        stats = [os.stat(path) for path in (old, new)]
        if stats[0].st_ctime_ns == stats[1].st_ctime_ns and stats[0].st_mtime_ns == stats[1].st_mtime_ns:
            return


def two_directories(directory):
    for name in ("blue", "green"):
        (directory / name).mkdir()
    twins(directory / "blue/list", directory / "green/list")
    os.symlink("blue", directory / "live")


def linked(directory):
    twins(directory / "one", directory / "two")
    os.symlink("one", directory / "list")


def hard_linked(directory):
    os.link(write(directory / "elsewhere", OLD_LIST), directory / "list")


def replace_by_hard_link(directory):
    os.link(write(directory / "elsewhere", NEW_LIST), directory / "list.new")
    os.replace(directory / "list.new", directory / "list")


def keeping_times(change):
    """The change, and then the times of before."""

    def changed(directory):
        before = os.stat(directory / "list")
        change(directory)
        os.utime(directory / "list", ns=(before.st_atime_ns, before.st_mtime_ns))

    return changed


def dated(seconds, change):
    """The change, by a clock that has jumped."""

    def changed(directory):
        change(directory)
        os.utime(directory / "list", (seconds, seconds))

    return changed


def dated_then_renamed(seconds):
    """A file that has its odd time already when it comes."""

    def change(directory):
        os.utime(write(directory / "list.new", NEW_LIST), (seconds, seconds))
        os.replace(directory / "list.new", directory / "list")

    return change


def removed_and_made_again(directory):
    (directory / "list").unlink()
    write(directory / "list", NEW_LIST)


def link_in_place(directory):
    write(directory / "two", NEW_LIST)
    point_to(directory / "list", "two")


def untouched(directory):
    """Leave all as it is."""


KINDS = f"""# every kind of pattern
{NEW}
https://*.kinds.example
https://ports.example:*
http://localhost:3000
https://[2001:db8::1]
https://xn--bcher-kva.example
app://kinds
"""
PLAY = Play(
    Site("CorsReloadInterval 1", environment={"STAGE": "test"}),
    Scenario("a file renamed over it", Step(rename(NEW_LIST), CHANGED)),
    Scenario("a file renamed over it, twice", Step(rename(NEW_LIST), CHANGED), Step(rename(OLD_LIST), (OLD, BOTH))),
    Scenario("written where it stands", Step(rewrite(NEW_LIST), CHANGED)),
    Scenario("written where it stands, longer", Step(rewrite(NEW_LIST + "# more\n"), CHANGED)),
    Scenario("written where it stands, shorter", Step(rewrite(f"{NEW}\n"), (NEW,))),
    Scenario("appended to", Step(append, (OLD, NEW, BOTH))),
    Scenario("removed and made again", Step(removed_and_made_again, CHANGED, ANYTHING)),
    Scenario("written with the times of before", Step(keeping_times(rewrite(NEW_LIST)), CHANGED)),
    Scenario("renamed over with the times of before", Step(keeping_times(rename(NEW_LIST)), CHANGED)),
    Scenario("a time in the past", Step(dated_then_renamed(1), CHANGED)),
    Scenario("a time in the far future", Step(dated_then_renamed(4_200_000_000), CHANGED)),
    Scenario(
        "a clock that jumps back", Step(rename(NEW_LIST), CHANGED), layout=dated(4_200_000_000, rewrite(OLD_LIST))
    ),
    Scenario("written by a clock that jumps back", Step(dated(1, rewrite(NEW_LIST)), CHANGED)),
    Scenario("line ends of DOS", Step(rename(f"{BOTH}\r\n{NEW}\r\n"), CHANGED)),
    Scenario("a byte order mark", Step(rename(f"\ufeff{NEW}\n{BOTH}\n"), CHANGED)),
    Scenario("no newline at the end", Step(rename(NEW_LIST.rstrip()), CHANGED)),
    Scenario("every kind of pattern", Step(rename(KINDS), (NEW,))),
    Scenario("emptied", Step(rewrite(""), ()), Step(rewrite(NEW_LIST), CHANGED)),
    Scenario("replaced by an empty one", Step(rename(""), ())),
    Scenario("nothing but comments", Step(rename("# nobody\n\n"), ())),
    Scenario("empty from the start", Step(rename(NEW_LIST), CHANGED), layout=rewrite("")),
    Scenario("a ConfigMap", Step(config_map("2024_2", NEW_LIST), CHANGED), layout=config_map("2024_1", OLD_LIST)),
    Scenario(
        "a ConfigMap, twice", Step(config_map("2024_2", f"{NEW}\n"), (NEW,)),
        Step(config_map("2024_3", NEW_LIST), CHANGED), layout=config_map("2024_1", OLD_LIST),
    ),
    Scenario(
        "a directory that is a link", Step(lambda directory: point_to(directory / "live", "green"), CHANGED),
        layout=two_directories, file="live/list",
    ),
    Scenario(
        "a list that is a link", Step(lambda directory: point_to(directory / "list", "two"), CHANGED), layout=linked
    ),
    Scenario("the list behind a link, written", Step(rewrite(NEW_LIST), CHANGED), layout=linked),
    Scenario("the list behind a link, renamed over", Step(rename(NEW_LIST, file="one"), CHANGED), layout=linked),
    Scenario("a link in place of a file", Step(link_in_place, CHANGED)),
    Scenario("written by its other name", Step(rewrite(NEW_LIST, file="elsewhere"), CHANGED), layout=hard_linked),
    Scenario("a hard link in its place", Step(replace_by_hard_link, CHANGED)),
    Scenario("by environment", Step(rename(NEW_LIST), CHANGED), lines="CorsOriginsFileEnv STAGE test=%s"),
    Scenario("by environment, default", Step(rename(NEW_LIST), CHANGED), lines="CorsOriginsFileEnv NONE default=%s"),
    Scenario("by an absolute path", Step(rename(NEW_LIST), CHANGED), lines='CorsOriginsFile "${ROOT}/%s"'),
    Scenario("a list for credentials", Step(rename(NEW_LIST), CHANGED), lines=CREDENTIALS),
    Scenario("patterns beside the list", Step(rename(NEW_LIST), (OLD, *CHANGED)), lines=f"CorsAllowOrigin {OLD}"),
    Scenario("an origin that is denied", Step(rename(NEW_LIST), (BOTH,)), lines=f"CorsDenyOrigin {NEW}"),
    Scenario("every origin comes and goes", Step(rename("*\n"), EVERYBODY), Step(rename(NEW_LIST), CHANGED)),
    Scenario(
        "every origin goes and comes", Step(rename(NEW_LIST), CHANGED), Step(rename("*\n"), EVERYBODY),
        layout=rewrite("*\n"),
    ),
    Scenario("touched", Step(dated(1, untouched), (OLD, BOTH), ANYTHING)),
    Scenario("left alone", Step(untouched, (OLD, BOTH), NOTHING)),
    Scenario("in many places", Step(rename(NEW_LIST), CHANGED)),
)
site = PLAY.site
MANY = f"CorsOriginsFile {PLAY['in many places'].directory}/list"
PLACES = [
    ("another section", site.location(f"{MANY}\nCorsMaxAge 5"), (), False),
    ("a section with credentials", site.location(f"{MANY}\n{CREDENTIALS}"), (), True),
    ("two lists at once", site.location(f"{MANY}\nCorsAllowOrigin {EVIL}"), (), False),
    ("a <Directory>", site.page("/directory/page"), (), False),
    ("a virtual host", site.page("/page"), [("Host", "vhost.example")], False),
]
site.add(
    f"""
    MaxKeepAliveRequests 0
    <Directory "${{DOCROOT}}/directory">
        CorsOriginsFileEnv STAGE test={MANY.split()[1]}
    </Directory>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName localhost
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName vhost.example
        {MANY}
    </VirtualHost>
    """
)


@pytest.fixture(scope="module")
def server():
    """Serves all scenarios."""
    with PLAY.serve() as running:
        yield running


@pytest.fixture(scope="module")
def bystanders():
    """A server that never looks, and one that says nothing of it, each with a list that has changed by now."""
    with contextlib.ExitStack() as stack:
        found = {}
        for name, line in (("never", "CorsReloadInterval 0"), ("by default", "")):
            bystander = Site(line)
            bystander.file("conf/list", OLD_LIST)
            bystander.location("CorsOriginsFile conf/list")
            found[name] = stack.enter_context(Httpd(bystander))
            replace(found[name].root.path / "conf/list", NEW_LIST)
        found["since"] = time.monotonic()
        yield found


@pytest.fixture(scope="module")
def played(bystanders, server):
    """What has come of all scenarios."""
    return PLAY.run(server)


@rows("scenario", PLAY.rows())
def test_the_new_list_decides(played, scenario):
    assert [record.cors for record in played[scenario.name]] == scenario.expected()


@rows("scenario", PLAY.rows())
def test_the_log_says_so_once(played, scenario):
    for record, step in zip(played[scenario.name], scenario.steps):
        assert step.said in (record.said, ANYTHING), record.lines


def test_the_log_says_nothing_else(played):
    assert PLAY.undeclared == []


@rows(
    "name, before, now",
    [
        ("more", "written where it stands", 2, 2),
        ("fewer", "written where it stands, shorter", 2, 1),
        ("one more", "appended to", 2, 3),
        ("a pattern is a pattern", "every kind of pattern", 2, 7),
        ("none", "replaced by an empty one", 2, 0),
        ("none before", "empty from the start", 0, 2),
    ],
)
def test_the_log_says_how_many_origins(server, played, name, before, now):
    [line] = played[name][0].lines
    numbers = re.findall(r"(?<![\w./-])\d+(?![\w./-])", line.replace(str(server.root.path), ""))
    assert line.startswith("[cors:notice] CORS0301: ")
    assert {str(before), str(now)} <= set(numbers), line


@rows("path, headers, credentials", PLACES)
def test_a_list_in_many_places_is_loaded_for_all(server, played, path, headers, credentials):
    assert played["in many places"][0].said == LOADED
    assert [server.get(path, origin, *headers).cors for origin in (BOTH, NEW, OLD)] == [
        shared(BOTH, credentials), shared(NEW, credentials), NOT_SHARED
    ]


def test_preflights_are_decided_by_the_new_list(server, played):
    path = PLAY["a list for credentials"].url
    assert_answered(server.preflight(path, NEW), NEW, credentials=True)
    assert_denied(server.preflight(path, OLD), "origin-not-allowed")


@rows(
    "origin, expected",
    [
        (name, origin, shared(origin) if allowed else NOT_SHARED)
        for name, origin, allowed in [
            ("any subdomain", "https://a.b.kinds.example", True),
            ("not the domain itself", "https://kinds.example", False),
            ("any port", "https://ports.example:8443", True),
            ("no port", "https://ports.example", True),
            ("localhost", "http://localhost:3000", True),
            ("localhost at another port", "http://localhost:3001", False),
            ("an address of IPv6", "https://[2001:db8::1]", True),
            ("a name in punycode", "https://xn--bcher-kva.example", True),
            ("a scheme of an app", "app://kinds", True),
            ("a stranger", EVIL, False),
        ]
    ],
)
def test_every_kind_of_pattern_is_loaded(server, played, origin, expected):
    assert server.get(PLAY["every kind of pattern"].url, origin).cors == expected


@rows(
    "pattern, origin, line",
    [
        ("the first", NEW, NEW, 2),
        ("one in the middle", "https://*.kinds.example", "https://a.kinds.example", 3),
        ("the last", "app://kinds", "app://kinds", 8),
    ],
)
def test_every_process_knows_the_line_of_a_pattern(server, played, pattern, origin, line):
    scenario = PLAY["every kind of pattern"]
    for _ in range(20):
        server.get(scenario.url, origin)
    said = server.log.find("CORS0402")
    place = rf"'{re.escape(pattern)}', \S*{scenario.directory}/list:{line}\D"
    assert len(said) == 20 and all(re.search(place, each) for each in said), said


def test_0_is_never(bystanders, played):
    server = bystanders["never"]
    assert [server.get("/location1", origin).cors for origin in (NEW, OLD)] == [NOT_SHARED, shared(OLD)]
    assert not server.log.find("CORS03", seconds=0)
    server.restart()
    assert [server.get("/location1", origin).cors for origin in (NEW, OLD)] == [shared(NEW), NOT_SHARED]


def test_the_default_is_5_seconds(bystanders, played):
    server = bystanders["by default"]
    left = max(0.5, bystanders["since"] + 7 - time.monotonic())
    until(lambda: server.get("/location1", NEW).cors == shared(NEW), server.log.lines, left)


def test_every_process_has_loaded_it_within_the_interval(server, played):
    times = []
    for _ in range(2):
        start = time.monotonic()
        PLAY.turns.next()
        everywhere(PLAY.turns.is_loaded, server.log.lines)
        times.append(time.monotonic() - start)
    assert min(times) < 1.2
