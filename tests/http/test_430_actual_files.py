# SPDX-License-Identifier: Apache-2.0
"""Actual responses that httpd makes from files, and those with which it refuses to."""

import pytest
from harness import Httpd, Site
from harness.client import MEMBER
from harness.paths import POLICY, assert_actual, every_kind, families

MODULES = """allowmethods asis auth_digest auth_form autoindex dav dav_fs dav_lock include info mime negotiation request
session session_cookie socache_shmcb status"""
site = Site(modules=MODULES.split())
site.add(
    f"""
    TypesConfig /dev/null
    DavLockDB "${{ROOT}}/run/dav"
    Redirect 301 /pages/moved /pages/file
    Redirect 410 /pages/gone
    Redirect 451 /pages/legal
    <LocationMatch "^/pages">
        {POLICY}
    </LocationMatch>
    <Location /pages/members>
        AuthType Basic
        AuthName "members"
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    <Location /pages/digest>
        AuthType Digest
        AuthName "members"
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    <Location /pages/form>
        AuthType Form
        AuthName "members"
        AuthFormProvider file
        AuthUserFile "${{ROOT}}/users"
        AuthFormLoginRequiredLocation https://login.example/
        Session On
        SessionCookieName session path=/
        Require valid-user
    </Location>
    <Location /pages/shut>
        Require all denied
    </Location>
    <Location /pages/readonly>
        AllowMethods GET
    </Location>
    <Location /pages/status>
        SetHandler server-status
    </Location>
    <Location /pages/info>
        SetHandler server-info
    </Location>
    <Location /pages/small>
        LimitRequestBody 3
        SetHandler server-status
    </Location>
    <Directory "${{DOCROOT}}/pages">
        AddOutputFilter INCLUDES .shtml
        AddHandler send-as-is .asis
        AddType text/html .html .shtml
        AddLanguage de .de
        AddLanguage fr .fr
        Options Includes Indexes FollowSymLinks MultiViews
    </Directory>
    <Directory "${{DOCROOT}}/pages/dav">
        Dav On
    </Directory>
    <Directory "${{DOCROOT}}/pages/closed">
        Options None
    </Directory>
    <Directory "${{DOCROOT}}/pages/broken">
        AllowOverride All
    </Directory>
    """
)
site.file("users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
for path in (
    "file", "members/page", "dav/page", "closed/page", "readonly", "digest", "form", "word.html.de", "word.html.fr",
    "broken/page", "list/file",
):
    site.page(f"/pages/{path}", "0123456789\n")
site.page("/pages/include.shtml", '<!--#include virtual="/pages/file" --><!--#include virtual="/outside" -->\n')
site.page("/pages/echo.shtml", '<!--#exec cgi="/none" -->\n')
site.page("/pages/page.asis", "Status: 203 As Is\nAccess-Control-Allow-Origin: *\nACCESS-CONTROL-MAX-AGE: 1\n\nas is\n")
site.page("/pages/missing.asis", "Status: 404 As Is\nAccess-Control-Allow-Origin: *\n\nas is\n")
site.page("/outside")
site.file("htdocs/pages/broken/.htaccess", "NoSuchDirective On\n")

FILE = "/pages/file"
NEGOTIATED = "negotiate, accept-language"
# method, URL, header lines; status; what the log says; what else is in Vary
ANSWERS = {
    "a file is sent": [
        ("the whole", ("GET", FILE), 200),
        ("its head", ("HEAD", FILE), 200),
        ("by POST", ("POST", FILE), 200),
        ("a part", ("GET", FILE, ("Range", "bytes=1-3")), 206),
        ("several parts", ("GET", FILE, ("Range", "bytes=0-1,4-5")), 206),
        ("a part that is not there", ("GET", FILE, ("Range", "bytes=99-")), 416),
        ("the head of a part", ("HEAD", FILE, ("Range", "bytes=1-3")), 206),
        ("a part under a condition that fails", ("GET", FILE, ("Range", "bytes=1-3"), ("If-Range", '"never"')), 200),
        ("not modified, by tag", ("GET", FILE, ("If-None-Match", "*")), 304),
        ("not modified, its head", ("HEAD", FILE, ("If-None-Match", "*")), 304),
        ("modified", ("GET", FILE, ("If-Modified-Since", "Thu, 01 Jan 2004 00:00:00 GMT")), 200),
        ("not the one, by tag", ("GET", FILE, ("If-Match", '"never"')), 412),
        ("not the one, by date", ("GET", FILE, ("If-Unmodified-Since", "Thu, 01 Jan 2004 00:00:00 GMT")), 412),
        ("as it is", ("GET", "/pages/page.asis"), 203),
        ("as it is, with an error status", ("GET", "/pages/missing.asis"), 404),
    ],
    "another handler makes the page": [
        ("a listing", ("GET", "/pages/list/"), 200),
        ("a listing, sorted", ("GET", "/pages/list/?C=M;O=D"), 200),
        ("no listing", ("GET", "/pages/closed/"), 403, r"\[autoindex:error\]"),
        ("server-side includes", ("GET", "/pages/include.shtml"), 200),
        ("server-side includes that fail", ("GET", "/pages/echo.shtml"), 200, r"\[include:error\]"),
        ("server-status", ("GET", "/pages/status"), 200),
        ("server-info", ("GET", "/pages/info"), 200),
    ],
    "mod_dav handles it": [
        ("PROPFIND", ("PROPFIND", "/pages/dav/", ("Depth", "1")), 207),
        ("GET", ("GET", "/pages/dav/page"), 200),
        ("PUT into nowhere", ("PUT", "/pages/dav/none/page"), 409, r"\[dav:error\]"),
        ("DELETE of nothing", ("DELETE", "/pages/dav/none"), 404),
        ("OPTIONS", ("OPTIONS", "/pages/dav/page"), 200),
    ],
    "a file is found by negotiation": [
        ("one of several", ("GET", "/pages/word", ("Accept-Language", "fr")), 200, None, NEGOTIATED),
        ("none that will do", ("GET", "/pages/word", ("Accept", "a/b")), 406, r"\[negotiation:error\]", NEGOTIATED),
    ],
    "a password is asked for": [
        ("and not given", ("GET", "/pages/members/page"), 401),
        ("and wrong", ("GET", "/pages/members/page", ("Authorization", "Basic eDp5")), 401, r"\[auth_basic:error\]"),
        ("and given", ("GET", "/pages/members/page", MEMBER), 200),
        ("by Digest", ("GET", "/pages/digest"), 401),
        ("by a form, somewhere else", ("GET", "/pages/form"), 302),
    ],
    "access is denied": [
        ("a page", ("GET", "/pages/shut"), 403, r"\[authz_core:error\]"),
    ],
    "the method is not allowed": [
        ("AllowMethods", ("POST", "/pages/readonly"), 405, r"\[allowmethods:error\]"),
        ("PUT on a file", ("PUT", FILE), 405),
        ("DELETE on a file", ("DELETE", FILE), 405),
        ("a method nobody knows", ("PURGE", FILE), 501, r"\[core:error\]"),
    ],
    "there is no such page": [
        ("no file", ("GET", "/pages/none"), 404),
        ("no file behind a file", ("GET", "/pages/file/none"), 404),
        ("POST to no file", ("POST", "/pages/none"), 404),
    ],
    "the file system says no": [
        ("a name too long for a file", ("GET", "/pages/" + "x" * 300), 403, r"\[core:error\]"),
    ],
    "a rule says forbidden, gone or missing": [
        ("gone", ("GET", "/pages/gone"), 410),
        ("unavailable for legal reasons", ("GET", "/pages/legal"), 451),
    ],
    "a redirect applies": [
        ("to another page", ("GET", "/pages/moved"), 301),
    ],
    "a directory is asked for": [
        ("without its slash", ("GET", "/pages/dav"), 301),
    ],
    "the path has an encoded slash": [
        ("%2F", ("GET", "/pages/a%2Fb"), 404),
    ],
    "the server fails": [
        ("a .htaccess with a mistake", ("GET", "/pages/broken/page"), 500, r"\[core:alert\]"),
    ],
}


@pytest.fixture(scope="module")
def server():
    """httpd, and a place where mod_dav may note its locks."""
    with Httpd(site) as running:
        (running.root.path / "run").chmod(0o777)
        yield running


@families("asked, status, loud, vary", ANSWERS, actual="by policy")
@every_kind
def test_by_policy(server, kind, asked, status, loud, vary):
    assert_actual(server, kind, asked, status, loud, vary)


@every_kind
def test_not_modified_by_date(server, kind):
    date = server.get(FILE).all("Last-Modified")[0]
    assert_actual(server, kind, ("GET", FILE, ("If-Modified-Since", date)), 304)


BODY = ("Content-Length", "5000")


@families(
    "method, url",
    {"the request is too large": [("a form", "POST", "/pages/small"), ("to no file", "PUT", "/pages/small/none")]},
    actual="by policy",
)
@every_kind
def test_too_large(server, kind, method, url):
    assert_actual(server, kind, (method, url, BODY), 413)
