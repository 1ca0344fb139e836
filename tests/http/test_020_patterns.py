# SPDX-License-Identifier: Apache-2.0
"""Every form of an origin pattern: what it allows, and what it only seems to."""

import pytest
from harness import Site, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, shared

LABEL63 = "a" * 63
HOST253 = ".".join([LABEL63, LABEL63, LABEL63, "a" * 57, "com"])

# pattern; origins it allows; origins it does not
PATTERNS = [
    (
        "a whole origin is that origin only",
        "https://good.example",
        ["https://good.example"],
        [
            "http://good.example", "https://good.example:8443", "https://www.good.example", "https://good.example.",
            "https://good.example.evil.test", "https://notgood.example", "https://goodxexample", "https://GOOD.example",
            "HTTPS://good.example", "https://good.example/", "https://good.example:443", "good.example", "null",
        ],
    ),
    (
        "a port is part of the origin",
        "https://good.example:8443",
        ["https://good.example:8443"],
        [
            "https://good.example", "https://good.example:843", "https://good.example:84430",
            "https://good.example:08443",
        ],
    ),
    (
        "a wildcard stands for one or more labels",
        "https://*.good.example",
        [
            "https://a.good.example", "https://a.b.good.example", "https://a-1.good.example",
            "https://a_b.good.example",
            "https://xn--bcher-kva.good.example",
        ],
        [
            "https://good.example", "https://.good.example", "https://a..good.example", "https://notgood.example",
            "https://*.good.example", "https://a.good.example.evil.test", "https://a.good.example:8443",
            "http://a.good.example", "https://a.good.example.", "https://evil.test/.good.example",
            "https://evil.test#.good.example", "https://evil.test?.good.example", "https://evil.test@a.good.example",
            "https://evil.test:.good.example",
        ],
    ),
    (
        "a wildcard with a port",
        "https://*.good.example:8443",
        ["https://a.good.example:8443", "https://a.b.good.example:8443"],
        ["https://a.good.example", "https://good.example:8443", "https://a.good.example:8444"],
    ),
    (
        "any port, or none",
        "https://good.example:*",
        ["https://good.example", "https://good.example:1", "https://good.example:8443", "https://good.example:65535"],
        [
            "https://good.example:", "https://good.example:0", "https://good.example:65536",
            "https://good.example:08443",
            "https://good.example:*", "https://good.example:80a", "https://good.example:-1", "https://good.example:+80",
            "https://good.example:8443.evil.test", "https://good.example:8443@evil.test", "https://good.example:443",
            "https://www.good.example:8443", "http://good.example:8443", "https://good.example:99999999999999999999",
        ],
    ),
    (
        "any subdomain with any port",
        "https://*.good.example:*",
        ["https://a.good.example", "https://a.good.example:8443", "https://a.b.good.example:1"],
        ["https://good.example", "https://good.example:8443", "https://a.good.example:0", "http://a.good.example"],
    ),
    (
        "a loopback name for development",
        "http://localhost:3000",
        ["http://localhost:3000"],
        ["http://localhost", "http://localhost:3001", "https://localhost:3000", "http://localhost.evil.test:3000"],
    ),
    (
        "any port of a loopback name",
        "http://localhost:*",
        ["http://localhost", "http://localhost:3000", "http://localhost:65535"],
        ["http://localhost:80", "http://app.localhost:3000", "https://localhost"],
    ),
    (
        "an IPv4 address",
        "https://192.0.2.1",
        ["https://192.0.2.1"],
        ["https://192.0.2.10", "https://192.0.2.01", "https://3221225985", "https://0xc0000201", "https://1.192.0.2.1"],
    ),
    (
        "an IPv6 address with a port",
        "https://[2001:db8::1]:8443",
        ["https://[2001:db8::1]:8443"],
        [
            "https://[2001:db8::1]", "https://[2001:DB8::1]:8443", "https://[2001:db8:0:0:0:0:0:1]:8443",
            "https://2001:db8::1:8443", "https://[2001:db8::2]:8443", "https://[2001:db8::1:8443",
        ],
    ),
    (
        "any port of an IPv6 loopback",
        "http://[::1]:*",
        ["http://[::1]", "http://[::1]:3000"],
        ["http://[0:0:0:0:0:0:0:1]:3000", "http://[::1]:0", "http://[::2]:3000"],
    ),
    (
        "a host with a trailing dot is another host",
        "https://good.example.:8443",
        ["https://good.example.:8443"],
        ["https://good.example:8443", "https://good.example..:8443"],
    ),
    (
        "the scheme of an extension",
        "chrome-extension://abcdefghijklmnop",
        ["chrome-extension://abcdefghijklmnop"],
        ["moz-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmno", "https://abcdefghijklmnop"],
    ),
    (
        "the scheme of a native shell",
        "capacitor://localhost",
        ["capacitor://localhost"],
        ["http://localhost", "capacitor://localhost:1", "ionic://localhost"],
    ),
    (
        "a punycode host",
        "https://xn--bcher-kva.example",
        ["https://xn--bcher-kva.example"],
        ["https://b\xfccher.example", "https://bcher-kva.example"],
    ),
    (
        "the longest label", f"https://{LABEL63}.example", [f"https://{LABEL63}.example"],
        [f"https://{LABEL63}a.example"],
    ),
    ("the longest host", f"https://{HOST253}", [f"https://{HOST253}"], [f"https://a{HOST253}"]),
    (
        "null, where it was dangerously allowed",
        "null\nCorsDangerouslyAllow NullOrigin",
        ["null"],
        ["NULL", "Null", "null.example", "https://null", "nullnull"],
    ),
    (
        "several patterns on a line",
        "https://one.example https://two.example",
        ["https://one.example", "https://two.example"],
        [
            "https://three.example", "https://one.example https://two.example",
            "https://one.example, https://two.example",
        ],
    ),
    (
        "several lines in a section",
        "https://one.example\nCorsAllowOrigin https://*.two.example\nCorsAllowOrigin https://three.example:*",
        ["https://one.example", "https://a.two.example", "https://three.example:1"],
        ["https://two.example", "https://a.one.example", "https://one.example:1"],
    ),
]

site = Site()
PATHS = {pattern: site.location(f"CorsAllowOrigin {pattern}") for _, pattern, _, _ in PATTERNS}
ALLOWED = [(f"{name}: {origin}", pattern, origin) for name, pattern, good, _ in PATTERNS for origin in good]
DENIED = [(f"{name}: not {origin}", pattern, origin) for name, pattern, _, bad in PATTERNS for origin in bad]


@rows("pattern, origin", ALLOWED)
def test_allowed(server, pattern, origin):
    assert server.get(PATHS[pattern], origin).cors == shared(origin)


@rows("pattern, origin", DENIED)
def test_not_allowed(server, pattern, origin):
    response = server.get(PATHS[pattern], origin)
    assert (response.status, response.cors) == (200, NOT_SHARED)
    assert server.preflight(PATHS[pattern], origin).status == 403


ANY = site.location("CorsAllowOrigin *")


@pytest.mark.parametrize("origin", ["https://good.example", "http://evil.example:81", "chrome-extension://abc", "null"])
def test_a_lone_star_is_every_origin(server, origin):
    assert server.get(ANY, origin).cors == FOR_EVERYBODY
