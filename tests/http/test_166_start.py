# SPDX-License-Identifier: Apache-2.0
"""What configtest refuses does not start either; what it accepts starts without a word."""

import re

import pytest
from harness import Httpd, Site, configtest, policy, rows


@rows(
    "text",
    [
        ("a bad pattern", policy(origin="https://Good.example")),
        ("a bad value", policy("CorsMaxAge 86401")),
        ("an unsafe policy", policy("CorsAllowCredentials On", origin="*")),
    ],
)
def test_refused_by_both(text):
    assert configtest(text).code != 0
    with pytest.raises(AssertionError, match=r"(?s)did not start:.*CORS0\d\d\d: \S*conf/site\.conf:\d"):
        with Httpd(Site(text)):
            pass


@rows(
    "directive, value",
    [
        ("a pattern", "CorsAllowOrigin", "https://Good.example"),
        ("a denied pattern", "CorsDenyOrigin", "https://Good.example"),
        ("a regex", "CorsAllowOriginRegex", "("),
        ("a file", "CorsOriginsFile", "conf/none"),
        ("a file by the environment", "CorsOriginsFileEnv", "STAGE live=conf/none"),
        ("a method", "CorsAllowMethods", "TRACE"),
        ("a header", "CorsAllowHeaders", "Cookie"),
        ("an exposed header", "CorsExposeHeaders", "Set-Cookie"),
        ("a max-age", "CorsMaxAge", "86401"),
        ("a status", "CorsPreflightStatus", "404"),
        ("a keyword", "CorsUpstreamHeaders", "Drop"),
        ("an engine", "CorsEngine", "Perhaps"),
        ("a guard", "CorsDangerouslyAllow", "Everything"),
    ],
)
def test_a_message_has_an_id_a_place_the_directive_what_is_wrong_and_what_to_write(directive, value):
    messages = configtest(f"CorsTimingAllowOrigin On\n{directive} {value}").messages()
    assert len(messages) == 1
    assert re.match(rf"CORS0\d\d\d: \S*conf/site\.conf:2: {directive}: .+; .+", messages[0]), messages[0]


def test_a_loaded_module_without_directives_is_silent():
    configtest("").assert_nothing_said()


def test_messages_of_the_same_kind_bear_the_same_id():
    first = configtest(policy(origin="https://Good.example")).messages()[0].split(":")[0]
    second = configtest(policy(origin="https://Other.example")).messages()[0].split(":")[0]
    assert first == second and first.startswith("CORS0")
