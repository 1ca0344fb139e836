# SPDX-License-Identifier: Apache-2.0
"""<CorsOrigin>: the same policy with two sections in every context, and who gets what of it."""

import textwrap

import pytest
from harness import Httpd, Site, rows, section
from harness.answer import NOT_SHARED, PREFLIGHT_VARY, SAFELISTED, answered, shared, tokens
from harness.site import EVIL, GOOD

APP, PARTNER, BANNED = "https://app.example", "https://a.partner.example:8443", "https://bad.partner.example"
DENIED = {"Vary": tokens(PREFLIGHT_VARY)}

TEXT = "\n".join(
    (
        section(APP, "CorsAllowCredentials On", "CorsMaxAge 60", "CorsAllowHeaders X-Csrf"),
        f"CorsAllowOrigin {GOOD} {APP}",
        f"CorsDenyOrigin {BANNED}",
        "CorsAllowMethods PUT",
        section(
            f"https://*.partner.example:* {APP}", "CorsAllowMethods DELETE", "CorsExposeHeaders X-Partner",
            "CorsTimingAllowOrigin On",
        ),
        "CorsExposeHeaders X-Around",
    )
)
PUT, DELETE = "GET, HEAD, POST, PUT", "GET, HEAD, POST, DELETE"

# who; headers of an actual response; the method asked for, and headers of the preflight's
QUESTIONS = [
    (
        "the app, with cookies", APP, shared(APP, credentials=True, expose="X-Around"), "PUT",
        answered(APP, methods=PUT, names=f"{SAFELISTED}, X-Csrf", max_age="60", credentials=True),
    ),
    ("the app, by the first section alone", APP, shared(APP, credentials=True, expose="X-Around"), "DELETE", DENIED),
    (
        "a partner", PARTNER, shared(PARTNER, expose="X-Partner", timing=PARTNER), "DELETE",
        answered(PARTNER, methods=DELETE),
    ),
    (
        "a partner, whose methods take PUT's place",
        PARTNER, shared(PARTNER, expose="X-Partner", timing=PARTNER), "PUT", DENIED,
    ),
    ("a partner who is denied", BANNED, NOT_SHARED, "GET", DENIED),
    ("a plain source", GOOD, shared(GOOD, expose="X-Around"), "PUT", answered(GOOD, methods=PUT)),
    ("a plain source, to which no section's methods go", GOOD, shared(GOOD, expose="X-Around"), "DELETE", DENIED),
    ("a stranger", EVIL, NOT_SHARED, "GET", DENIED),
    ("nobody", None, NOT_SHARED, None, None),
]

# place: configuration with {text}, which may be a .htaccess file instead; {root} is the document root
PLACES = {
    "a virtual host": "{text}",
    "<Location>": "<Location /area>\n{text}\n</Location>",
    "<LocationMatch>": '<LocationMatch "^/a.ea/">\n{text}\n</LocationMatch>',
    "<Directory>": '<Directory "{root}/area">\n{text}\n</Directory>',
    "<DirectoryMatch>": '<DirectoryMatch "/ar.a">\n{text}\n</DirectoryMatch>',
    "<Files>": "<Files page>\n{text}\n</Files>",
    "<FilesMatch> in <Directory>": '<Directory "{root}/area">\n<FilesMatch "^pa">\n{text}\n</FilesMatch>\n</Directory>',
    "<If>": '<If "%{{REQUEST_URI}} =~ m#^/area#">\n{text}\n</If>',
    "<Else>": "<If false>\n</If>\n<Else>\n{text}\n</Else>",
    "<If> in <Location>": "<Location /area>\n<If true>\n{text}\n</If>\n</Location>",
    "<If> in <If>": "<If true>\n<If \"%{{REQUEST_URI}} =~ m#^/area#\">\n{text}\n</If>\n</If>",
    "<If> in <Files> in <Directory>":
        '<Directory "{root}/area">\n<Files page>\n<If true>\n{text}\n</If>\n</Files>\n</Directory>',
    "<Proxy>":
        'ProxyPass "/" "http://127.0.0.1:${{BACKEND}}/"\n<Proxy "http://127.0.0.1:${{BACKEND}}/*">\n{text}\n</Proxy>',
    "<ProxyMatch>":
        'ProxyPass "/" "http://127.0.0.1:${{BACKEND}}/"\n<ProxyMatch "^http://127">\n{text}\n</ProxyMatch>',
    ".htaccess": '<Directory "{root}">\nAllowOverride FileInfo\n</Directory>',
    "<Files> in .htaccess": '<Directory "{root}">\nAllowOverride FileInfo\n</Directory>',
    "<If> in .htaccess": '<Directory "{root}">\nAllowOverride FileInfo\n</Directory>',
    "<IfModule>": "<Location /area>\n<IfModule cors_module>\n{text}\n</IfModule>\n</Location>",
    "<IfVersion>": "<Location /area>\n<IfVersion >= 2.4>\n{text}\n</IfVersion>\n</Location>",
    "<Macro>": "<Macro policy{number}>\n{text}\n</Macro>\n<Location /area>\nUse policy{number}\n</Location>",
}
HTACCESS = {
    ".htaccess": TEXT, "<Files> in .htaccess": f"<Files page>\n{TEXT}\n</Files>",
    "<If> in .htaccess": f"<If true>\n{TEXT}\n</If>",
}

