# SPDX-License-Identifier: Apache-2.0
"""What no browser can send is refused when the configuration is read, with the place and the mend."""

from harness import configtest, rows

LABEL63 = "a" * 63

# the pattern; what the message says besides it
BAD = [
    ("upper case in the host", "https://Good.example", "https://good.example"),
    ("upper case in the scheme", "HTTPS://good.example", "https://good.example"),
    ("upper case behind a wildcard", "https://*.Good.example:*", "https://*.good.example:*"),
    ("upper-case null", "NULL", "null"),
    ("a trailing slash", "https://good.example/", "https://good.example"),
    ("a path", "https://good.example/app/index.html", "https://good.example"),
    ("a path behind a port", "https://good.example:8443/app", "https://good.example:8443"),
    ("a query", "https://good.example?a=b", "https://good.example"),
    ("a fragment", "https://good.example#top", "https://good.example"),
    ("a user", "https://user@good.example", "https://good.example"),
    ("a user and a password", "https://user:secret@good.example", "https://good.example"),
    ("the default port of https", "https://good.example:443", "https://good.example"),
    ("the default port of http", "http://localhost:80", "http://localhost"),
    ("the default port behind a wildcard", "https://*.good.example:443", "https://*.good.example"),
    ("port 0", "https://good.example:0", "65535"),
    ("a port beyond the last", "https://good.example:65536", "65535"),
    ("a port far beyond the last", "https://good.example:184467440737095516160", "65535"),
    ("a port with a leading zero", "https://good.example:08443", "8443"),
    ("a port without digits", "https://good.example:", "https://good.example"),
    ("a port of letters", "https://good.example:web", "port"),
    ("a negative port", "https://good.example:-1", "port"),
    ("a comma at the end", "https://good.example,", "https://good.example"),
    ("two origins with a comma", "https://one.example,https://two.example", ""),
    ("two origins in quotes", '"https://one.example https://two.example"', ""),
    ("an IPv4 address in two parts", "http://127.1", "127.0.0.1"),
    ("an IPv4 address as one number", "https://3221225985", "192.0.2.1"),
    ("an IPv4 address in hexadecimal", "https://0xc0.0.2.1", "192.0.2.1"),
    ("an IPv4 address with leading zeros", "https://192.0.2.010", "192.0.2.8"),
    ("an IPv4 address out of range", "https://192.0.2.256", "IPv4"),
    ("an IPv6 address in upper case", "https://[2001:DB8::1]", "https://[2001:db8::1]"),
    ("an IPv6 address written out", "https://[2001:db8:0:0:0:0:0:1]", "https://[2001:db8::1]"),
    ("an IPv6 address with leading zeros", "https://[2001:0db8::1]", "https://[2001:db8::1]"),
    ("an IPv6 address with the shorter run of zeros left out", "https://[1::2:0:0:0:3]", "https://[1:0:0:2::3]"),
    ("an IPv4 address inside IPv6", "https://[::ffff:192.0.2.1]", "https://[::ffff:c000:201]"),
    ("an IPv6 address without brackets", "https://2001:db8::1", "["),
    ("an IPv6 address with a zone", "https://[fe80::1%eth0]", "IPv6"),
    ("an IPv6 address of too few groups", "https://[1:2:3]", "IPv6"),
    ("an IPv6 address without its end", "https://[2001:db8::1", "]"),
    ("the file scheme", "file:///srv/www", "file"),
    ("the file scheme with a host", "file://good.example", "file"),
    ("no scheme", "good.example", "https://good.example"),
    ("no scheme, but slashes", "//good.example", "https://good.example"),
    ("no scheme, but a wildcard", "*.good.example", "https://*.good.example"),
    ("one slash", "https:/good.example", "https://good.example"),
    ("no slashes", "https:good.example", "https://good.example"),
    ("a scheme that begins with a digit", "4ttps://good.example", "scheme"),
    ("no host", "https://", "host"),
    ("a port and no host", "https://:8443", "host"),
    ("every host", "https://*", "*"),
    ("every host on a port", "https://*:8443", "*"),
    ("every scheme", "*://good.example", "https://good.example"),
    ("a wildcard in the middle", "https://a.*.example", "https://*."),
    ("a wildcard at the end", "https://good.*", "https://*."),
    ("a wildcard in a label", "https://a*.good.example", "https://*."),
    ("a wildcard without its dot", "https://*good.example", "https://*.good.example"),
    ("two wildcards", "https://*.*.good.example", "https://*.good.example"),
    ("two stars", "https://**.good.example", "https://*.good.example"),
    ("a wildcard in the port", "https://good.example:80*", ":*"),
    ("a label of 64 bytes", f"https://{LABEL63}a.example", "63"),
    ("a host of 254 bytes", "https://" + ".".join([LABEL63, LABEL63, LABEL63, "a" * 58, "com"]), "253"),
    ("an empty label", "https://good..example", "empty"),
    ("an empty first label", "https://.good.example", "empty"),
    ("two trailing dots", "https://good.example..", "empty"),
    ("a blank", '"https://good .example"', ""),
    ("a percent escape", "https://good%2eexample", ""),
    ("nothing", '""', "CorsAllowOrigin"),
]


