# SPDX-License-Identifier: Apache-2.0
"""A graceful restart puts the changed configuration in force, and many of them do no harm."""

from harness import Site, policy
from harness.answer import NOT_SHARED, assert_answered, shared
from harness.site import GOOD, OTHER


def test_a_changed_policy_is_in_force(start):
    site = Site()
    path = site.location(policy())
    server = start(site)
    assert server.get(path, GOOD).cors == shared(GOOD)
    server.root.write("conf/site.conf", site.text.replace(GOOD, OTHER).encode())
    server.restart()
    assert [server.get(path, origin).cors for origin in (GOOD, OTHER)] == [NOT_SHARED, shared(OTHER)]


def test_a_changed_origin_file_is_in_force(start):
    site = Site()
    site.file("conf/origins", f"{GOOD}\n")
    path = site.location("CorsOriginsFile conf/origins")
    server = start(site)
    assert server.get(path, GOOD).cors == shared(GOOD)
    server.root.write("conf/origins", f"{OTHER}\n".encode())
    server.restart()
    assert [server.get(path, origin).cors for origin in (GOOD, OTHER)] == [NOT_SHARED, shared(OTHER)]


def test_many_restarts(start):
    site = Site()
    path = site.location(policy("CorsAllowCredentials On", "CorsAllowOriginRegex https://[a-z]+\\.good\\.example"))
    server = start(site)
    for _ in range(5):
        server.restart()
        assert server.get(path, GOOD).cors == shared(GOOD, credentials=True)
        assert_answered(server.preflight(path, "https://a.good.example"), "https://a.good.example", credentials=True)