site = Site("<VirtualHost 127.0.0.1:${BACKEND}>\nCorsEngine Off\n</VirtualHost>",
            modules="macro proxy proxy_http version".split())
site.page("/area/page")


def virtual_host(number, place):
    """One virtual host for one place; its name."""
    name = f"case{number}.example"
    site.page(f"/{name}/area/page")
    if place in HTACCESS:
        site.file(f"htdocs/{name}/area/.htaccess", HTACCESS[place] + "\n")
    text = PLACES[place].format(text=TEXT, root=f"${{DOCROOT}}/{name}", number=number)
    body = f'ServerName {name}\nDocumentRoot "${{DOCROOT}}/{name}"\n{text}'
    site.add(f"<VirtualHost 127.0.0.1:${{PORT}}>\n{textwrap.indent(body, '    ')}\n</VirtualHost>")
    return name


def assert_rules(server, host, origin, actual, method, preflight):
    """Both answers, whole."""
    response = server.get("/area/page", origin, ("Host", host))
    assert (response.status, response.cors) == (200, actual)
    if method:
        response = server.preflight("/area/page", origin, method, None, ("Host", host))
        assert (response.status, response.cors) == (403 if preflight == DENIED else 204, preflight)


@rows("host", [(place, virtual_host(number, place)) for number, place in enumerate(PLACES)])
@rows("origin, actual, method, preflight", QUESTIONS)
def test_in(server, host, origin, actual, method, preflight):
    assert_rules(server, host, origin, actual, method, preflight)


@pytest.fixture(scope="module")
def server_wide():
    """The same policy in the server's own configuration, and a virtual host that inherits it."""
    whole = Site(TEXT)
    whole.page("/area/page")
    whole.add("<VirtualHost 127.0.0.1:${BACKEND}>\nServerName heir.example\n</VirtualHost>")
    with Httpd(whole) as running:
        yield running


@rows("origin, actual, method, preflight", QUESTIONS)
def test_in_the_server(server_wide, origin, actual, method, preflight):
    assert_rules(server_wide, "localhost", origin, actual, method, preflight)


PARTS = f"""
Define PARTNERS https://*.partner.example
<Macro reader $who>
    <CorsOrigin $who>
        CorsAllowMethods DELETE
    </CorsOrigin>
</Macro>
<Location /parts>
    <CorsOrigin {APP}>
        <IfModule cors_module>
            CorsAllowCredentials On
        </IfModule>
        <IfModule no_such_module>
            CorsAllowMethods DELETE
        </IfModule>
        <IfDefine !NEVER>
            CorsMaxAge 5
        </IfDefine>
    </CorsOrigin>
    Use reader ${{PARTNERS}}
    Use reader {GOOD}
    <corsorigin "https://quoted.example"
                https://continued.example>
    </corsorigin>
    Include "${{ROOT}}/conf/section.conf"
    <CorsOrigin https://include.example>
        Include "${{ROOT}}/conf/lines.conf"
    </CorsOrigin>
</Location>
""".replace('"\n                https', '" \\\n                https')
site.add(f"<VirtualHost 127.0.0.1:${{PORT}}>\nServerName parts.example\n{PARTS}</VirtualHost>")
site.page("/parts")
site.file("conf/section.conf", section("https://whole.example", "CorsMaxAge 7") + "\n")
site.file("conf/lines.conf", "CorsMaxAge 9\n")


@rows(
    "origin, differences",
    [
        ("<IfModule> and <IfDefine> within", APP, {"credentials": True, "max_age": "5"}),
        ("a macro with a wildcard", "https://x.partner.example", {"methods": DELETE}),
        ("a macro once more", GOOD, {"methods": DELETE}),
        ("a quoted pattern, and a name of another case", "https://quoted.example", {}),
        ("a pattern on a continued line", "https://continued.example", {}),
        ("a section from another file", "https://whole.example", {"max_age": "7"}),
        ("lines from another file", "https://include.example", {"max_age": "9"}),
    ],
)
def test_what_makes_up_a_configuration(server, origin, differences):
    host = ("Host", "parts.example")
    assert server.preflight("/parts", origin, "GET", None, host).cors == answered(origin, **differences)
    assert server.get("/parts", origin, host).cors == shared(origin, credentials="credentials" in differences)
