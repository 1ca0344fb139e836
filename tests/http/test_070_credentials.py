# SPDX-License-Identifier: Apache-2.0
"""CorsAllowCredentials: said to allowed origins, and to nobody else."""

from harness import Site, policy, rows
from harness.answer import NOT_SHARED, assert_answered, assert_denied, shared
from harness.site import EVIL, GOOD

site = Site()
ON = site.location(policy("CorsAllowCredentials On"))
OFF = site.location(policy("CorsAllowCredentials Off"))
BY_REGEX = "CorsAllowCredentials On\nCorsAllowOriginRegex https?://"
REGEX = site.location(BY_REGEX + r"([a-z]+\.good\.example|localhost:[0-9]+|127\.0\.0\.[0-9])")
LIFTED = site.location(BY_REGEX + "[a-z]+\\.good\\.example\nCorsDangerouslyAllow InsecureOrigins")
LIFT = "CorsDangerouslyAllow NullOrigin InsecureOrigins"
PLAIN = site.location(policy("CorsAllowCredentials On", LIFT, origin="http://good.example"))
LOOPBACK = "http://localhost:3000 http://app.localhost:3000 http://127.0.0.1:3000 http://127.1.2.3 http://[::1]:*"
LOCAL = site.location(policy("CorsAllowCredentials On", origin=LOOPBACK))
NULL = site.location(policy("CorsAllowCredentials On", LIFT, origin="null"))


@rows(
    "path, origin, credentials",
    [
        ("on", ON, GOOD, True),
        ("off", OFF, GOOD, False),
        ("on, an https origin by a regex", REGEX, "https://a.good.example", True),
        ("on, a loopback origin by a regex", REGEX, "http://localhost:3000", True),
        ("on, a loopback address by a regex", REGEX, "http://127.0.0.1", True),
        ("on, an http origin by a regex where that was dangerously allowed", LIFTED, "http://a.good.example", True),
        ("on, an http origin where that was dangerously allowed", PLAIN, "http://good.example", True),
        ("on, localhost", LOCAL, "http://localhost:3000", True),
        ("on, a name below localhost", LOCAL, "http://app.localhost:3000", True),
        ("on, 127.0.0.1", LOCAL, "http://127.0.0.1:3000", True),
        ("on, any loopback address", LOCAL, "http://127.1.2.3", True),
        ("on, the IPv6 loopback", LOCAL, "http://[::1]:8080", True),
        ("on, null where that was dangerously allowed", NULL, "null", True),
    ],
)
def test_allowed(server, path, origin, credentials):
    assert server.get(path, origin).cors == shared(origin, credentials=credentials)
    assert_answered(server.preflight(path, origin), origin, credentials=credentials)


@rows("path, origin", [("another origin", ON, EVIL), ("no origin", ON, None), ("null", ON, "null")])
def test_not_allowed(server, path, origin):
    assert server.get(path, origin).cors == NOT_SHARED


def test_a_denied_preflight_says_nothing_of_credentials(server):
    assert_denied(server.preflight(ON, EVIL), "origin-not-allowed")
    assert_denied(server.preflight(ON, GOOD, "PUT"), "method-not-allowed")


def test_an_http_origin_by_a_regex_is_no_place_for_credentials(server):
    server.log.expect(r"\[cors:error\] CORS0403: .*\(GET .*CorsAllowOriginRegex.*CorsAllowCredentials at")
    server.log.expect(r"\[cors:error\] CORS0403: .*\(OPTIONS .*CorsDangerouslyAllow InsecureOrigins")
    assert server.get(REGEX, "http://a.good.example").cors == NOT_SHARED
    assert_denied(server.preflight(REGEX, "http://a.good.example"), "unsafe-policy")


def test_the_credentials_of_the_request_change_nothing(server):
    cookie = ("Cookie", "session=1")
    assert server.get(OFF, GOOD, cookie).cors == shared(GOOD)
    assert server.get(ON, GOOD, cookie).cors == shared(GOOD, credentials=True)
