# SPDX-License-Identifier: Apache-2.0
"""Values that are refused when the configuration is read: methods, header names, numbers, keywords, arguments."""

import pytest
from harness import configtest, policy, rows

METHODS = "CorsAllowMethods"
HEADERS = "CorsAllowHeaders"
EXPOSE = "CorsExposeHeaders"

# directive; value; what the message says besides it
BAD = [
    ("a method with a comma", METHODS, "PUT,DELETE", ""),
    ("a method with a blank", METHODS, '"PUT DELETE"', ""),
    ("a method with a colon", METHODS, "PUT:", ""),
    ("an empty method", METHODS, '""', ""),
    ("a method CONNECT", METHODS, "CONNECT", ""),
    ("a method TRACE", METHODS, "TRACE", ""),
    ("a method TRACK", METHODS, "TRACK", ""),
    ("a forbidden method in lower case", METHODS, "trace", ""),
    ("a name with a colon", HEADERS, "X-A:", ""),
    ("a name with a comma", HEADERS, "X-A,X-B", ""),
    ("a name with a blank", HEADERS, '"X-A X-B"', ""),
    ("an empty name", HEADERS, '""', ""),
    ("a name with a slash", HEADERS, "X/A", ""),
    ("an exposed name with a colon", EXPOSE, "X-A:", ""),
    ("an exposed name with a comma", EXPOSE, "X-A,X-B", ""),
    ("an empty exposed name", EXPOSE, '""', ""),
    ("an exposed Set-Cookie", EXPOSE, "Set-Cookie", ""),
    ("an exposed Set-Cookie2", EXPOSE, "Set-Cookie2", ""),
    ("an exposed Set-Cookie in lower case", EXPOSE, "set-cookie", ""),
    ("a max-age below zero", "CorsMaxAge", "-1", "86400"),
    ("a max-age beyond a day", "CorsMaxAge", "86401", "86400"),
    ("a max-age beyond all numbers", "CorsMaxAge", "18446744073709551616", "86400"),
    ("a max-age of words", "CorsMaxAge", "forever", "86400"),
    ("a max-age with a unit", "CorsMaxAge", "10m", "86400"),
    ("a max-age with a fraction", "CorsMaxAge", "1.5", "86400"),
    ("a max-age with a sign", "CorsMaxAge", "+5", "86400"),
    ("a max-age of nothing", "CorsMaxAge", '""', "86400"),
    ("a status below 200", "CorsPreflightStatus", "199", "299"),
    ("a status above 299", "CorsPreflightStatus", "300", "299"),
    ("a status of words", "CorsPreflightStatus", "ok", "299"),
    ("a status with a sign", "CorsPreflightStatus", "+204", "299"),
    ("an unknown engine", "CorsEngine", "Perhaps", "ReportOnly"),
    ("an unknown way with upstream headers", "CorsUpstreamHeaders", "Drop", "Replace"),
    ("an unknown guard", "CorsDangerouslyAllow", "Everything", "NullOrigin"),
    ("an unknown guard beside a known one", "CorsDangerouslyAllow", "Everything NullOrigin", ""),
    ("a regex that does not compile", "CorsAllowOriginRegex", "https://(good", ""),
    ("another that does not", "CorsAllowOriginRegex", "https://[z-a]", ""),
    ("an empty regex", "CorsAllowOriginRegex", '""', ""),
    ("one bad of two regexes", "CorsAllowOriginRegex", r"https://fine https://(good", ""),
]
FORBIDDEN = """
    Accept-Charset Accept-Encoding Access-Control-Request-Headers Access-Control-Request-Method Connection
    Content-Length Cookie Cookie2 Date DNT Expect Host Keep-Alive Origin Referer Set-Cookie TE Trailer
    Transfer-Encoding Upgrade Via Proxy-Authorization Proxy-X Sec-Fetch-Site Sec-X cookie sec-x
""".split()


@rows("directive, value, mend", BAD)
def test_refused(directive, value, mend):
    quoted = value.strip('"').removesuffix(" NullOrigin").removeprefix("https://fine ")
    configtest(policy(f"{directive} {value}")).assert_refused(2, quoted or directive, mend)


def test_all_of_them_in_one_run():
    result = configtest("\n".join(f"{directive} {value}" for _, directive, value, _ in BAD))
    silent = [name for line, (name, *_) in enumerate(BAD, 1) if not result.at(line)]
    assert result.code != 0 and not silent, result.output


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_name_that_scripts_may_not_set(name):
    configtest(policy(f"CorsAllowHeaders X-A {name}")).assert_refused(2, name)


@rows(
    "directive",
    [
        (text, text)
        for text in (
            "CorsEngine on", "CorsEngine OFF", "CorsEngine ReportOnly", "CorsAllowMethods PUT x-custom! patch",
            "CorsAllowHeaders X-A x_b !#$%&'*+-.^_`|~", "CorsAllowHeaders Authorization *",
            "CorsAllowHeaders X-HTTP-Method-Override Securely Proxying",
            "CorsExposeHeaders X-A Set-Cookies", "CorsExposeHeaders *", "CorsMaxAge 0", "CorsMaxAge 86400",
            "CorsMaxAge off",
            "CorsPreflightStatus 200", "CorsPreflightStatus 299", "CorsUpstreamHeaders keep",
            "CorsUpstreamHeaders Replace",
            "CorsDangerouslyAllow NullOrigin InsecureOrigins PublicSuffixes", "CorsAllowCredentials off",
        )
    ],
)
def test_accepted(directive):
    configtest(policy(directive)).assert_nothing_said()


@rows(
    "text",
    [
        (text, text)
        for text in (
            "CorsEngine", "CorsEngine On Off", "CorsAllowOrigin", "CorsAllowOriginRegex", "CorsOriginsFile",
            "CorsOriginsFile a b", "CorsOriginsFileEnv", "CorsOriginsFileEnv STAGE", "CorsOriginsFileEnv STAGE live",
            "CorsOriginsFileEnv STAGE =path", "CorsOriginsFileEnv STAGE live=", "CorsDenyOrigin", "CorsAllowMethods",
            "CorsAllowHeaders", "CorsAllowCredentials", "CorsAllowCredentials Perhaps", "CorsAllowCredentials On On",
            "CorsExposeHeaders", "CorsMaxAge", "CorsMaxAge 1 2", "CorsAllowPrivateNetwork Perhaps",
            "CorsTimingAllowOrigin Perhaps", "CorsPreflightStatus", "CorsPreflightStatus 200 204",
            "CorsUpstreamHeaders",
            "CorsUpstreamHeaders Keep Replace", "CorsDangerouslyAllow",
        )
    ],
)
def test_arguments_are_counted(text):
    result = configtest(f"CorsMaxAge 5\n{text}")
    assert result.code != 0, result.output
    assert "conf/site.conf:2" in result.output or "line 2 of" in result.output, result.output
    assert text.split()[0] in result.output
