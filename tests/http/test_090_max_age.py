# SPDX-License-Identifier: Apache-2.0
"""CorsMaxAge: how long a browser may keep the answer to a preflight."""

from harness import Site, policy, rows
from harness.answer import assert_answered, shared
from harness.site import GOOD

site = Site()
PATHS = [
    ("the default", site.location(policy()), "600"),
    ("no caching", site.location(policy("CorsMaxAge 0")), "0"),
    ("a second", site.location(policy("CorsMaxAge 1")), "1"),
    ("two hours", site.location(policy("CorsMaxAge 7200")), "7200"),
    ("the longest", site.location(policy("CorsMaxAge 86400")), "86400"),
    ("no header at all", site.location(policy("CorsMaxAge Off")), None),
]


@rows("path, seconds", PATHS)
def test_a_preflight_tells(server, path, seconds):
    assert_answered(server.preflight(path, GOOD), GOOD, max_age=seconds)


@rows("path, seconds", PATHS)
def test_an_actual_response_does_not(server, path, seconds):
    assert server.get(path, GOOD).cors == shared(GOOD)
