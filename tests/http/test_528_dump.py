# SPDX-License-Identifier: Apache-2.0
"""httpd -t -D DUMP_CORS: every policy with its place, the warnings, and what is left of recipes."""

import pytest
from harness import Httpd, Site, policy, rows
from harness.site import GOOD, OTHER

SITE = f"""
CorsMaxAge 86400
<Location /api>
    {policy("CorsAllowMethods PUT")}
    CorsOriginsFile conf/origins
    CorsAllowCredentials On
</Location>
<Directory "${{DOCROOT}}">
    CorsAllowOrigin http://plain.example
    CorsDenyOrigin {OTHER}
</Directory>
<Location /none>
    CorsMaxAge 5
</Location>
<Location /api/off>
    CorsEngine Off
</Location>
Header always set Access-Control-Allow-Origin "*"
Header set X-Else 1
SetEnvIf Origin "good" ALLOWED=1
SetEnvIf Host "good" ELSE=1
RewriteEngine On
RewriteCond %{{REQUEST_METHOD}} =OPTIONS
RewriteRule .* - [R=204,L]
RewriteRule ^/else$ /other
<VirtualHost 127.0.0.1:${{PORT}}>
    ServerName localhost
    {policy()}
</VirtualHost>
"""


def build():
    site = Site(SITE, modules=["headers", "rewrite"], expects=["CORS0621"])
    site.file("conf/origins", f"{GOOD}\nhttps://a.example\nhttps://b.example\n")
    return site


@pytest.fixture(scope="module")
def dumped():
    """What is printed, its paths brought to those of the site."""
    with Httpd(build()) as server:
        run = server.root.run("-t", "-D", "DUMP_CORS")
        assert run.returncode == 0
        return run.stdout.decode().replace(str(server.root.path) + "/", "")


def part(text, title):
    """The indented lines below a title."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(title)) + 1
    end = next((n for n in range(start, len(lines)) if not lines[n].startswith(" ")), len(lines))
    return "\n".join(lines[start:end])


@rows(
    "line",
    [
        ("a section", "<Location /api> at conf/site.conf:"),
        ("its origins", f"CorsAllowOrigin {GOOD}    # conf/site.conf:"),
        ("how many a file has", "(3 origins)"),
        ("what is inherited", "CorsMaxAge 86400    # conf/site.conf:"),
        ("the safelisted methods too", "CorsAllowMethods GET HEAD POST PUT"),
        ("a directory", "<Directory "),
        ("what is denied", f"CorsDenyOrigin {OTHER}"),
        ("a virtual host", "virtual host localhost at conf/site.conf:"),
        ("where it is off", "<Location /api/off> at"),
    ],
)
def test_policies(dumped, line):
    assert line in part(dumped, "CORS policies (mod_cors ")


def test_what_has_no_policy_is_left_out(dumped):
    assert "<Location /none>" not in dumped
    assert "CorsTimingAllowOrigin" not in dumped  # the default
    assert "main server: CORS is off" in next(line for line in dumped.splitlines() if "/api/off" in line)


def test_warnings_and_remarks(dumped):
    assert "CORS0621: conf/site.conf:" in part(dumped, "Warnings:")
    remarks = part(dumped, "Remarks:")
    assert remarks.count("CorsMaxAge 86400: browsers remember a preflight for less") == 1
    assert "CorsMaxAge 5" not in remarks


RECIPES = [
    ("in a module's section", "<IfModule headers_module>\nHeader set Access-Control-Allow-Origin *\n</IfModule>", ["Header"]),
    ("in quotes", 'Header always merge "access-control-allow-headers" "x-a"', ["Header"]),
    ("in a virtual host", "<VirtualHost *:1>\nHeader set Access-Control-Max-Age 60\n</VirtualHost>", ["Header"]),
    ("an origin in quotes", 'SetEnvIf "Origin" "^https://(.+)$" ORIGIN=$1', ["SetEnvIf"]),
    ("in whatever case", "SetEnvIfNoCase origin good ALLOWED=1", ["SetEnvIfNoCase"]),
    ("an expression", "SetEnvIfExpr \"req('Origin') =~ /good/\" ALLOWED=1", ["SetEnvIfExpr"]),
    ("a limit", '<Directory "${DOCROOT}">\n<Limit OPTIONS>\nRequire all granted\n</Limit>\n</Directory>', ["<Limit"]),
    ("all but a limit", "<Location /x>\n<LimitExcept OPTIONS>\nRequire valid-user\n</LimitExcept>\n</Location>",
     ["<LimitExcept"]),
    ("a limit of others", "<Location /x>\n<Limit GET POST>\nRequire all granted\n</Limit>\n</Location>", []),
    ("an <If>", "<Location /x>\n<If \"%{REQUEST_METHOD} == 'OPTIONS'\">\nRequire all granted\n</If>\n</Location>", ["<If"]),
    ("a redirect of others", "RewriteCond %{REQUEST_METHOD} POST\nRewriteRule ^/a /b", []),
    ("a condition on the origin", "RewriteCond %{HTTP:Origin} (.+)\nRewriteRule . - [E=ORIGIN:%1]",
     ["RewriteCond", "RewriteRule"]),
    ("an origin of another kind", "SetEnvIf X-Original good ELSE=1\nSetEnvIf Origin-Else good ELSE=1", []),
]


@rows("text, names", RECIPES)
def test_each_kind_of_leftover(text, names):
    site = Site(text, modules=["headers", "rewrite"])
    with Httpd(site) as server:
        printed = server.root.run("-t", "-D", "DUMP_CORS").stdout.decode()
    lines = part(printed, "Left of hand-made recipes").splitlines() if names else []
    assert ("Left of" in printed) is bool(names)
    assert [line.split(": ")[1].split()[0] for line in lines] == names
    wanted = [f"conf/site.conf:{number}: " for number, line in enumerate(site.text.splitlines(), 1)
              if line.split()[0] in names]
    assert all(place in line for place, line in zip(wanted, lines, strict=True))


def test_leftovers(dumped):
    left = part(dumped, "Left of hand-made recipes").splitlines()
    assert [line.split(": ")[1].split()[0] for line in left] == ["Header", "SetEnvIf", "RewriteCond", "RewriteRule"]
    assert all(line.strip().startswith("conf/site.conf:") for line in left)
    assert not any("X-Else" in line or "Host" in line or "/other" in line for line in left)


@rows("arguments", [("tested without it", ["-t"]), ("another dump", ["-t", "-D", "DUMP_VHOSTS"])])
def test_nothing_is_printed_unless_asked_for(arguments):
    with Httpd(Site(policy())) as server:
        assert b"CORS policies" not in server.root.run(*arguments).stdout


def test_without_any_policy():
    with Httpd(Site()) as server:
        run = server.root.run("-t", "-D", "DUMP_CORS")
        assert b"none: no section names an origin" in run.stdout
