# SPDX-License-Identifier: Apache-2.0
"""CorsOriginsFileEnv: the environment httpd starts in picks the file, and never the development list by accident."""

from harness import Site, configtest, rows
from harness.answer import NOT_SHARED, shared

LIVE = "https://live.example"
DEVELOPER = "http://localhost:3000"
BOTH = "CorsOriginsFileEnv STAGE development=conf/development production=conf/live default=conf/live"
NO_DEFAULT = "CorsOriginsFileEnv STAGE development=conf/development production=conf/live"


def site_in(stage, line):
    """A site with the directive on line 1, in an environment."""
    site = Site(line, environment={} if stage is None else {"STAGE": stage})
    site.file("conf/live", f"{LIVE}\n")
    site.file("conf/development", f"{LIVE}\n{DEVELOPER}\n")
    site.page("/page")
    return site


@rows(
    "stage, line, developer",
    [
        ("development has its list", "development", BOTH, True),
        ("production has its list", "production", BOTH, False),
        ("unset is the default", None, BOTH, False),
        ("empty is the default", "", BOTH, False),
        ("unlisted is the default", "staging", BOTH, False),
        ("another case is another name", "Development", BOTH, False),
        ("a name that begins like one", "dev", BOTH, False),
        ("a name with a blank behind it", "development ", BOTH, False),
        ("a name and no default", "production", NO_DEFAULT, False),
        ("one of three names", "b", "CorsOriginsFileEnv STAGE a=conf/live b=conf/development c=conf/live", True),
    ],
)
def test_the_file_in_force(start, stage, line, developer):
    server = start(site_in(stage, line))
    assert server.get("/page", LIVE).cors == shared(LIVE)
    assert server.get("/page", DEVELOPER).cors == (shared(DEVELOPER) if developer else NOT_SHARED)


@rows("stage", [("unset", None), ("empty", ""), ("unlisted", "staging"), ("the word default", "default")])
def test_without_a_default_the_names_are_listed(stage):
    configtest(site_in(stage, f"CorsMaxAge 5\n{NO_DEFAULT}")).assert_refused(2, "STAGE", "development", "production")


@rows(
    "stage, line, place",
    [
        ("picked by default", None, "CorsOriginsFileEnv STAGE live=conf/live default=conf/development", 2),
        (
            "picked for production", "production",
            "CorsOriginsFileEnv STAGE production=conf/development default=conf/live", 2,
        ),
        ("picked for prod", "prod", "CorsOriginsFileEnv STAGE prod=conf/development default=conf/live", 2),
        ("picked for prod-eu", "prod-eu", "CorsOriginsFileEnv STAGE prod-eu=conf/development", 2),
    ],
)
def test_loopback_origins_are_warned_about(stage, line, place):
    result = configtest(site_in(stage, line))
    assert result.code == 0, result.output
    assert any(DEVELOPER in message for message in result.at(place, "conf/development")), result.output


@rows(
    "content",
    [
        ("localhost", "http://localhost:*\n"),
        ("a name below localhost", "https://app.localhost\n"),
        ("a loopback address", "https://127.0.0.1\n"),
        ("the IPv6 loopback", "http://[::1]:3000\n"),
    ],
)
def test_every_loopback_origin_is_warned_about(content):
    site = Site("CorsOriginsFileEnv STAGE default=conf/origins")
    site.file("conf/origins", f"{LIVE}\n{content}")
    configtest(site).assert_warned(2, content.strip(), file="conf/origins")


@rows("stage", [("development", "development"), ("production", "production"), ("unset", None)])
def test_no_word_where_each_list_is_in_its_place(stage):
    configtest(site_in(stage, BOTH)).assert_nothing_said()


def test_a_name_that_only_contains_prod_is_no_production():
    configtest(site_in("nonprod", "CorsOriginsFileEnv STAGE nonprod=conf/development")).assert_nothing_said()


def test_only_the_picked_file_must_be_there():
    configtest(site_in("production", f"{NO_DEFAULT} gone=conf/none")).assert_nothing_said()
    refused = configtest(site_in("gone", f"CorsMaxAge 5\n{NO_DEFAULT} gone=conf/none"))
    refused.assert_refused(2, "conf/none")


def test_a_bad_line_of_the_picked_file_is_named():
    site = site_in("bad", "CorsOriginsFileEnv STAGE bad=conf/bad")
    site.file("conf/bad", "\nhttps://Good.example\n")
    configtest(site).assert_refused(2, "https://Good.example", "https://good.example", file="conf/bad")
