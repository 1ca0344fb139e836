# SPDX-License-Identifier: Apache-2.0
"""?explain=1 never disagrees with the server: each answer is compared with the real preflight and the real request."""

import itertools
import re
import urllib.parse

import pytest
from harness import Httpd, Site, policy, rows
from harness.answer import cors
from harness.backend import Backend
from harness.client import Connection
from harness.paths import POLICY
from harness.site import EVIL, GOOD, OTHER
from harness.status import HANDLER, explain

RICH = f"{POLICY}\nCorsMaxAge 60"
MODULES = "actions cgi include mime negotiation proxy proxy_http rewrite".split()
SECTIONS = {  # path: what stands where
    "/plain": f"<Location /plain>\n{policy()}\n</Location>",
    "/rich": f"<Location /rich>\n{RICH}\nCorsTimingAllowOrigin On\nCorsAllowPrivateNetwork On\n</Location>",
    "/rich/inner": "<Location /rich/inner>\nCorsAllowMethods DELETE\nCorsPreflightStatus 200\n</Location>",
    "/rich/off": "<Location /rich/off>\nCorsEngine Off\n</Location>",
    "/rich/watched": "<Location /rich/watched>\nCorsEngine ReportOnly\n</Location>",
    "/rich/watched/refusing": "<Location /rich/watched/refusing>\nCorsDisallowed Reject\n</Location>",
    "/rich/refusing": "<Location /rich/refusing>\nCorsDisallowed Reject\n</Location>",
    "/rich/passing": "<Location /rich/passing>\nCorsPreflight PassThrough\n</Location>",
    "/rich/debugged": "<Location /rich/debugged>\nCorsDebug On\n</Location>",
    "/rich/kept": "<Location /rich/kept>\nCorsUpstreamHeaders Keep\n</Location>",
    "/rich/other": f"<Location /rich/other>\nCorsAllowOrigin {OTHER}\nCorsMaxAge Off\n</Location>",
    "/match": f'<LocationMatch "^/ma.ch/">\n{policy()}\n</LocationMatch>',
    "/directory": f'<Directory "${{DOCROOT}}/directory">\n{RICH}\n</Directory>',
    "/directories": f'<DirectoryMatch "/directorie[s]">\n{policy()}\n</DirectoryMatch>',
    "/files": f'<Directory "${{DOCROOT}}/files">\n<Files "page*">\n{policy()}\n</Files>\n</Directory>',
    "/if": f"<Location /if>\n<If \"%{{REQUEST_URI}} =~ m#^/if/p#\">\n{policy()}\n</If>\n</Location>",
    "/if-origin": f"<Location /if-origin>\n<If \"%{{HTTP:Origin}} == '{EVIL}'\">\n{policy(origin=EVIL)}\n</If>\n"
    f"<Else>\n{policy('CorsAllowMethods PUT')}\n</Else>\n</Location>",
    "/if-method": f"<Location /if-method>\n<If \"%{{REQUEST_METHOD}} == 'PUT'\">\n{policy('CorsExposeHeaders X-P')}\n"
    f"</If>\n<Else>\n{policy('CorsAllowMethods PUT')}\n</Else>\n</Location>",
    "/if-options": f"<Location /if-options>\n<If \"%{{REQUEST_METHOD}} == 'OPTIONS'\">\n"
    f"{policy('CorsAllowMethods PUT')}\n</If>\n</Location>",
    "/if-query": f"<Location /if-query>\n<If \"%{{QUERY_STRING}} =~ /open/\">\n{policy()}\n</If>\n</Location>",
    "/if-host": f"<Location /if-host>\n<If \"%{{HTTP_HOST}} =~ /localhost/\">\n{policy()}\n</If>\n</Location>",
    "/if-asked": f"<Location /if-asked>\n<If \"%{{HTTP:Access-Control-Request-Method}} == 'PUT'\">\n"
    f"{policy('CorsAllowMethods PUT')}\n</If>\n<Else>\n{policy()}\n</Else>\n</Location>",
    "/if-environment": f"<Location /if-environment>\n<If \"reqenv('IS_GOOD') == '1'\">\n{policy()}\n</If>\n</Location>",
    "/if-address": f"<Location /if-address>\n<If \"-R '127.0.0.1'\">\n{policy()}\n</If>\n</Location>",
    "/star": "<Location /star>\nCorsAllowOrigin *\nCorsExposeHeaders *\n</Location>",
    "/star/all": "<Location /star/all>\nCorsAllowMethods *\nCorsAllowHeaders * Authorization\n</Location>",
    "/star/deny": f"<Location /star/deny>\nCorsDenyOrigin {EVIL}\n</Location>",
    "/all": f"<Location /all>\n{policy('CorsAllowMethods *', 'CorsAllowHeaders *', 'CorsAllowCredentials On')}\n"
    "</Location>",
    "/regex": "<Location /regex>\nCorsAllowOriginRegex https://(good|other)\\.example\n</Location>",
    "/list": "<Location /list>\nCorsOriginsFile conf/origins\n</Location>",
    "/environment": "<Location /environment>\nCorsOriginsFileEnv NOWHERE a=conf/none default=conf/origins\n</Location>",
    "/deny": f"<Location /deny>\n{policy()}\nCorsDenyOrigin {GOOD}\n</Location>",
    "/null": "<Location /null>\nCorsDangerouslyAllow NullOrigin\nCorsAllowOrigin null\n</Location>",
    "/unsafe": "<Location /unsafe>\nCorsAllowOriginRegex https?://[a-z]+\\.good\\.example\n"
    "CorsAllowCredentials On\n</Location>",
    "/wild": "<Location /wild>\nCorsAllowOrigin https://*.example https://good.example:*\n</Location>",
    "/shut": f"<Location /shut>\n{policy()}\nRequire all denied\n</Location>",
    "/backend": "",
    "/mapped": "",
    "/passed": "",
    "/delegated": "",
    "/merged": "",
    "/outside": "",
}
site = Site("TypesConfig /dev/null\nSetEnvIf Origin good IS_GOOD=1", modules=MODULES)
site.add(
    f"""
    LogFormat "%{{X-Id}}i %s %{{CORS_REQUEST}}e %{{CORS_VERDICT}}e %{{CORS_REASON}}e" seen
    CustomLog "${{ROOT}}/logs/access" seen
    {HANDLER}
    <Location /rich/told>
        SetHandler cors-status
    </Location>
    <Proxy http://127.0.0.1:${{APP}}/proxied>
        {policy()}
    </Proxy>
    <Directory "${{DOCROOT}}/merged">
        CorsAllowOrigin *
    </Directory>
    <Directory "${{DOCROOT}}/index">
        DirectoryIndex page
        <Files page>
            {policy()}
        </Files>
    </Directory>
    <Directory "${{DOCROOT}}/front">
        Options FollowSymLinks
        RewriteEngine On
        RewriteRule ^ /rich/page [L]
    </Directory>
    <Directory "${{DOCROOT}}/fallback">
        FallbackResource /rich/page
    </Directory>
    <Directory "${{DOCROOT}}/scripts">
        Options ExecCGI
        SetHandler cgi-script
        {policy()}
    </Directory>
    Alias /aliased "${{DOCROOT}}/directory"
    Redirect 302 /rich/moved https://elsewhere.example/
    Redirect 302 /directory/moved https://elsewhere.example/
    ProxyPass /backend/ http://127.0.0.1:${{APP}}/proxied/
    ProxyPass /rich/backend/ http://127.0.0.1:${{APP}}/
    RewriteEngine On
    RewriteRule ^/mapped/(.*) /directory/$1 [PT]
    RewriteRule ^/rich/mapped/(.*) /directory/$1 [PT]
    RewriteRule ^/passed/(.*) http://127.0.0.1:${{APP}}/proxied/$1 [P]
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName localhost
        RewriteEngine On
        RewriteOptions Inherit
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName vhost.example
        ServerAlias alias.example *.wild.example
        {policy("CorsAllowMethods DELETE", "CorsMaxAge 5")}
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{BACKEND}}>
        ServerName localhost
        CorsAllowOrigin {OTHER}
        CorsDisallowed Reject
    </VirtualHost>
    """
)
for _path, _text in SECTIONS.items():
    site.add(_text)
    site.page(f"{_path}/page")
