# SPDX-License-Identifier: Apache-2.0
"""Actual responses of CGI scripts and FastCGI programs, with CORS headers of their own in every spelling."""

import pytest
from harness import Httpd, Site
from harness.answer import UNTOUCHED
from harness.fastcgi import FastCgi
from harness.paths import POLICY, assert_actual, every_kind, families, origin_of

site = Site(modules=["actions", "cgi", "include", "mime", "proxy", "proxy_fcgi"])
site.add(
    f"""
    TypesConfig /dev/null
    ProxyPass /scripts/fcgi/ fcgi://127.0.0.1:${{FCGI}}/
    ProxyPass /scripts/down/ fcgi://127.0.0.1:1/
    <Location /scripts>
        {POLICY}
    </Location>
    <Directory "${{DOCROOT}}/scripts">
        Options ExecCGI Includes
        AddHandler cgi-script .sh
        AddHandler proxy:fcgi://127.0.0.1:${{FCGI}} .fcgi
        AddHandler acted .acted
        AddOutputFilter INCLUDES .shtml
        Action acted /scripts/theirs.sh virtual
    </Directory>
    <Location /scripts/small.sh>
        LimitRequestBody 3
    </Location>
    """
)
PLAIN = "Content-Type: text/plain"
THEIRS = """Access-Control-Allow-Origin: https://theirs.example
Access-Control-Allow-Origin: *
access-control-allow-origin: null
ACCESS-CONTROL-ALLOW-CREDENTIALS: true
Access-Control-Allow-Methods: TRACE
Access-Control-Allow-Headers: X-Theirs
Access-Control-Expose-Headers: X-Theirs
Access-Control-Max-Age: 1
Access-Control-Allow-Private-Network: true""".splitlines()


def script(name, *header, body="script"):
    """A script with these lines as its header."""
    site.script(f"/scripts/{name}.sh", *(f"echo '{line}'" for line in header), "echo", f"echo '{body}'")


script("ok", PLAIN)
script("theirs", PLAIN, *THEIRS)
script("varies", PLAIN, "Vary: Cookie", "vary: Origin, Accept")
for status in ("201 Created", "204 Empty", "206 Part", "304 Same", "404 None", "418 Teapot", "500 Broken", "503 Busy"):
    script(status.split()[0], f"Status: {status}", PLAIN, *THEIRS)
script("away", "Location: https://elsewhere.example/", *THEIRS)
script("away-303", "Status: 303 See Other", "Location: https://elsewhere.example/", *THEIRS)
script("password", "Status: 401 Who", 'WWW-Authenticate: Basic realm="x"', *THEIRS)
script("small", PLAIN)
site.script("/scripts/nothing.sh", "exit 0")
site.script("/scripts/dies.sh", "kill -9 $$")
site.script("/scripts/garbage.sh", "echo this is no header")
site.script("/scripts/late.sh", f"echo '{PLAIN}'", "echo", "echo some", "kill -9 $$")
site.script("/scripts/complains.sh", f"echo '{PLAIN}'", "echo", "echo 'complaint' >&2")
site.script("/scripts/reads.sh", f"echo '{PLAIN}'", "echo", "cat")
site.script("/scripts/nph-own.sh", "printf 'HTTP/1.1 200 Own\\r\\nConnection: close\\r\\nX-Own: 1\\r\\n\\r\\nown'")
site.page("/scripts/page.acted")
INCLUDES = '<!--#include virtual="/scripts/theirs.sh" --> and <!--#exec cgi="/scripts/404.sh" -->\n'
site.page("/scripts/include.shtml", INCLUDES)
site.page("/scripts/program.fcgi")
site.page("/scripts/error.fcgi")

