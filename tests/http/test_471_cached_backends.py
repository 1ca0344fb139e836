# SPDX-License-Identifier: Apache-2.0
"""mod_cache before a backend: revalidation, stale pages, odd paths, refusals, and a policy that changes."""

import pytest
from harness import Httpd, rows
from harness.answer import NOT_SHARED, UNTOUCHED, shared
from harness.backend import Backend, page
from harness.caching import VARIANTS, ask, assert_cached, build, prepare
from harness.paths import KINDS, POLICY, SHARED, assert_equal, expected_of, families
from harness.site import EVIL, GOOD, OTHER, policy

FRESH, OLD = "Cache-Control: max-age=3600", "Cache-Control: max-age=0"
TAG = 'ETag: "one"'
THEIRS = "Access-Control-Allow-Origin: https://theirs.example"

LINES = f"""
ProxyPass /policy/app/ http://127.0.0.1:${{APP}}/
ProxyPass /outside/app/ http://127.0.0.1:${{APP}}/
ProxyPass /section/ http://127.0.0.1:${{APP}}/section/
<Proxy http://127.0.0.1:${{APP}}/section/*>
    {POLICY}
</Proxy>
SetEnv proxy-nokeepalive 1
CacheStoreExpired On
<LocationMatch "^/[^/]+/app/">
    ExpiresActive Off
</LocationMatch>
<Location /policy>
    {POLICY}
</Location>
<Location /public>
    CorsAllowOrigin *
</Location>
<Location /rejecting>
    {POLICY}
    CorsDisallowed Reject
</Location>
<Directory "${{DOCROOT}}/rejecting-directory">
    {POLICY}
    CorsDisallowed Reject
</Directory>
"""


class Changing(Backend):
    """A backend that knows conditions, and fails when it is told to."""

    fails = False

    def __init__(self, answers):
        super().__init__(answers)
        self.answers = self
        self.pages = answers

    def get(self, path, default):
        """The answer to the request that came last."""
        if self.fails:
            return page(status="500 Broken", body="broken\n")
        if "if-none-match" in self.asked[-1][2] and path.startswith("/tagged"):
            return "\r\n".join(["HTTP/1.1 304 Same", TAG, OLD, THEIRS, "Connection: close", "", ""]).encode()
        return self.pages.get(path.rstrip("0123456789"), default)


@pytest.fixture(scope="module", params=VARIANTS)
def server(request):
    """A server for each way of caching, and a backend."""
    site = build(request.param, LINES, places=())
    for base in ("/policy", "/public", "/rejecting", "/rejecting-directory", "/outside"):
        for number in range(len(KINDS) * 2):
            site.page(f"{base}/page{number}", "0123456789\n")
    answers = {
        "/fresh": page(FRESH, THEIRS, "Access-Control-Allow-Credentials: true"),
        "/tagged": page(OLD, TAG, THEIRS),
        "/varies": page(FRESH, THEIRS, "Vary: Accept-Language"),
        "/gone": page(FRESH, THEIRS, status="410 Gone"),
        "/moved": page(FRESH, THEIRS, "Location: https://elsewhere.example/", status="301 Moved"),
        "/other": page(FRESH, THEIRS, status="203 Other"),
        "/section/fresh": page(FRESH, THEIRS),
    }
    with Changing(answers) as backend:
        site.environment["APP"] = str(backend.port)
        with Httpd(site) as running:
            running.app, running.variant = backend, request.param
            yield prepare(running)


# A page of the backend; its status; what else is in Vary
STORED = {
    "a cache has a backend's page": [
        ("with CORS headers of its own", "/policy/app/fresh", 200),
        ("that varies", "/policy/app/varies", 200, "Accept-Language"),
        ("of status 410", "/policy/app/gone", 410),
        ("that moved", "/policy/app/moved", 301),
        ("of status 203", "/policy/app/other", 203),
        ("with the policy in <Proxy>", "/section/fresh", 200),
    ]
}


@families("base, status, vary", STORED, actual="by policy")
@pytest.mark.parametrize("first", KINDS)
def test_whoever_came_first(server, first, base, status, vary):
    url = f"{base}{KINDS.index(first)}"
    before = len(server.app.asked)
    for kind in (first, *KINDS):
        response = ask(server, kind, url)
        assert_equal((response.status, response.cors), (status, expected_of(kind, vary)))
    assert response.all("X-Cache")[0].startswith("HIT") and len(server.app.asked) == before + 1


UNCHANGED = {"a cache asks the backend again": [("it has not changed", "/policy/app/tagged")]}
FAILING = {"a cache asks the backend again": [("it fails", "/policy/app/tagged")]}