@rows("pattern, mend", BAD)
def test_refused(pattern, mend):
    configtest(f"CorsAllowOrigin {pattern}").assert_refused(1, pattern.strip('"')[:60], mend)


@rows("pattern", [(name, pattern) for name, pattern, _ in BAD])
def test_refused_on_the_deny_list_too(pattern):
    result = configtest(f"CorsAllowOrigin *\nCorsDenyOrigin https://fine.example {pattern}")
    result.assert_refused(2, "CorsDenyOrigin")


def test_all_of_them_in_one_run():
    result = configtest("\n".join(f"CorsAllowOrigin {pattern}" for _, pattern, _ in BAD))
    silent = [name for line, (name, _, _) in enumerate(BAD, 1) if not result.at(line)]
    assert result.code != 0 and not silent, result.output


def test_a_host_of_unicode_is_sent_to_punycode():
    configtest("CorsAllowOrigin https://b\xfccher.example").assert_refused(1, "cher.example", "punycode")


def test_backslashes_are_sent_to_slashes():
    configtest("CorsAllowOrigin https:\\\\good.example").assert_refused(1, "good.example", "https://")


def test_only_the_bad_one_of_a_line_is_quoted():
    result = configtest("CorsAllowOrigin https://one.example https://Two.example https://three.example")
    result.assert_refused(1, "https://Two.example", "https://two.example")
    assert "one.example" not in result.output and "three.example" not in result.output


def test_each_bad_one_of_a_line_is_quoted():
    result = configtest("CorsAllowOrigin https://One.example https://two.example https://Three.example")
    result.assert_refused(1, "https://One.example", "https://one.example")
    result.assert_refused(1, "https://Three.example", "https://three.example")


GOOD = [
    "https://good.example", "http://localhost:3000", "https://*.good.example", "https://good.example:*",
    "https://*.good.example:*", "https://*.good.example:8443", "https://good.example.", "https://192.0.2.1:*",
    "https://[2001:db8::1]", "https://[::1]:8443", "https://a_b.example", "https://xn--bcher-kva.example",
    "https://intranet",
    "chrome-extension://abcdefghijklmnop", "capacitor://localhost", "web+app://x", "https://good.example:1",
    "https://good.example:65535", "https://good.example:80", f"https://{LABEL63}.example", "https://*.com", "*",
]


@rows("pattern", [(pattern, pattern) for pattern in GOOD])
def test_accepted(pattern):
    configtest(f"CorsAllowOrigin {pattern}").assert_nothing_said()
    configtest(f"CorsAllowOrigin https://x.example\nCorsDenyOrigin {pattern}").assert_nothing_said()