CGI = r"\[cgid?:error\]"
# method, URL, header lines; status; what the log says; what else is in Vary
ANSWERS = {
    "a CGI script handles it": [
        ("without CORS headers", ("GET", "/scripts/ok.sh"), 200),
        ("with CORS headers of its own", ("GET", "/scripts/theirs.sh"), 200),
        ("its head", ("HEAD", "/scripts/theirs.sh"), 200),
        ("by POST", ("POST", "/scripts/theirs.sh"), 200),
        ("by PUT", ("PUT", "/scripts/ok.sh"), 200),
        ("by OPTIONS that are no preflight", ("OPTIONS", "/scripts/theirs.sh"), 200),
        ("with a path behind it", ("GET", "/scripts/theirs.sh/a/b"), 200),
        ("by Action", ("GET", "/scripts/page.acted"), 200),
        ("with a Vary of its own", ("GET", "/scripts/varies.sh"), 200, None, "cookie, accept"),
        *((f"with status {status}", ("GET", f"/scripts/{status}.sh"), status) for status in (201, 204, 206, 304)),
        *((f"with status {status}", ("GET", f"/scripts/{status}.sh"), status) for status in (404, 418, 500, 503)),
        ("with a password to ask for", ("GET", "/scripts/password.sh"), 401),
        ("with a redirect", ("GET", "/scripts/away.sh"), 302),
        ("with a redirect and a status", ("GET", "/scripts/away-303.sh"), 303),
        ("that complains", ("GET", "/scripts/complains.sh"), 200, "complaint"),
        ("that dies in the middle", ("GET", "/scripts/late.sh"), 200),
        ("that is not there", ("GET", "/scripts/none.sh"), 404, CGI),
    ],
    "the script fails": [
        ("says nothing", ("GET", "/scripts/nothing.sh"), 500, CGI),
        ("dies", ("GET", "/scripts/dies.sh"), 500, CGI),
        ("says garbage", ("GET", "/scripts/garbage.sh"), 500, CGI),
        ("of FastCGI, says garbage", ("GET", "/scripts/fcgi/garbage"), 500, r"\[proxy_fcgi:error\]"),
        ("of FastCGI, is not there", ("GET", "/scripts/down/x"), 503, [r"\[proxy:error\]", r"\[proxy_fcgi:error\]"]),
    ],
    "another handler makes the page": [
        ("with a script's output in it", ("GET", "/scripts/include.shtml"), 200),
    ],
    "a FastCGI program handles it": [
        ("SetHandler", ("GET", "/scripts/program.fcgi"), 200),
        ("SetHandler, with an error status", ("GET", "/scripts/error.fcgi"), 503),
        ("ProxyPass", ("GET", "/scripts/fcgi/ok"), 200),
        ("with CORS headers of its own", ("GET", "/scripts/fcgi/theirs"), 200),
        ("with a redirect", ("POST", "/scripts/fcgi/away"), 302),
        ("with an empty answer", ("DELETE", "/scripts/fcgi/empty"), 204),
    ],
}


@pytest.fixture(scope="module")
def server():
    """httpd with FastCGI programs."""
    header = "\r\n".join([PLAIN, *THEIRS, "", ""])
    programs = {
        "/scripts/error.fcgi": "Status: 503 Busy\r\n" + header,
        "/scripts/fcgi/theirs": header + "body",
        "/scripts/fcgi/away": "Status: 302 Away\r\nLocation: https://elsewhere.example/\r\n" + header,
        "/scripts/fcgi/empty": "Status: 204 Empty\r\n" + header,
        "/scripts/fcgi/garbage": "no header at all\r\n\r\n",
    }
    with FastCgi(programs) as responder:
        site.environment["FCGI"] = str(responder.port)
        with Httpd(site) as running:
            yield running


@families("asked, status, loud, vary", ANSWERS, actual="by policy")
@every_kind
def test_by_policy(server, kind, asked, status, loud, vary):
    assert_actual(server, kind, asked, status, loud, vary)


@families("url", {"a script writes its own header (nph-)": [("a script", "/scripts/nph-own.sh")]}, actual="none")
@every_kind
def test_the_header_of_an_nph_script_is_its_own(server, kind, url):
    response = server.get(url, origin_of(kind, server))
    assert (response.all("X-Own"), response.cors) == (["1"], UNTOUCHED)


@families("url", {"the request is too large": [("for a script", "/scripts/small.sh")]}, actual="by policy")
@every_kind
def test_a_body_that_is_too_large(server, kind, url):
    server.log.expect(r"\[core:error\].*AH00588|\[cgid?:error\]")
    assert_actual(server, kind, ("POST", url, ("Content-Length", "5000")), 413)
