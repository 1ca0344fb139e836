# SPDX-License-Identifier: Apache-2.0
"""CorsUpstreamHeaders: what becomes of the CORS headers that others have set."""

from harness import Site, policy, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, assert_answered, assert_denied, shared
from harness.site import EVIL, GOOD

THEIRS = "https://theirs.example"
KEEP = "CorsUpstreamHeaders Keep"
SETTERS = [
    ("Header set", f"Header set Access-Control-Allow-Origin {THEIRS}"),
    ("Header always set", f"Header always set Access-Control-Allow-Origin {THEIRS}"),
    ("Header add", f"Header add Access-Control-Allow-Origin {THEIRS}"),
    (
        "both tables",
        f"Header set Access-Control-Allow-Origin *\nHeader always set Access-Control-Allow-Origin {THEIRS}",
    ),
    ("two lines", f"Header add Access-Control-Allow-Origin *\nHeader add Access-Control-Allow-Origin {THEIRS}"),
    ("lower case", f"Header set access-control-allow-origin {THEIRS}"),
    (
        "the whole family",
        f"Header set Access-Control-Allow-Origin {THEIRS}\n"
        "Header always set Access-Control-Allow-Credentials true\n"
        "Header set Access-Control-Expose-Headers X-Theirs\n"
        "Header always set Access-Control-Allow-Methods DELETE\n"
        "Header set Access-Control-Allow-Headers X-Theirs\n"
        "Header set Access-Control-Max-Age 1\n"
        "Header always set Access-Control-Allow-Private-Network true",
    ),
    ("no allow-origin among them", "Header always set Access-Control-Allow-Credentials true"),
]

site = Site(modules=["cgi", "proxy", "proxy_http"])
REPLACED = [(name, site.location(policy(setter))) for name, setter in SETTERS]
STAR = site.location(policy(f"Header always set Access-Control-Allow-Origin {THEIRS}", origin="*"))
MEMBERS = site.location(policy("CorsAllowCredentials On", "Header always set Access-Control-Allow-Credentials false"))
KEPT = site.location(policy(KEEP, f"Header always set Access-Control-Allow-Origin {THEIRS}"))
KEPT_MORE = site.location(
    policy(
        KEEP,
        f"Header set Access-Control-Allow-Origin {THEIRS}",
        "Header always set Access-Control-Expose-Headers X-Theirs",
        "CorsAllowCredentials On",
        "CorsExposeHeaders X-Ours",
    )
)
KEPT_NOTHING = site.location(policy(KEEP, "Header set Access-Control-Expose-Headers X-Theirs"))


@rows("path", REPLACED)
def test_replaced_for_an_allowed_origin(server, path):
    assert server.get(path, GOOD).cors == shared(GOOD)


@rows("path", REPLACED)
@rows("origin", [("another origin", EVIL), ("the origin they allow", THEIRS), ("no origin", None)])
def test_removed_for_everybody_else(server, path, origin):
    assert server.get(path, origin).cors == NOT_SHARED


@rows("path", REPLACED)
def test_preflights_bear_the_policy_only(server, path):
    assert_answered(server.preflight(path, GOOD), GOOD)
    assert_denied(server.preflight(path, EVIL), "origin-not-allowed")


@rows(
    "path, origin, expected",
    [
        ("a star takes their place", STAR, GOOD, FOR_EVERYBODY),
        ("a star takes their place without an origin", STAR, None, FOR_EVERYBODY),
        ("credentials are the policy's", MEMBERS, GOOD, shared(GOOD, credentials=True)),
        ("kept for an allowed origin", KEPT, GOOD, shared(THEIRS)),
        ("kept for another origin", KEPT, EVIL, shared(THEIRS)),
        ("kept without an origin", KEPT, None, shared(THEIRS)),
        ("kept as a whole, nothing of the policy between", KEPT_MORE, GOOD, shared(THEIRS, expose="X-Theirs")),
        ("not kept where no allow-origin is among them", KEPT_NOTHING, GOOD, shared(GOOD)),
    ],
)
def test_replace_and_keep(server, path, origin, expected):
    assert server.get(path, origin).cors == expected