for _path in ("/index/page", "/front/x", "/fallback/x"):
    site.page(_path)
site.file("conf/origins", f"# ours\n\n{GOOD}\n")
site.htaccess("/delegated", RICH)
site.htaccess("/delegated/inner", "CorsAllowMethods DELETE")
site.htaccess("/merged", "CorsAllowCredentials On")
site.script("/scripts/page", "echo ran >> ../../run/ran", "echo 'Content-Type: text/plain'", "echo", "echo script")


@pytest.fixture(scope="module")
def server():
    """httpd before a backend."""
    with Backend({}) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            running.app = backend
            (running.root.path / "run").chmod(0o777)
            yield running


URLS = [(f"{path} of its own", f"{path}/page") for path in SECTIONS]
URLS += [
    ("a missing page", "/rich/none"),
    ("a missing file", "/directory/none"),
    ("a missing directory", "/directory/none/none/none"),
    ("an encoded slash", "/rich/a%2Fb"),
    ("an encoded letter", "/ric%68/page"),
    ("dots", "/plain/../rich/page"),
    ("two slashes", "/rich//page"),
    ("upper case", "/RICH/page"),
    ("a query", "/rich/page?x=1&y=%20"),
    ("a query that opens", "/if-query/page?open"),
    ("a query that holds a question", "/rich/page?url=/plain/page&origin=x&explain=1"),
    ("a fragment of a <Files>", "/files/other"),
    ("path info", "/directory/page/more"),
    ("an index", "/index/"),
    ("an index by name", "/index/page"),
    ("a directory without its slash", "/directory"),
    ("a front controller", "/front/none"),
    ("a fallback", "/fallback/none"),
    ("an alias", "/aliased/page"),
    ("a redirect", "/rich/moved"),
    ("a redirect above a <Directory>", "/directory/moved"),
    ("a rewrite in a policy", "/rich/mapped/page"),
    ("a backend in a policy", "/rich/backend/page"),
    ("a script", "/scripts/page"),
    ("a .htaccess below another", "/delegated/inner/page"),
    ("the handler itself", "/cors-status"),
    ("the handler under a policy", "/rich/told"),
    ("another virtual host", "http://vhost.example:{port}/page"),
    ("another virtual host by its alias", "http://alias.example:{port}/rich/page"),
    ("another virtual host by a pattern", "http://a.wild.example:{port}/directory/page"),
    ("another virtual host in upper case", "http://VHOST.example:{port}/page"),
    ("a host that nobody has", "http://nobody.example:{port}/rich/page"),
    ("this host by name", "http://localhost:{port}/rich/page"),
    ("this host by address", "http://127.0.0.1:{port}/rich/page"),
    ("another port", "http://localhost:{backend}/page"),
    ("another port, in a section", "http://localhost:{backend}/rich/page"),
    ("the root", "/"),
    ("the root of a host", "http://vhost.example:{port}"),
]
# What only a request finds out: where an index, a fallback or a front controller leads, and what SetEnvIf sets
UNKNOWABLE = ("/index/", "/front/none", "/fallback/none", "/if-environment/")
LOUD = (r"AH00135|AH01630|AH01797|AH0127[56]|AH00128|CORS0403|autoindex")
QUESTIONS = [  # origin, method, headers, credentials, private network
    ("a request", GOOD, "GET", None, None, None),
    ("a stranger's", EVIL, "GET", None, None, None),
    ("another's", OTHER, "POST", "content-type", "include", None),
    ("PUT", GOOD, "PUT", "authorization", "include", None),
    ("a stranger's PUT", EVIL, "PUT", "authorization", None, None),
    ("a method", GOOD, "BREW", None, None, None),
    ("headers", GOOD, "DELETE", "x-a,authorization,x-b", None, None),
    ("null", "null", "GET", None, None, None),
    ("a malformed one", GOOD + "/", "DELETE", None, None, None),
    ("an insecure one", "http://a.good.example", "GET", None, "include", None),
    ("into the private network", GOOD, "GET", None, None, "1"),
    ("the same", "own", "PUT", None, None, None),
    ("a port", GOOD + ":8443", "HEAD", None, None, None),
]
_NUMBER = itertools.count()


