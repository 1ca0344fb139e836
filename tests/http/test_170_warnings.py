# SPDX-License-Identifier: Apache-2.0
"""What is warned about, with its place, and not refused."""

from harness import Site, configtest, policy, rows
from harness.answer import shared


@rows(
    "text, value",
    [
        ("an http origin", "CorsAllowOrigin http://good.example", "http://good.example"),
        ("an http origin with a port", "CorsAllowOrigin http://good.example:8080", "http://good.example:8080"),
        ("an http wildcard", "CorsAllowOrigin http://*.good.example", "http://*.good.example"),
        ("an http address", "CorsAllowOrigin http://192.0.2.1", "http://192.0.2.1"),
        (
            "a name that only begins like localhost", "CorsAllowOrigin http://localhost.example",
            "http://localhost.example",
        ),
        ("a regex with a dot between letters", "CorsAllowOriginRegex https://good.example", "https://good.example"),
        ("a regex with one dot of several", r"CorsAllowOriginRegex https://www\.good.example", "good.example"),
        ("a regex with a dot in a group", r"CorsAllowOriginRegex https://(a\.b|c.d)\.example", "c.d"),
    ],
)
def test_warned_about(text, value):
    configtest(f"CorsMaxAge 5\n{text}").assert_warned(2, value)


def test_each_http_origin_is_named():
    result = configtest("CorsAllowOrigin http://one.example https://two.example http://three.example")
    result.assert_warned(1, "http://one.example")
    result.assert_warned(1, "http://three.example")
    assert "two.example" not in result.output


@rows(
    "text",
    [
        (text, text)
        for text in (
            "CorsAllowOrigin http://localhost", "CorsAllowOrigin http://localhost:3000",
            "CorsAllowOrigin http://app.localhost:3000",
            "CorsAllowOrigin http://127.0.0.1:3000", "CorsAllowOrigin http://127.9.9.9",
            "CorsAllowOrigin http://[::1]:*",
            "CorsDenyOrigin http://bad.example", r"CorsAllowOriginRegex https://good\.example",
            "CorsAllowOriginRegex https://[a-z.]+[.]example", "CorsAllowOriginRegex https://.+", "CorsMaxAge 86400",
        )
    ],
)
def test_no_word_about(text):
    configtest(f"CorsAllowOrigin https://fine.example\n{text}").assert_nothing_said()


def test_a_warning_is_given_at_the_start_too_and_the_policy_serves(start):
    site = Site(expects=[r"CORS0\d\d\d: .*conf/site\.conf:2.*http://good\.example"])
    path = site.location(policy(origin="http://good.example"))
    assert start(site).get(path, "http://good.example").cors == shared("http://good.example")


def test_warnings_beside_faults_are_told_too():
    result = configtest("CorsAllowOrigin http://good.example\nCorsMaxAge 86401")
    assert result.code != 0 and result.at(1) and result.at(2), result.output
