# SPDX-License-Identifier: Apache-2.0
"""CORS_REQUEST, CORS_VERDICT and CORS_REASON: for logs, scripts, expressions and access control."""

import itertools

from harness import Site, policy, rows
from harness.client import origin_headers, preflight_headers
from harness.site import EVIL, GOOD

site = Site(modules=["cgi"])
site.add(
    f"""
    LogFormat "%r: %s %{{CORS_REQUEST}}e %{{CORS_VERDICT}}e %{{CORS_REASON}}e" cors
    CustomLog "${{ROOT}}/logs/access" cors
    ErrorDocument 404 /scripts/environment.sh
    <Directory "${{DOCROOT}}/scripts">
        Options ExecCGI
        <Files "*.sh">
            SetHandler cgi-script
        </Files>
    </Directory>
    <Location /api>
        {policy("CorsAllowMethods PUT", "CorsAllowHeaders X-A", "CorsExposeHeaders X-Seen")}
        Header always set X-Seen "%{{CORS_REQUEST}}e %{{CORS_VERDICT}}e %{{CORS_REASON}}e"
    </Location>
    <Location /scripts>
        {policy()}
    </Location>
    <Location /guarded>
        {policy()}
        <RequireAny>
            Require env CORS_VERDICT
        </RequireAny>
    </Location>
    <Location /clean>
        {policy()}
        <RequireAll>
            Require all granted
            Require not env CORS_REASON
        </RequireAll>
    </Location>
    <Location /expression>
        {policy()}
        Require expr "reqenv('CORS_VERDICT') == 'allowed'"
    </Location>
    <Location /members>
        {policy()}
        AuthType Basic
        AuthName "members"
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    """
)
site.file("users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
for page in ("/api", "/guarded", "/clean", "/expression", "/off", "/members"):
    site.page(page)
STAR = site.location("CorsAllowOrigin *")
UNSAFE = site.location("CorsAllowOriginRegex https?://[a-z]+\\.good\\.example\nCorsAllowCredentials On")
ENVIRONMENT = site.script(
    "/scripts/environment.sh", "echo 'Content-Type: text/plain'", "echo", "env | grep CORS_ | sort | tr '\\n' ' '"
)

PRIVATE = ("Access-Control-Request-Private-Network", "true")
SAME = ("Sec-Fetch-Site", "same-origin")


def actual(*origin):
    """An actual request."""
    return "GET", [header for each in origin for header in origin_headers(each)]


def preflight(*arguments):
    """A preflight."""
    return "OPTIONS", preflight_headers(*arguments)


REQUESTS = [
    ("an allowed origin", "/api", *actual(GOOD), "200 actual allowed -"),
    ("another origin", "/api", *actual(EVIL), "200 actual denied origin-not-allowed"),
    ("null", "/api", *actual("null"), "200 actual denied origin-not-allowed"),
    ("an origin with a path", "/api", *actual(GOOD + "/"), "200 actual denied origin-malformed"),
    ("two origins", "/api", *actual(GOOD, GOOD), "200 actual denied origin-malformed"),
    ("two origins on a line", "/api", *actual(f"{GOOD} {EVIL}"), "200 actual denied origin-malformed"),
    ("an origin of upper case", "/api", *actual("https://GOOD.example"), "200 actual denied origin-malformed"),
    ("an empty origin", "/api", *actual(""), "200 actual denied origin-malformed"),
    ("an origin too long", "/api", *actual("https://" + "a.b" * 140), "200 actual denied origin-malformed"),
    ("no origin", "/api", *actual(), "200 - - -"),
    ("OPTIONS that are no preflight", "/api", "OPTIONS", origin_headers(GOOD), "200 actual allowed -"),
    ("same origin, says the browser", "/api", "GET", [*origin_headers(EVIL), SAME], "200 same-origin - -"),
    ("an allowed preflight", "/api", *preflight(GOOD, "PUT", "x-a"), "204 preflight allowed -"),
    ("a preflight of another origin", "/api", *preflight(EVIL), "403 preflight denied origin-not-allowed"),
    ("a preflight of a malformed origin", "/api", *preflight("x"), "403 preflight denied origin-malformed"),
    ("a preflight for another method", "/api", *preflight(GOOD, "DELETE"), "403 preflight denied method-not-allowed"),
    (
        "a preflight for another header", "/api", *preflight(GOOD, "PUT", "x-b"),
        "403 preflight denied header-not-allowed",
    ),
    (
        "a preflight into the private network", "/api", "OPTIONS", [*preflight_headers(GOOD), PRIVATE],
        "403 preflight denied private-network-not-allowed",
    ),
    ("an unsafe origin", UNSAFE, *actual("http://a.good.example"), "200 actual denied unsafe-policy"),
    (
        "a preflight of an unsafe origin", UNSAFE, *preflight("http://a.good.example"),
        "403 preflight denied unsafe-policy",
    ),
    ("any origin", STAR, *actual(EVIL), "200 actual allowed -"),
    ("an error page", "/api/none", *actual(GOOD), "404 actual allowed -"),
    ("no password", "/members", *actual(GOOD), "401 actual allowed -"),
    ("a preflight without password", "/members", *preflight(GOOD), "204 preflight allowed -"),
    ("CORS is off", "/off", *actual(GOOD), "200 - - -"),
    ("a preflight where CORS is off", "/off", *preflight(GOOD), "200 - - -"),
]
_NUMBER = itertools.count()


@rows("path, method, headers, expected", REQUESTS)
def test_in_the_access_log(server, path, method, headers, expected):
    query = f"?n={next(_NUMBER)}"
    if "unsafe-policy" in expected:
        server.log.expect("CORS0403")
    server.request(method, path + query, headers)
    line = server.access_log(rf"\{query} ")
    assert line.split(": ", 1)[1] == expected


@rows(
    "origin, expected",
    [
        ("allowed", GOOD, "CORS_REQUEST=actual CORS_VERDICT=allowed "),
        ("denied", EVIL, "CORS_REASON=origin-not-allowed CORS_REQUEST=actual CORS_VERDICT=denied "),
        ("no origin", None, ""),
    ],
)
@rows("path", [("itself", ENVIRONMENT), ("as an error document", "/scripts/none")])
def test_in_a_script(server, path, origin, expected):
    assert server.get(path, origin).body == expected


@rows(
    "path, origin, status",
    [
        ("Require env, allowed", "/guarded", GOOD, 200),
        ("Require env, denied is a verdict too", "/guarded", EVIL, 200),
        ("Require env, no origin and no verdict", "/guarded", None, 403),
        ("Require not env, allowed", "/clean", GOOD, 200),
        ("Require not env, no origin", "/clean", None, 200),
        ("Require not env, denied", "/clean", EVIL, 403),
        ("Require expr, allowed", "/expression", GOOD, 200),
        ("Require expr, denied", "/expression", EVIL, 403),
        ("Require expr, no origin", "/expression", None, 403),
    ],
)
def test_in_access_control(server, path, origin, status):
    if status == 403:
        server.log.expect(r"\[authz_core:error\] AH01630")
    assert server.get(path, origin).status == status


@rows(
    "origin, seen",
    [("allowed", GOOD, "actual allowed (null)"), ("denied", EVIL, "actual denied origin-not-allowed")],
)
def test_in_a_header(server, origin, seen):
    assert server.get("/api", origin).all("X-Seen") == [seen]


def test_a_client_cannot_set_them(server):
    names = [(name, "allowed") for name in ("CORS_VERDICT", "CORS-VERDICT", "Cors-Verdict")]
    assert "CORS_VERDICT=allowed" not in server.get(ENVIRONMENT, EVIL, *names).body.split()


@rows("around", [("the server's policy", None), ("a <Location>'s policy", "Location /page"), ("an <If>'s", "If true")])
def test_the_server_s_setenvif_does_not_have_the_last_word(start, around):
    site = Site('SetEnvIf X-Says "(.+)" CORS_REQUEST=$1 CORS_VERDICT=$1 CORS_REASON=$1')
    site.add('Header always set X-Told "%{CORS_REQUEST}e %{CORS_VERDICT}e %{CORS_REASON}e"')
    site.add(policy() if around is None else f"<{around}>\n{policy()}\n</{around.split()[0]}>")
    path = site.page("/page")
    server = start(site)
    told = [
        server.get(path, origin, ("X-Says", "theirs")).all("X-Told") for origin in (GOOD, EVIL, f"http://localhost:{server.port}")
    ]
    assert told == [["actual allowed (null)"], ["actual denied origin-not-allowed"], ["same-origin (null) (null)"]]
