# SPDX-License-Identifier: Apache-2.0
"""A preflight is answered instead of handlers and backends: none of them runs, and none has to be there."""

import pytest
from harness import Httpd, Site
from harness.backend import Backend, page
from harness.fastcgi import FastCgi
from harness.paths import POLICY, assert_preflight, every_kind, families

MODULES = """actions asis autoindex cgi dav dav_fs dav_lock include info mime negotiation proxy proxy_balancer
proxy_fcgi proxy_http lbmethod_byrequests slotmem_shm rewrite status socache_shmcb"""

site = Site(modules=MODULES.split())
site.add(
    f"""
    TypesConfig /dev/null
    DavLockDB "${{ROOT}}/run/dav"
    RewriteEngine On
    RewriteRule ^/proxied/rewritten http://127.0.0.1:${{APP}}/rewritten [P]
    ProxyPass /proxied/encoded http://127.0.0.1:${{APP}}/encoded mapping=encoded
    ProxyPass /proxied/balanced balancer://several
    ProxyPass /proxied/down http://127.0.0.1:1/
    ProxyPass /proxied/section http://127.0.0.1:${{APP}}/section
    ProxyPassMatch ^/proxied/match/(.*) http://127.0.0.1:${{APP}}/$1
    ProxyPass /proxied/fcgi/ fcgi://127.0.0.1:${{FCGI}}/
    ProxyPass /proxied http://127.0.0.1:${{APP}}/plain
    <Proxy balancer://several>
        BalancerMember http://127.0.0.1:${{APP}}
    </Proxy>
    <Location /proxied/handler>
        ProxyPass !
        SetHandler proxy:http://127.0.0.1:${{APP}}
    </Location>
    <Proxy http://127.0.0.1:${{APP}}/section*>
        {POLICY}
    </Proxy>
    <LocationMatch "^/(proxied/(?!section)|handled|missing|shut)">
        {POLICY}
    </LocationMatch>
    <Directory "${{DOCROOT}}/handled">
        Options ExecCGI Indexes Includes FollowSymLinks
        AddHandler cgi-script .sh
        AddHandler send-as-is .asis
        AddHandler proxy:fcgi://127.0.0.1:${{FCGI}} .fcgi
        AddHandler acted .acted
        Action acted /handled/script.sh virtual
        AddOutputFilter INCLUDES .shtml
    </Directory>
    <Directory "${{DOCROOT}}/handled/dav">
        Dav On
    </Directory>
    <Directory "${{DOCROOT}}/handled/links">
        Options -FollowSymLinks
    </Directory>
    <Location /handled/status>
        SetHandler server-status
    </Location>
    <Location /handled/info>
        SetHandler server-info
    </Location>
    <Directory "${{DOCROOT}}/below">
        {POLICY}
        Options FollowSymLinks
    </Directory>
    """
)
NOTE = "echo run >> ../../run/ran"
site.script("/handled/script.sh", NOTE, "echo 'Content-Type: text/plain'", "echo", "echo script")
site.script("/handled/nph-script.sh", NOTE, "echo 'HTTP/1.0 200 OK'", "echo", "echo script")
for path in (
    "/handled/page", "/handled/program.fcgi", "/handled/page.acted", "/handled/page.shtml", "/handled/dav/page",
    "/below/page",
):
    site.page(path)
site.page("/handled/page.asis", "Status: 200 As It Is\nContent-Type: text/plain\n\nas is\n")
UNREADABLE = ("shut", "below/shut", "delegated/shut")
for path in UNREADABLE:
    site.page(f"/{path}/page")
site.htaccess("/delegated", POLICY)

