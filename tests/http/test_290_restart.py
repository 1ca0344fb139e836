# SPDX-License-Identifier: Apache-2.0
"""A graceful restart puts the changed configuration in force, and many of them do no harm."""

from harness import Site, policy, rows
from harness.answer import NOT_SHARED, UNTOUCHED, assert_answered, shared
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


@rows("gracefully", [("gracefully", True), ("at once", False)])
def test_policies_come_and_go(start, gracefully):
    page = "<Location /page>\n%s\n</Location>\n"
    htaccess = '<Directory "${DOCROOT}">\n%s\n</Directory>\n'
    # What the configuration says, and who is allowed
    configurations = [
        ("", None), (policy(), GOOD), ("", None), (page % policy(origin=OTHER), OTHER), (page % "CorsEngine Off", None),
        (htaccess % "AllowOverride FileInfo", GOOD), (htaccess % "AllowOverride AuthConfig", None),
        (htaccess % "AllowOverride None\nAllowOverrideList CorsAllowOrigin", GOOD),
    ]
    # One child, which is there when the server is: a second one, begun as the signal arrives, would have what was.
    one_child = "<IfModule !mpm_prefork_module>\nMinSpareThreads 1\n</IfModule>\n"
    site = Site(one_child)
    site.page("/page")
    site.file("htdocs/.htaccess", "")
    server = start(site)
    for text, allowed in configurations:
        server.root.write("conf/site.conf", (one_child + text).encode())
        server.root.write("htdocs/.htaccess", (policy() if text.startswith("<Dir") and allowed else "").encode())
        server.restart(gracefully)
        for origin in (GOOD, OTHER):
            expected = UNTOUCHED if allowed is None else shared(origin) if allowed == origin else NOT_SHARED
            assert server.get("/page", origin).cors == expected
        if allowed is not None:
            assert_answered(server.preflight("/page", allowed), allowed)
