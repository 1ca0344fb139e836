# SPDX-License-Identifier: Apache-2.0
"""CorsReloadInterval: where it may stand, and what it may say."""

from harness import Site, configtest, rows
from harness.site import GOOD

SECTIONS = [
    ("a virtual host", "<VirtualHost *:1>\n%s\n</VirtualHost>", 2),
    ("a <Directory>", '<Directory "/">\n%s\n</Directory>', 2),
    ("a <DirectoryMatch>", '<DirectoryMatch "^/x">\n%s\n</DirectoryMatch>', 2),
    ("a <Location>", "<Location /x>\n%s\n</Location>", 2),
    ("a <LocationMatch>", '<LocationMatch "^/x">\n%s\n</LocationMatch>', 2),
    ("a <Files>", "<Files x>\n%s\n</Files>", 2),
    ("a <Files> in a <Directory>", '<Directory "/">\n<Files x>\n%s\n</Files>\n</Directory>', 3),
    ("an <If>", "<If true>\n%s\n</If>", 2),
    ("a <Limit>", "<Location /x>\n<Limit GET>\n%s\n</Limit>\n</Location>", 3),
    ("a <Location> in a virtual host", "<VirtualHost *:1>\n<Location /x>\n%s\n</Location>\n</VirtualHost>", 3),
]


@rows("text, line", SECTIONS)
def test_it_is_for_the_whole_server(text, line):
    result = configtest(text.replace("%s", "CorsReloadInterval 1"))
    result.assert_refused(line, "CorsReloadInterval")
    assert any("CORS0107" in message for message in result.at(line)), result.output


@rows(
    "argument",
    [
        ("a word", "soon"),
        ("a negative number", "-1"),
        ("a unit", "5s"),
        ("a fraction", "0.5"),
        ("nothing", '""'),
        ("a blank", '" 5"'),
        ("more than a machine's number", "99999999999999999999"),
        ("hexadecimal", "0x10"),
    ],
)
def test_a_value_that_is_no_number_of_seconds(argument):
    configtest(f"CorsMaxAge 5\nCorsReloadInterval {argument}").assert_refused(2, "CorsReloadInterval")


@rows("arguments", [("none", ""), ("two", "1 2")])
def test_a_number_of_arguments(arguments):
    result = configtest(f"CorsReloadInterval {arguments}")
    assert result.code != 0 and "CorsReloadInterval" in result.output


@rows(
    "text",
    [
        ("never", "CorsReloadInterval 0"),
        ("a day", "CorsReloadInterval 86400"),
        ("any case", "corsreloadinterval 5"),
        ("a condition at start-up is no section", "<IfModule cors_module>\nCorsReloadInterval 2\n</IfModule>"),
        ("without any list", "CorsReloadInterval 5\nCorsAllowOrigin https://good.example"),
    ],
)
def test_values_and_places_that_are_right(text):
    configtest(text).assert_nothing_said()


def test_not_in_htaccess(start):
    delegated = Site()
    path = delegated.htaccess("/delegated", "CorsReloadInterval 5", override="All")
    server = start(delegated)
    server.log.expect(r"\[(core|cors):(alert|error)\].*CorsReloadInterval")
    assert server.get(path, GOOD).status == 500