class Real:
    """What the server does."""

    def __init__(self, server, url, method, headers):
        parts = urllib.parse.urlsplit(url)
        port = parts.port or server.port
        target = url[len(f"{parts.scheme}://{parts.netloc}"):] if parts.netloc else url
        number = str(next(_NUMBER))
        host = parts.netloc or f"localhost:{server.port}"
        connection = Connection(port)
        sent = [("Host", host), *headers, ("X-Id", f"id{number}"), ("Connection", "close")]
        response = connection.request(method, target or "/", sent)
        connection.close()
        self.status, self.cors = response.status, response.cors
        line = server.access_log(rf"^id{number} ")
        self.request, self.verdict, self.reason = (word.replace("-", "", word == "-") for word in line.split()[2:])


def said_of(server):
    """Where the module says that each of its decisions was made, in the order of the requests."""
    place = re.compile(r"\[cors:.*(?:decided by|,) (?:\w+ at )?(\S+:\d+|nothing in the policy)(?: '.*')?\)$")
    return [found.group(1) for line in server.log.lines() if (found := place.search(line))]


def directive_at(server, place):
    """What stands at the place that an explanation names."""
    name = place["file"].removeprefix(f"{server.root.path}/")
    return server.root.read(name).splitlines()[place["line"] - 1].strip()


