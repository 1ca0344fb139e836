# SPDX-License-Identifier: Apache-2.0
"""CorsTimingAllowOrigin: the allowed origin may read the timing as well."""

from harness import Site, policy, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, assert_answered, shared
from harness.site import EVIL, GOOD

site = Site()
ON = site.location(policy("CorsTimingAllowOrigin On"))
OFF = site.location(policy("CorsTimingAllowOrigin Off"))
STAR = site.location(policy("CorsTimingAllowOrigin On", origin="*"))


@rows(
    "path, origin, expected",
    [
        ("on, the allowed origin", ON, GOOD, shared(GOOD, timing=GOOD)),
        ("on, another origin", ON, EVIL, NOT_SHARED),
        ("on, no origin", ON, None, NOT_SHARED),
        ("off", OFF, GOOD, shared(GOOD)),
        ("on for everybody", STAR, GOOD, {**FOR_EVERYBODY, "Timing-Allow-Origin": "*"}),
    ],
)
def test_actual_requests(server, path, origin, expected):
    assert server.get(path, origin).cors == expected


def test_an_any_origin_response_is_the_same_with_and_without_origin(server):
    assert server.get(STAR).cors == server.get(STAR, GOOD).cors


def test_not_on_a_preflight(server):
    assert_answered(server.preflight(ON, GOOD), GOOD)
