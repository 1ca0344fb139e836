# SPDX-License-Identifier: Apache-2.0
"""CorsAllowOriginRegex: matches the whole origin, case-sensitively, in bounded time."""

import time

from harness import Site, rows
from harness.answer import NOT_SHARED, assert_answered, shared

# regex; origins it allows; origins it does not
REGEXES = [
    (
        "an unanchored regex must match the whole origin",
        r"https://good\.example",
        ["https://good.example"],
        [
            "https://good.example.evil.test", "https://good.example:8443", "http://https://good.example",
            "evilhttps://good.example", "https://good-example", "https://GOOD.example",
        ],
    ),
    (
        "anchors of one's own do no harm",
        r"^https://good\.example(:[0-9]+)?$",
        ["https://good.example", "https://good.example:8443"],
        ["https://good.example.evil.test", "https://good.example:8443.evil.test"],
    ),
    (
        "the second alternative is tried where the first is too short",
        r"https://(a|ab)\.example",
        ["https://a.example", "https://ab.example"],
        ["https://abc.example", "https://b.example"],
    ),
    (
        "the longer alternative wins although the shorter one matches at the start",
        r"https://a|https://ab",
        ["https://a", "https://ab"],
        ["https://abc", "https://a.example"],
    ),
    (
        "each top-level alternative is anchored at both ends",
        r"https://one\.example|https://two\.example",
        ["https://one.example", "https://two.example"],
        ["https://one.example.evil.test", "https://evil.test.https://two.example", "https://two.example.evil.test"],
    ),
    (
        "a quotation left open does not swallow the anchor",
        r"https://x\Qab",
        ["https://xab"],
        ["https://xabc", "https://xab.evil.test"],
    ),
    (
        "a comment left open does not swallow the anchor",
        r"(?x)https://x[ab]#c",
        ["https://xa", "https://xb"],
        ["https://xac", "https://xa.evil.test"],
    ),
    (
        "a verb that accepts early accepts the whole origin or nothing",
        r"https://good\.example(*ACCEPT)",
        ["https://good.example"],
        ["https://good.example.evil.test", "https://good.example:8443"],
    ),
    (
        "a class of letters is case-sensitive",
        r"https://[A-Z]+\.example",
        [],
        ["https://abc.example", "https://ABC.example"],
    ),
    (
        "two regexes on a line", r"https://r1\.example https://r2\.example",
        ["https://r1.example", "https://r2.example"], [],
    ),
    (
        "a regex that matches everything matches what parses, and never null",
        r".*",
        ["https://anything.example", "https://a.b:1"],
        ["null", "https://a.example/", "https://a.example, https://b.example", "nonsense"],
    ),
]

site = Site()
PATHS = {regex: site.location(f"CorsAllowOriginRegex {regex}") for _, regex, _, _ in REGEXES}
SLOW = site.location(r"CorsAllowOriginRegex https://([a-z]+)+\.example")
BESIDE = site.location("CorsAllowOrigin https://listed.example\nCorsAllowOriginRegex https://r[0-9]\\.example")


@rows("regex, origin", [(f"{name}: {o}", regex, o) for name, regex, good, _ in REGEXES for o in good])
def test_allowed(server, regex, origin):
    assert server.get(PATHS[regex], origin).cors == shared(origin)
    assert_answered(server.preflight(PATHS[regex], origin), origin)


@rows("regex, origin", [(f"{name}: not {o}", regex, o) for name, regex, _, bad in REGEXES for o in bad])
def test_not_allowed(server, regex, origin):
    assert server.get(PATHS[regex], origin).cors == NOT_SHARED


def test_a_catastrophic_regex_is_bounded_in_time(server):
    before = time.monotonic()
    response = server.get(SLOW, "https://" + "a" * 60 + ".exampl")
    assert time.monotonic() - before < 3
    assert (response.status, response.cors) == (200, NOT_SHARED)


def test_a_catastrophic_regex_still_matches_what_it_should(server):
    assert server.get(SLOW, "https://good.example").cors == shared("https://good.example")


@rows(
    "origin, expected",
    [
        ("the pattern", "https://listed.example", shared("https://listed.example")),
        ("the regex", "https://r1.example", shared("https://r1.example")),
        ("neither", "https://rx.example", NOT_SHARED),
    ],
)
def test_patterns_and_regexes_together(server, origin, expected):
    assert server.get(BESIDE, origin).cors == expected
