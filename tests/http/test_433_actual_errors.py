# SPDX-License-Identifier: Apache-2.0
"""Errors can be read: whatever fails, and whatever page is shown for it, the policy is that of the URL asked for."""

import pytest
from harness import Httpd, Site
from harness.answer import NOT_SHARED, UNTOUCHED, shared
from harness.paths import POLICY, assert_actual, assert_equal, expect, families, main_kinds
from harness.site import EVIL, GOOD, OTHER

# What is shown, by ErrorDocument
DOCUMENTS = {
    "httpd's own page": None,
    "a text": '"a text"',
    "a page with another policy": "/other/page",
    "a page without a policy": "/none/page",
    "a script with CORS headers of its own": "/none/script.sh",
    "a script with another policy": "/other/script.sh",
    "a page that is missing": "/none/missing",
    "a page of another site": "https://elsewhere.example/",
}
BODIES = {
    "a text": "a text",
    "a page with another policy": "a page\n",
    "a page without a policy": "a page\n",
    "a script with CORS headers of its own": "a script\n",
    "a script with another policy": "a script\n",
}
STATUSES = (401, 403, 404, 405, 410, 413, 500, 503)
# What fails: its path; its status; what the log says
ERRORS = {
    "no password": ("members", 401, None),
    "access denied": ("shut", 403, r"\[authz_core:error\]"),
    "no such page": ("missing", 404, None),
    "the method": ("readonly", 405, r"\[allowmethods:error\]"),
    "an encoded slash": ("a%2Fb", 404, None),
    "gone, by Redirect": ("gone", 410, None),
    "forbidden, by RewriteRule": ("forbidden", 403, None),
    "an unreadable directory": ("unreadable/page", 403, r"\[core:(error|crit)\]"),
    "a name too long": ("x" * 300, 403, r"\[core:error\]"),
    "a script that dies": ("dies.sh", 500, r"\[cgid?:error\]"),
    "a .htaccess with a mistake": ("broken/page", 500, r"\[core:alert\]"),
    "a dead backend": ("down", 503, r"\[proxy(_http)?:error\]"),
}
SECTIONS = {
    "<Location>": f"<Location {{base}}>\n{POLICY}\n</Location>",
    "<Directory>": f'<Directory "${{{{DOCROOT}}}}{{base}}">\n{POLICY}\n</Directory>',
    ".htaccess": "",
    "nowhere": "",
}
FAILING = """
ProxyPass {base}/down http://127.0.0.1:1/
Redirect gone {base}/gone
<Location {base}/members>
    AuthType Basic
    AuthName "members"
    AuthUserFile "${{ROOT}}/users"
    Require valid-user
</Location>
<Location {base}/shut>
    Require all denied
</Location>
<Location {base}/readonly>
    AllowMethods POST
</Location>
<Directory "${{DOCROOT}}{base}">
    Options ExecCGI FollowSymLinks
    AddHandler cgi-script .sh
    AllowOverride FileInfo
</Directory>
"""
VHOST = """
<VirtualHost 127.0.0.1:${{PORT}}>
    ServerName {name}
    RewriteEngine On
    RewriteRule ^/[^/]*/forbidden - [F]
    {documents}
</VirtualHost>
"""
HOSTS = {document: f"host{number}.example" for number, document in enumerate(DOCUMENTS)}
BASES = {place: f"/place{number}" for number, place in enumerate(SECTIONS)}

site = Site("TypesConfig /dev/null", modules="cgi rewrite proxy proxy_http allowmethods mime".split())
site.file("users", "")
site.add(
    f"""
    <Location /other>
        CorsAllowOrigin {OTHER}
        CorsExposeHeaders X-Other
    </Location>
    <DirectoryMatch "/htdocs/(other|none)/">
        Options ExecCGI
        AddHandler cgi-script .sh
    </DirectoryMatch>
    """
)
for directory in ("other", "none"):
    site.page(f"/{directory}/page", "a page\n")
    own = ("echo 'Access-Control-Allow-Origin: *'", "echo 'Content-Type: a/b'", "echo", "echo a script")
    site.script(f"/{directory}/script.sh", *own)
for place, base in BASES.items():
    site.add(FAILING.format(base=base) + SECTIONS[place].format(base=base))
    for name in ("members", "shut", "readonly", "unreadable/page", "broken/page"):
        site.page(f"{base}/{name}")
    site.file(f"htdocs{base}/broken/.htaccess", "NoSuchDirective On\n")
    site.script(f"{base}/dies.sh", "exit 1")
site.file(f"htdocs{BASES['.htaccess']}/.htaccess", POLICY + "\n")
for document, where in DOCUMENTS.items():
    lines = "" if where is None else "\n".join(f"ErrorDocument {status} {where}" for status in STATUSES)
    site.add(VHOST.format(name=HOSTS[document], documents=lines))


@pytest.fixture(scope="module")
def server():
    """httpd, with directories that it cannot read."""
    with Httpd(site) as running:
        shut = list((running.root.path / "htdocs").glob("*/unreadable"))
        for each in shut:
            each.chmod(0)
        yield running
        for each in shut:
            each.chmod(0o755)


def asked(document, place, error):
    """The request that fails so, where that is shown for it, and its status."""
    name, status, _ = ERRORS[error]
    is_elsewhere = document == "a page of another site" and status != 401
    return ("GET", f"{BASES[place]}/{name}", ("Host", HOSTS[document])), 302 if is_elsewhere else status


def is_possible(place, error):
    """What is proxied is in no directory."""
    return place == "<Location>" or error != "a dead backend"


SHOWN = {
    "an error has a page": [
        (f"{error}, {document}, policy in {place}", document, place, error)
        for document in DOCUMENTS for place in ("<Location>", "<Directory>", ".htaccess") for error in ERRORS
        if is_possible(place, error)
    ]
}


@families("document, place, error", SHOWN, actual="by policy")
@main_kinds
def test_the_policy_is_that_of_the_url_asked_for(server, kind, document, place, error):
    response = assert_actual(server, kind, *asked(document, place, error), loud=ERRORS[error][2])
    assert BODIES.get(document, "") in response.body


# What is shown for a URL without policy; what an origin gets that the page's own policy allows, and another
THEIRS = {"Access-Control-Allow-Origin": "*"}
TARGETS = {
    "an error has a page, and the URL no policy": [
        ("httpd's own page", UNTOUCHED, UNTOUCHED),
        ("a text", UNTOUCHED, UNTOUCHED),
        ("a page with another policy", shared(OTHER, expose="X-Other"), NOT_SHARED),
        ("a script with another policy", shared(OTHER, expose="X-Other"), NOT_SHARED),
        ("a page without a policy", UNTOUCHED, UNTOUCHED),
        ("a script with CORS headers of its own", THEIRS, THEIRS),
        ("a page of another site", UNTOUCHED, UNTOUCHED),
    ]
}


@families("allowed, denied", TARGETS, actual="by the target's policy")
@pytest.mark.parametrize("error", ERRORS)
def test_the_policy_is_that_of_the_page(server, error, allowed, denied, request):
    document = request.node.callspec.id.split(": ")[1]
    (_, url, host), status = asked(document, "nowhere", error)
    expect(server, ERRORS[error][2])
    for origin, expected in ((OTHER, allowed), (GOOD, denied), (EVIL, denied)):
        response = server.get(url, origin, host)
        assert_equal((response.status, response.cors), (status, expected))