def assert_agrees(answer, real, is_report_only):
    """One response of the explanation is the real one."""
    expected = answer["verdict"] if answer["verdict"] != "same-origin" else real.verdict
    assert (real.verdict, real.reason) == (expected, answer["reason"] or "")
    if answer["status"] is not None:
        assert answer["status"] == real.status
    if not is_report_only:
        found, expected = dict(real.cors), cors(answer["headers"].items())
        if "Vary" in expected:  # httpd adds to it what an <If> asks for
            assert set(expected.pop("Vary").split(", ")) <= set(found.pop("Vary").split(", "))
        assert found == expected
    else:
        assert answer["headers"] == {}


@rows("url", URLS)
@rows("origin, method, headers, credentials, private", QUESTIONS)
def test_explain_and_the_server_agree(server, origin, method, headers, credentials, private, url):
    server.log.allow(LOUD)
    url = url.format(port=server.port, backend=server.backend)
    parts = urllib.parse.urlsplit(url)
    own = f"http://{(parts.netloc or f'localhost:{server.port}').lower()}"
    origin = own if origin == "own" else origin
    asked = {"method": method, "headers": headers, "credentials": credentials, "private_network": private}
    told = explain(server, url, origin, **asked)
    assert server.log.lines() == [], "explaining is logged"
    lines = [("Origin", origin), ("Access-Control-Request-Method", method)]
    lines += [("Access-Control-Request-Headers", headers)] if headers else []
    lines += [("Access-Control-Request-Private-Network", "true")] if private else []
    simple = method in ("GET", "HEAD", "POST") and headers in (None, "content-type") and not private
    preflight = None if (simple or origin == own) and not told["preflight"] else Real(server, url, "OPTIONS", lines)
    decided = said_of(server)[:1]
    actual = Real(server, url, method, [("Origin", origin)])
    is_report_only = told["cors"] == "report-only"
    if told["cors"] == "off" and url.startswith(UNKNOWABLE) and url != "/index/page":
        assert "ask about it" in told["mend"][0]["where"] and "SetEnvIf" in told["mend"][0]["where"]
        return
    if told["cors"] == "off":
        assert (actual.request, actual.cors) == ("", {})
        assert preflight is None or (preflight.request, preflight.cors) == ("", {})
        return
    if told["response"] is None:
        assert (actual.request, actual.cors) == ("", {})
    else:
        assert actual.request in ("actual", "same-origin")
        assert_agrees(told["response"], actual, is_report_only)
    if preflight is not None:
        assert told["preflight"] is not None
        assert_agrees(told["preflight"], preflight, is_report_only)
    fails = preflight is not None and (preflight.verdict == "denied" or told["response"] is None)
    deciding = preflight if fails else actual
    assert told["verdict"] == (deciding.verdict or "same-origin") and (told["reason"] or "") == deciding.reason
    decided = decided if fails else said_of(server)[-1:]
    if told["decided_by"]:
        by = told["decided_by"]
        assert decided == [f"{by['file']}:{by['line']}"]
        assert directive_at(server, by).startswith(by["directive"] or by["value"])
    elif told["verdict"] == "denied":
        assert decided == ["nothing in the policy"]


def test_nothing_ran_for_an_explanation(server):
    before = len(server.app.asked), server.root.read("run/ran")
    for url in ("/scripts/page", "/rich/backend/page", "/backend/page", "/passed/page", "/front/x"):
        for method in ("GET", "PUT", "BREW"):
            explain(server, url, GOOD, method=method)
    assert (len(server.app.asked), server.root.read("run/ran")) == before