@families("base", UNCHANGED, actual="by policy")
@pytest.mark.parametrize("first", KINDS)
def test_revalidated(server, first, base):
    url = f"{base}{KINDS.index(first)}"
    assert ask(server, first, url).cors == expected_of(first)
    for kind in KINDS[:1] if "socache" in server.variant else KINDS:  # mod_cache_socache loses the body after one
        response = ask(server, kind, url)
        assert_equal((response.status, response.body, response.cors), (200, "backend\n", expected_of(kind)))
        assert response.all("X-Cache")[0].startswith("REVALIDATE")


@families("base", FAILING, actual="by policy")
@pytest.mark.parametrize("first", KINDS)
def test_stale_on_error(server, first, base):
    url = f"{base}{10 + KINDS.index(first)}"
    assert ask(server, first, url).cors == expected_of(first)
    server.app.fails = True
    try:
        for kind in KINDS:
            before = len(server.app.asked)
            response = ask(server, kind, url)
            assert_equal((response.status, response.body, response.cors), (200, "backend\n", expected_of(kind)))
            assert len(server.app.asked) == before + 1
    finally:
        server.app.fails = False


def test_what_a_backend_says_to_all_stays_where_there_is_no_policy(server):
    for kind in KINDS:
        assert ask(server, kind, "/outside/app/fresh").cors == {
            "Access-Control-Allow-Origin": "https://theirs.example", "Access-Control-Allow-Credentials": "true",
        }


# A way of writing the path of a page; the headers for an allowed origin, and for another
PATHS = {
    "a cached page is asked for by a longer way": [
        ("plainly", "/policy/page", SHARED, NOT_SHARED),
        ("past a public path", "/public/../policy/page", SHARED, NOT_SHARED),
        ("past a public path, in escapes", "/public/%2e%2e/policy/page", SHARED, NOT_SHARED),
        ("past a path without policy", "/outside/../policy/page", SHARED, NOT_SHARED),
        ("in escapes", "/%70olicy/page", SHARED, NOT_SHARED),
        ("by two slashes", "//policy//page", SHARED, NOT_SHARED),
        ("by dots", "/./policy/./page", SHARED, NOT_SHARED),
        ("with a query", "/policy/page{}?x=/../public/", SHARED, NOT_SHARED),
        ("past a path with a policy", "/policy/../outside/page", UNTOUCHED, UNTOUCHED),
        ("past a path with a policy, in escapes", "/policy/%2E%2E/outside/page", UNTOUCHED, UNTOUCHED),
    ]
}


@families("path, allowed, denied", PATHS, actual="by policy")
@rows("number, order", [("an allowed one first", 0, (GOOD, EVIL, None)), ("a stranger first", 1, (EVIL, None, GOOD))])
def test_no_path_borrows_the_policy_of_another(server, path, allowed, denied, number, order):
    url = path.format(number) if "{}" in path else f"{path}{number}"
    for origin in (*order, *order):
        response = server.get(url, origin)
        assert_equal((response.status, response.cors), (200, allowed if origin == GOOD else denied))
    assert response.all("X-Cache")[0].startswith("HIT")


REJECTING = {"the policy rejects": [("<Location>", "/rejecting"), ("<Directory>", "/rejecting-directory")]}


@families("base", REJECTING, actual="refused")
@pytest.mark.parametrize("first", ["none", "allowed", "denied"])
def test_hits_are_refused_too(server, first, base):
    url = f"{base}/page{KINDS.index(first)}"
    for kind in (first, "none", "denied", "malformed", "allowed", "denied", "same-origin"):
        for headers, status in (([], 200), ([("Range", "bytes=1-3")], 206), ([("If-None-Match", "*")], 304)):
            response = ask(server, kind, url, *headers)
            expected = 403 if kind in ("denied", "malformed") else status
            assert_equal((response.status, response.cors), (expected, expected_of(kind)))
            assert expected != 403 or (response.body.startswith("origin-") and not response.all("Content-Range"))
    assert_cached(ask(server, "none", url), "none")


@pytest.mark.parametrize("variant", ["disk, quick handler On", "disk, quick handler Off"])
def test_a_policy_that_changes_holds_for_what_is_stored(start, variant):
    site = build(variant, f"<Location /page>\n{policy()}\n</Location>", places=())
    site.page("/page")
    server = prepare(start(site))
    assert [server.get("/page", origin).cors for origin in (GOOD, OTHER)] == [shared(GOOD), NOT_SHARED]
    server.root.write("conf/site.conf", site.text.replace(GOOD, OTHER).encode())
    server.restart()
    for origin, expected in ((GOOD, NOT_SHARED), (OTHER, shared(OTHER))):
        response = server.get("/page", origin)
        assert response.cors == expected and response.all("X-Cache")[0].startswith("HIT")