site.add(
    f"""
    ProxyPass /backend http://127.0.0.1:${{BACKEND}}/
    ProxyPass /keeping http://127.0.0.1:${{BACKEND}}/
    ProxyPass /elsewhere http://127.0.0.1:${{BACKEND}}/
    <VirtualHost 127.0.0.1:${{BACKEND}}>
        DocumentRoot "${{DOCROOT}}/app"
        Header add Access-Control-Allow-Origin *
        Header add Access-Control-Allow-Origin {THEIRS}
        Header always set Vary Accept-Language
    </VirtualHost>
    <LocationMatch "^/(backend|cgi)">
        {policy()}
    </LocationMatch>
    <Location /keeping>
        {policy()}
        {KEEP}
    </Location>
    <Directory "${{DOCROOT}}/cgi">
        Options ExecCGI
        SetHandler cgi-script
    </Directory>
    """
)
site.page("/app/page")
site.script(
    "/cgi/script.sh", f"echo 'Access-Control-Allow-Origin: {THEIRS}'", "echo 'Access-Control-Allow-Credentials: true'",
    "echo 'Vary: Cookie'", "echo 'Content-Type: text/plain'", "echo",
)


@rows(
    "url, origin, expected",
    [
        ("a backend, an allowed origin", "/backend/page", GOOD, shared(GOOD, vary="Accept-Language, Origin")),
        ("a backend, another origin", "/backend/page", EVIL, {"Vary": "accept-language, origin"}),
        ("a backend's missing page", "/backend/none", GOOD, shared(GOOD, vary="Accept-Language, Origin")),
        ("a backend that is kept", "/keeping/page", GOOD, shared(["*", THEIRS], vary="Accept-Language, Origin")),
        ("a backend without policy", "/elsewhere/page", GOOD, shared(["*", THEIRS], vary="Accept-Language")),
        ("a script, an allowed origin", "/cgi/script.sh", GOOD, shared(GOOD, vary="Cookie, Origin")),
        ("a script, another origin", "/cgi/script.sh", EVIL, {"Vary": "cookie, origin"}),
        ("a script, no origin", "/cgi/script.sh", None, {"Vary": "cookie, origin"}),
    ],
)
def test_backends_and_scripts(server, url, origin, expected):
    assert server.get(url, origin).cors == expected


VARIES = [
    ("Header set", "Header set Vary Accept-Encoding", "accept-encoding, origin"),
    ("Header always set", "Header always set Vary Accept-Encoding", "accept-encoding, origin"),
    (
        "Header append", "Header append Vary Accept-Encoding\nHeader append Vary Cookie",
        "accept-encoding, cookie, origin",
    ),
    ("Origin is there already", "Header set Vary 'Accept-Encoding, Origin'", "accept-encoding, origin"),
    ("Origin is there in lower case", "Header set Vary origin", "origin"),
    ("a name that begins like Origin", "Header set Vary Origin-Trial", "origin, origin-trial"),
    ("Header unset", "Header always unset Vary\nHeader unset Vary", "origin"),
]


@rows("path, vary", [(name, site.location(policy(setter)), vary) for name, setter, vary in VARIES])
@rows("origin", [("an allowed origin", GOOD), ("another origin", EVIL), ("no origin", None)])
def test_vary_is_merged_into_what_is_there(server, path, vary, origin):
    assert server.get(path, origin).cors["Vary"] == vary


UNSET = "Header always unset Access-Control-Allow-Origin\nHeader unset Access-Control-Allow-Origin"
OTHERS = [
    (
        "a star leaves Vary as it is", policy("Header set Vary Accept-Encoding", origin="*"),
        {**FOR_EVERYBODY, "Vary": "accept-encoding"},
    ),
    ("an unset does not take ours away", policy(UNSET), shared(GOOD)),
    (
        "without a policy theirs stay", f"Header set Access-Control-Allow-Origin {THEIRS}",
        {"Access-Control-Allow-Origin": THEIRS},
    ),
]


@rows("path, expected", [(name, site.location(text), expected) for name, text, expected in OTHERS])
def test_beside_mod_headers(server, path, expected):
    assert server.get(path, GOOD).cors == expected
