# SPDX-License-Identifier: Apache-2.0
"""<CorsOrigin> at start-up: what is refused, where, and with which mend; what is warned about; what is accepted."""

from harness import Site, configtest, policy, rows, section

ON, OFF = "CorsAllowCredentials On", "CorsAllowCredentials Off"
A = "https://a.example"


def within(text):
    """The text in a section that httpd merges; its first line is the second of the file."""
    return f"<Location /x>\n{text}\n</Location>"


PATTERNS = [
    ("upper case", "https://Good.example", "https://good.example"),
    ("a trailing slash", "https://good.example/", "https://good.example"),
    ("a default port", "https://good.example:443", "https://good.example"),
    ("a long port", "https://good.example:65536", "1..65535"),
    ("a wildcard in the middle", "https://a.*.example", "https://*.host"),
    ("a bare host", "good.example", "https://good.example"),
    ("the file scheme", "file://x", "http://localhost:3000"),
    ("nothing", '""', "scheme://host"),
    ("null", "null", "NullOrigin"),
]


@rows("pattern, mend", PATTERNS)
def test_a_bad_pattern(pattern, mend):
    value = pattern.strip('"')
    configtest(within(section(pattern))).assert_refused(2, value, "<CorsOrigin>", mend)
    configtest(within(section(f"{A} {pattern}", "CorsMaxAge 5"))).assert_refused(2, value, "<CorsOrigin>", mend)


# the section's pattern and lines; what is around; the value and the words of the message
UNSAFE = [
    ("every origin", "*", "", "*", "CorsAllowCredentials Off"),
    ("every origin among others", f"{A} *", "", "*", "CorsAllowCredentials Off"),
    ("an http origin", "http://g.example:8080", "", "http://g.example:8080", "InsecureOrigins"),
    ("an http wildcard", "http://*.g.example", "", "http://*.g.example", "InsecureOrigins"),
    ("another scheme", "app://g.example", "", "app://g.example", "InsecureOrigins"),
    ("a public suffix", "https://*.co.uk", "", "https://*.co.uk", "PublicSuffixes"),
    ("a hoster's customers, any port", "https://*.github.io:*", "", "https://*.github.io:*", "PublicSuffixes"),
    ("everything exposed", A, "CorsExposeHeaders *", "*", "names of the headers"),
]


def arrangements(pattern, line):
    """The pattern, the line and the credentials, each within the section and around it; and where credentials are."""
    lines = line.splitlines()
    yield within(section(pattern, ON, *lines)), 3
    yield within("\n".join([ON, section(pattern, *lines)])), 2
    yield within("\n".join([section(pattern, *lines), ON])), 4 + len(lines)
    yield "\n".join([ON, within(section(pattern, *lines))]), 1
    if line:
        yield within("\n".join([line, section(pattern, ON)])), 4
        yield "\n".join([line, within(section(pattern, ON))]), 4


@rows("pattern, line, value, mend", UNSAFE)
def test_unsafe_with_credentials_within_and_around(pattern, line, value, mend):
    for text, credentials in arrangements(pattern, line):
        result = configtest(text)
        assert result.code != 0, text
        told = [message for message in result.at(credentials) if f"'{value}'" in message and mend in message]
        assert told and "CorsAllowCredentials at" in told[0], f"{text}\n{result.output}"


@rows("pattern, line, value, mend", UNSAFE)
def test_the_same_without_credentials_in_the_section(pattern, line, value, mend):
    lines = line.splitlines()
    site = Site(within("\n".join((ON, section(pattern, OFF, *lines)))))
    result = configtest(site)
    assert result.code == 0, result.output
    assert all("CORS0621" in message for message in result.messages()), result.output


