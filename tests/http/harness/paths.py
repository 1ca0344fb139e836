# SPDX-License-Identifier: Apache-2.0
"""What the path tests share: one policy, the kinds of origin that meet it, and the link to docs/paths.md.

A row of a table is a scenario; rows stand in families, and a family is a line of docs/paths.md. The decorator that runs
a table notes what it shows of each family, and test_490_paths_doc.py compares these notes with the document.
"""

import pytest

from .answer import NOT_SHARED, PREFLIGHT_VARY, SAFELISTED, answered, assert_denied, shared, tokens
from .site import EVIL, GOOD, policy
from .table import rows

POLICY = policy(
    "CorsAllowMethods PUT DELETE", "CorsAllowHeaders Authorization", "CorsAllowCredentials On", "CorsExposeHeaders X-A"
)
ANSWERED = answered(
    GOOD, methods="GET, HEAD, POST, PUT, DELETE", names=SAFELISTED + ", authorization", credentials=True
)
SHARED = shared(GOOD, credentials=True, expose="X-A")
KEPT_OUT = {"Vary": tokens(PREFLIGHT_VARY)}  # of a preflight that is denied
MALFORMED = GOOD + "/"

KINDS = ("allowed", "denied", "none", "same-origin", "malformed")
REASONS = {"denied": "origin-not-allowed", "malformed": "origin-malformed"}
every_kind = pytest.mark.parametrize("kind", KINDS)
main_kinds = pytest.mark.parametrize("kind", KINDS[:3])  # where the rest has been shown to make no difference

PROMISES = set()  # (family, column of the document, outcome)


def families(arguments, table, **outcomes):
    """Run the test for each row of each family; what a row leaves out at its end is None.

    The outcomes, by column of docs/paths.md, are what the test shows of the families.
    """
    assert outcomes, "a table that shows nothing"
    PROMISES.update((family, column, outcome) for family in table for column, outcome in outcomes.items())
    width = len(arguments.split(",")) + 1
    filled = [(family, [*row, *[None] * (width - len(row))]) for family, block in table.items() for row in block]
    return rows(arguments, [(f"{family}: {row[0]}", *row[1:]) for family, row in filled])


def origin_of(kind, server):
    """The Origin that a client of this kind sends."""
    own = f"http://localhost:{server.port}"
    return {"allowed": GOOD, "denied": EVIL, "none": None, "same-origin": own, "malformed": MALFORMED}[kind]


def expected_of(kind, vary=None):
    """The headers of an actual response to a client of this kind; whoever made it may have put more into Vary."""
    expected = SHARED if kind == "allowed" else NOT_SHARED
    return expected if vary is None else {**expected, "Vary": tokens(f"Origin, {vary}")}


def expect(server, loud):
    """Declare the line, or the lines, that httpd writes about the case."""
    for pattern in [loud] if isinstance(loud, str) else loud or []:
        server.log.expect(pattern)


def assert_equal(found, expected):
    """Both sides in the message, for asserts of this file are not rewritten by pytest."""
    assert found == expected, f"\n   found {found}\nexpected {expected}"


def assert_preflight(server, kind, url, left, loud=None):
    """The module answers or denies; without a foreign origin it is left to httpd, which says `left` (and `loud`)."""
    is_left = kind in ("none", "same-origin")
    expect(server, loud if is_left else None)
    response = server.preflight(url, origin_of(kind, server), "PUT", "authorization")
    if is_left:
        assert_equal((response.status, response.cors), (left, NOT_SHARED))
    else:
        assert_policy_answers(response, kind)


def assert_policy_answers(response, kind):
    """The preflight was answered, or denied for its reason, and nothing else is left of another answer."""
    found = (response.status, response.body, response.cors)
    if kind == "allowed":
        assert_equal(found, (204, "", ANSWERED))
    else:
        assert_equal((response.status, response.cors), (403, KEPT_OUT))
        assert_denied(response, REASONS[kind])
    assert_equal(response.all("Location") + response.all("WWW-Authenticate"), [])


def assert_actual(server, kind, request, status, loud=None, vary=None):
    """Status and the whole set of headers of a request: (method, URL, header, ...)."""
    expect(server, loud)
    method, url, *headers = request
    response = server.get(url, origin_of(kind, server), *headers, method=method)
    assert_equal((response.status, response.cors), (status, expected_of(kind, vary)))
    assert_equal(len(response.all("Vary")), 1)
    return response


def everywhere(site, name, text, places=("<Location>", "<Directory>", ".htaccess")):
    """Rows of (name, path) for pages under the same text in each of these places."""
    found = []
    for place in places:
        number = len(site.files)
        if place == "<Location>":
            path = site.location(text)
        elif place == "<Directory>":
            path = site.page(f"/directory{number}/page")
            site.add(f'<Directory "${{DOCROOT}}/directory{number}">\n{text}\n</Directory>')
        else:
            path = site.htaccess(f"/delegated{number}", text, override="All")
        found.append((f"{name} in {place}", path))
    return found
