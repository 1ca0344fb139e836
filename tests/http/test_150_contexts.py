# SPDX-License-Identifier: Apache-2.0
"""Where each directive may stand: everywhere but in <Limit>, and some not in .htaccess files."""

import textwrap

from harness import Site, configtest, rows
from harness.site import GOOD

DIRECTIVES = [
    "CorsEngine On",
    f"CorsAllowOrigin {GOOD}",
    r"CorsAllowOriginRegex https://r\.example",
    "CorsOriginsFile conf/origins",
    "CorsOriginsFileEnv STAGE live=conf/origins",
    f"CorsDenyOrigin {GOOD}",
    "CorsAllowMethods PUT",
    "CorsAllowHeaders X-A",
    "CorsAllowCredentials On",
    "CorsExposeHeaders X-A",
    "CorsMaxAge 5",
    "CorsAllowPrivateNetwork On",
    "CorsTimingAllowOrigin On",
    "CorsPreflightStatus 200",
    "CorsUpstreamHeaders Keep",
    "CorsDangerouslyAllow NullOrigin",
]
SECTIONS = [
    ("the server", None, None),
    ("a virtual host", "<VirtualHost *:1>", "</VirtualHost>"),
    ("<Directory>", '<Directory "${DOCROOT}">', "</Directory>"),
    ("<DirectoryMatch>", '<DirectoryMatch "^/x">', "</DirectoryMatch>"),
    ("<Location>", "<Location /x>", "</Location>"),
    ("<LocationMatch>", '<LocationMatch "^/x">', "</LocationMatch>"),
    ("<Files>", "<Files x>", "</Files>"),
    ("<FilesMatch>", '<FilesMatch "^x">', "</FilesMatch>"),
    ("<If>", "<If true>", "</If>"),
    ("<ElseIf>", "<If false>\n</If>\n<ElseIf true>", "</ElseIf>"),
    ("<Else>", "<If false>\n</If>\n<Else>", "</Else>"),
    ("<Proxy>", '<Proxy "http://x.example/*">', "</Proxy>"),
    ("<ProxyMatch>", '<ProxyMatch "^http://x">', "</ProxyMatch>"),
    ("<IfModule>", "<IfModule core.c>", "</IfModule>"),
    ("<RequireAny>'s neighbour", "<Location /x>\n<RequireAny>\nRequire all granted\n</RequireAny>", "</Location>"),
]


def site_with(text):
    """A site whose files and environment suit every directive."""
    site = Site(text, modules=["proxy"], environment={"STAGE": "live"})
    site.file("conf/origins", f"{GOOD}\n")
    return site


@rows("opening, closing", SECTIONS)
def test_every_directive_stands_in(opening, closing):
    lines = "\n".join(DIRECTIVES)
    configtest(site_with(f"{opening}\n{lines}\n{closing}" if opening else lines)).assert_nothing_said()


@rows("directive", [(directive.split()[0], directive) for directive in DIRECTIVES])
@rows("section", [("<Limit>", "Limit"), ("<LimitExcept>", "LimitExcept")])
def test_no_directive_stands_in(section, directive):
    text = f"<Location /x>\n<{section} GET>\n{directive}\n</{section}>\n</Location>"
    result = configtest(site_with(text))
    assert result.code != 0, result.output
    assert "conf/site.conf:3" in result.output or "line 3 of conf/site.conf" in result.output, result.output
    assert directive.split()[0] in result.output and f"<{section}>" in result.output, result.output


SERVER_ONLY = [line for line in DIRECTIVES if line.startswith(("CorsOriginsFile", "CorsDangerouslyAllow"))]
ANYWHERE = [line for line in DIRECTIVES if line not in SERVER_ONLY]

site = site_with("")
PATHS = {line: site.htaccess(f"/{line.split()[0]}", line, override="All") for line in SERVER_ONLY}
PATHS.update({line: site.htaccess(f"/{line.split()[0]}", line, override="FileInfo") for line in ANYWHERE})


@rows("directive", [(line.split()[0], line) for line in SERVER_ONLY])
def test_not_in_htaccess(server, directive):
    server.log.expect(rf"\[(core|cors):(alert|error)\].*{directive.split()[0]}")
    assert server.get(PATHS[directive], GOOD).status == 500


@rows("directive", [(line.split()[0], line) for line in ANYWHERE])
def test_in_htaccess(server, directive):
    assert server.get(PATHS[directive]).status == 200