@rows(
    "pattern, guard",
    [
        ("http", "http://g.example", "InsecureOrigins"), ("a suffix", "https://*.co.uk", "PublicSuffixes"),
        ("null", "null", "NullOrigin"),
    ],
)
def test_guards_are_lifted_around_the_section(pattern, guard):
    lines = () if guard == "NullOrigin" else (ON,)
    others = " ".join({"InsecureOrigins", "PublicSuffixes", "NullOrigin"} - {guard})
    for place in ("{lift}\n<Location /x>\n{text}\n</Location>", "<Location /x>\n{text}\n{lift}\n</Location>"):
        text = section(pattern, *lines)
        configtest(place.format(lift=f"CorsDangerouslyAllow {guard}", text=text)).assert_nothing_said()
        refused = configtest(place.format(lift=f"CorsDangerouslyAllow {others}", text=text))
        assert refused.code != 0 and guard in refused.output


def test_no_guard_is_for_every_origin_with_credentials():
    text = f"CorsDangerouslyAllow NullOrigin InsecureOrigins PublicSuffixes\n{section('*', ON)}"
    configtest(within(text)).assert_refused(3, "*", "CorsAllowCredentials")


def test_a_plain_source_is_not_unsafe_for_a_sections_credentials():
    configtest(within(f"CorsAllowOrigin *\n{section(A, ON)}")).assert_nothing_said()
    narrow = section(A, ON, "CorsExposeHeaders X-A")
    configtest(within(f"CorsExposeHeaders *\n{narrow}\n{policy()}")).assert_nothing_said()
    configtest(within(f"{policy(ON)}\n{section('*', OFF)}")).assert_nothing_said()


def test_nor_is_a_section_safe_for_the_sake_of_a_plain_source():
    configtest(within(f"{section(A, OFF)}\nCorsAllowOrigin *\n{ON}")).assert_refused(5, "*", "conf/site.conf:6")


INHERITED = [
    ("credentials inside, around an inherited section", section("*"), ON, 1, 4),
    ("a section inside, under inherited credentials", ON, section("*"), 3, 1),
]


@rows("outer, inner, section_line, credentials_line", INHERITED)
def test_inherited(outer, inner, section_line, credentials_line):
    for opening, closing in (
        ("<Location /x>", "</Location>"), ('<Directory "/x">', "</Directory>"), ("<Files x>", "</Files>"),
        ("<If true>", "</If>"), ("<VirtualHost *:1>", "</VirtualHost>"),
    ):
        result = configtest(f"{outer}\n{opening}\n{inner}\n{closing}")
        assert result.code != 0, result.output
        (told, *_) = [m for m in result.at(section_line) if f"conf/site.conf:{credentials_line}" in m]
        assert "<CorsOrigin>" in told and "CorsAllowCredentials" in told


def test_warned_about():
    configtest(within(section("http://g.example"))).assert_warned(2, "http://g.example", "<CorsOrigin>")


FORBIDDEN = [
    "CorsEngine Off", f"CorsAllowOrigin {A}", "CorsAllowOriginRegex https://x", "CorsOriginsFile conf/x",
    "CorsOriginsFileEnv A b=conf/x", f"CorsDenyOrigin {A}", 'CorsOriginsQuery "SELECT 1"', "CorsDisallowed Reject",
    "CorsPreflight PassThrough", "CorsPreflightStatus 200", "CorsUpstreamHeaders Keep",
    "CorsDangerouslyAllow NullOrigin", "CorsDebug On", "CorsReloadInterval 5", "Header set X-A b", "Require all denied",
    "SetEnv A b", "RewriteEngine On", "Redirect /a /b", "ErrorDocument 404 /x", "AuthType None", "Options None",
]
SECTIONS = ["<If true>\n</If>", "<Files x>\n</Files>", "<Limit GET>\n</Limit>", "<RequireAll>\n</RequireAll>",
            f"<CorsOrigin {A}>\n</CorsOrigin>", "<Location /y>\n</Location>"]