# URL; what OPTIONS gets without an Origin; what the log then says
PREFLIGHTS = {
    "a file is sent": [
        ("in a <Location>", "/handled/page", 200),
        ("in a <Directory>", "/below/page", 200),
    ],
    "a backend is behind it": [
        ("ProxyPass", "/proxied/page", 200),
        ("ProxyPass before the URL is decoded", "/proxied/encoded/page", 200),
        ("ProxyPass with the policy in <Proxy>", "/proxied/section/page", 200),
        ("ProxyPassMatch", "/proxied/match/page", 200),
        ("RewriteRule [P]", "/proxied/rewritten", 200),
        ("a balancer", "/proxied/balanced/page", 200),
        ("SetHandler proxy:", "/proxied/handler/page", 200),
        ("its own CORS headers", "/proxied/with-headers", 200),
    ],
    "the backend is down": [
        ("nobody listens", "/proxied/down/page", 503, r"\[proxy(_http)?:error\]"),
    ],
    "a CGI script handles it": [
        ("a script", "/handled/script.sh", 200),
        ("a script with a path behind it", "/handled/script.sh/a/b", 200),
        ("by Action", "/handled/page.acted", 200),
        ("a missing one", "/handled/none.sh", 404, r"\[cgid?:error\]"),
    ],
    "a FastCGI program handles it": [
        ("SetHandler", "/handled/program.fcgi", 200),
        ("ProxyPass", "/proxied/fcgi/program", 200),
    ],
    "mod_dav handles it": [
        ("a file", "/handled/dav/page", 200),
        ("a collection", "/handled/dav/", 200),
        ("what is not there yet", "/handled/dav/none", 200),
    ],
    "another handler makes the page": [
        ("server-side includes", "/handled/page.shtml", 200),
        ("send-as-is", "/handled/page.asis", 200),
        ("server-status", "/handled/status", 200),
        ("server-info", "/handled/info", 200),
        ("a listing", "/handled/", 200),
    ],
    "there is no such page": [
        ("no file", "/missing/page", 200),
        ("no file, in a <Directory>", "/below/none", 200),
        ("no file behind a file", "/below/page/none", 200),
    ],
    "the path has an encoded slash": [
        ("%2F", "/missing/a%2Fb", 404),
        ("%2f and a query", "/missing/a%2fb?x=%2F", 404),
        ("%00", "/missing/a%00b", 404),
        ("%2F, in a <Directory>", "/below/a%2Fb", 404),
    ],
}

# What httpd finds out, and logs, on its way to the file, whoever asks
FAILED_WALKS = {
    "the file system says no": [
        ("an unreadable directory", "/shut/page"),
        ("an unreadable directory, in a <Directory>", "/below/shut/page"),
        ("an unreadable directory, below a .htaccess", "/delegated/shut/page"),
        ("a symbolic link", "/handled/links/link"),
        ("a name too long for a file", "/handled/" + "x" * 300),
        ("a name too long for a file, in a <Directory>", "/below/" + "x" * 300),
    ],
}


@pytest.fixture(scope="module")
def server():
    """httpd, and two backends that nobody must ask."""
    headers = page("Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: TRACE")
    with Backend({"/plain/with-headers": headers}) as backend, FastCgi({}) as program:
        site.environment.update(APP=str(backend.port), FCGI=str(program.port))
        with Httpd(site) as running:
            running.backends = (backend, program)
            pages = running.root.path / "htdocs"
            (pages / "handled/links").mkdir()
            (pages / "handled/links/link").symlink_to("../../below/page")
            (running.root.path / "run").chmod(0o777)
            for path in UNREADABLE:
                (pages / path).chmod(0)
            yield running
            for path in UNREADABLE:
                (pages / path).chmod(0o755)


def work(server):
    """What backends and scripts have done so far."""
    return [len(backend.asked) for backend in server.backends], server.root.read("run/ran")


@families("url, left, loud", PREFLIGHTS, preflight="answered")
@every_kind
def test_answered_instead_of_the_handler(server, kind, url, left, loud):
    before = work(server)
    assert_preflight(server, kind, url, left, loud)
    assert kind in ("none", "same-origin") or work(server) == before


@families("url", FAILED_WALKS, preflight="answered")
@every_kind
def test_answered_where_there_is_no_way_to_the_file(server, kind, url):
    server.log.expect(r"\[core:(error|crit)\]")
    assert_preflight(server, kind, url, 403)


NPH = {"a script writes its own header (nph-)": [("a script", "/handled/nph-script.sh")]}


@families("url", NPH, preflight="answered")
@pytest.mark.parametrize("kind", ["allowed", "denied"])
def test_answered_instead_of_nph_scripts(server, kind, url):
    before = work(server)
    assert_preflight(server, kind, url, None)
    assert work(server) == before


def test_the_handlers_do_run_for_others(server):
    before = work(server)
    for url in ("/proxied/page", "/handled/program.fcgi", "/handled/script.sh"):
        assert server.get(url, method="OPTIONS").status == 200
    assert work(server) == ([asked + 1 for asked in before[0]], before[1] + "run\n")
