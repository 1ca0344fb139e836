# SPDX-License-Identifier: Apache-2.0
"""CorsAllowPrivateNetwork: only where it is on, and only where the preflight asks."""

from harness import Site, policy, rows
from harness.answer import assert_answered, assert_denied, shared
from harness.site import EVIL, GOOD

site = Site()
ON = site.location(policy("CorsAllowPrivateNetwork On"))
OFF = site.location(policy("CorsAllowPrivateNetwork Off"))
DEFAULT = site.location(policy())

ASKS = ("Access-Control-Request-Private-Network", "true")


def test_on_and_asked_for(server):
    assert_answered(server.preflight(ON, GOOD, "GET", None, ASKS), GOOD, private_network=True)


@rows("path", [("on", ON), ("off", OFF), ("by default", DEFAULT)])
def test_not_asked_for(server, path):
    assert_answered(server.preflight(path, GOOD), GOOD)


@rows("path", [("off", OFF), ("by default", DEFAULT)])
def test_asked_for_in_vain(server, path):
    assert_denied(server.preflight(path, GOOD, "GET", None, ASKS), "private-network-not-allowed")


def test_another_origin_hears_of_its_origin_first(server):
    assert_denied(server.preflight(ON, EVIL, "GET", None, ASKS), "origin-not-allowed")


def test_no_header_on_an_actual_response(server):
    assert server.get(ON, GOOD, ASKS).cors == shared(GOOD)