@rows("text", [(text.splitlines()[0], text) for text in [*FORBIDDEN, *SECTIONS]])
def test_what_may_not_stand_in_a_section(text):
    site = Site(within(section(A, "CorsMaxAge 5", *text.splitlines())), modules=["rewrite"])
    result = configtest(site)
    assert result.code != 0, result.output
    words = text.split()[0].strip("<>"), "<CorsOrigin>", "outside"
    assert any(all(word in message for word in words) for message in result.at(4)), result.output


def test_each_of_several_is_told():
    result = configtest(within(section(A, *FORBIDDEN[:4], *FORBIDDEN[-6:])))
    silent = [n for n in range(3, 13) if not result.at(n)]
    assert result.code != 0 and not silent, result.output


def test_an_innocent_section_may_have_all_seven():
    lines = ["CorsAllowMethods PUT", "CorsAllowHeaders X-A", ON, "CorsExposeHeaders X-B", "CorsMaxAge 5",
             "CorsAllowPrivateNetwork On", "CorsTimingAllowOrigin On", "<IfModule !none>", "CorsMaxAge 6",
             "</IfModule>"]
    configtest(within(section(f"{A} https://*.b.example:*", *lines))).assert_nothing_said()
    configtest(section(A, *lines)).assert_nothing_said()


@rows(
    "text, line, mend",
    [
        ("no > at its end", f"<CorsOrigin {A}\n</CorsOrigin>", 2, "'>'"),
        ("words behind it", f"<CorsOrigin {A}> x\n</CorsOrigin>", 2, "'>'"),
        ("no pattern", "<CorsOrigin>\n</CorsOrigin>", 2, "write <CorsOrigin pattern"),
        ("no pattern, and a space", "<CorsOrigin >\n</CorsOrigin>", 2, "write <CorsOrigin pattern"),
        ("in <Limit>", f"<Limit GET>\n{section(A)}\n</Limit>", 3, "CorsAllowMethods"),
        ("in <LimitExcept>", f"<LimitExcept GET>\n{section(A)}\n</LimitExcept>", 3, "CorsAllowMethods"),
    ],
)
def test_what_is_no_section(text, line, mend):
    result = configtest(within(text))
    assert result.code != 0, result.output
    assert any("<CorsOrigin>" in message and mend in message for message in result.at(line)), result.output


@rows(
    "text, words",
    [
        ("not closed", f"<CorsOrigin {A}>\nCorsMaxAge 5", "Expected </CorsOrigin>"),
        ("not opened", "</CorsOrigin>", "Expected </Location> but saw </CorsOrigin>"),
        ("no section at all", f"CorsOrigin {A}", "Invalid command 'CorsOrigin'"),
    ],
)
def test_what_httpd_refuses(text, words):
    result = configtest(within(text))
    assert result.code != 0 and words in result.output


def test_all_faults_of_a_section_and_of_all_sections_are_told_in_one_run():
    result = configtest(
        "\n".join(
            (
                within(section("https://A.example https://b.example/", "CorsMaxAge 86401", "CorsAllowMethods TRACE")),
                within(section("*", ON)),
                section("null", "CorsAllowHeaders Cookie", "CorsExposeHeaders Set-Cookie"),
                within(f"<CorsOrigin {A}\n</CorsOrigin>"),
                "CorsMaxAge x",
            )
        )
    )
    expected = [2, 2, 3, 4, 8, 12, 13, 14, 17, 20]
    silent = [line for line in expected if not result.at(line)]
    assert result.code != 0 and not silent, result.output
    assert len(result.at(2)) == 2, result.output
    assert len(result.messages()) == len(set(result.messages())), result.output


def test_an_included_file_is_named():
    site = Site(within('Include "${ROOT}/conf/more.conf"'))
    site.file("conf/more.conf", "\n" + section("*", ON) + "\n")
    configtest(site).assert_refused(2, "*", "CorsAllowCredentials at conf/more.conf:3", file="conf/more.conf")
