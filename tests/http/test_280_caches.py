# SPDX-License-Identifier: Apache-2.0
"""With mod_cache in front, no client ever gets another origin's headers, whoever came first."""

import itertools

import pytest
from harness import Httpd, Site, policy, rows
from harness.answer import FOR_EVERYBODY, NOT_SHARED, UNTOUCHED, assert_answered, shared
from harness.site import EVIL, GOOD, OTHER

POLICY = policy("CorsExposeHeaders X-Cache", origin=f"{GOOD} {OTHER}")
EXPECTED = {None: NOT_SHARED, EVIL: NOT_SHARED} | {each: shared(each, expose="X-Cache") for each in (GOOD, OTHER)}
STAR = dict.fromkeys(EXPECTED, FOR_EVERYBODY)
OFF = dict.fromkeys(EXPECTED, UNTOUCHED)

# path; what each origin gets there
PLACES = [
    ("a Location", "/location", EXPECTED),
    ("a Location, by a longer way", "/x/../location", EXPECTED),
    ("a Location, in escapes", "/%6cocation", EXPECTED),
    ("a Directory", "/directory", EXPECTED),
    ("a .htaccess file", "/htaccess", EXPECTED),
    ("Files", "/files", EXPECTED),
    ("an If in a Location", "/conditional", EXPECTED),
    ("every origin", "/star", STAR),
    ("no policy", "/off", OFF),
    ("no policy, by way of one", "/location/../off", OFF),
    ("a backend that allows itself everything", "/backend", EXPECTED),
]
NAMES = ("location", "directory", "htaccess", "files", "conditional", "star", "off")


def build(quick):
    """A site with a cache over every kind of policy."""
    site = Site(modules=["cache", "cache_socache", "socache_shmcb", "proxy", "proxy_http"])
    site.add(
        f"""
        CacheQuickHandler {quick}
        CacheSocache shmcb
        CacheEnable socache /
        CacheDefaultExpire 3600
        CacheIgnoreNoLastMod On
        CacheHeader On
        Header set Cache-Control max-age=3600
        ProxyPass /backend/ http://127.0.0.1:${{BACKEND}}/off/
        <VirtualHost 127.0.0.1:${{BACKEND}}>
            CacheDisable /
            Header set Access-Control-Allow-Origin "expr=%{{HTTP:Origin}}"
        </VirtualHost>
        <LocationMatch "^/(location|backend)/">
            {POLICY}
        </LocationMatch>
        <Directory "${{DOCROOT}}/directory">
            {POLICY}
        </Directory>
        <Directory "${{DOCROOT}}/files">
            <Files "page*">
                {POLICY}
            </Files>
        </Directory>
        <Directory "${{DOCROOT}}/htaccess">
            AllowOverride FileInfo
        </Directory>
        <Location /conditional>
            <If true>
                {POLICY}
            </If>
        </Location>
        <Location /star>
            CorsAllowOrigin *
        </Location>
        """
    )
    for name, number in itertools.product(NAMES, range(4)):
        site.page(f"/{name}/page{number}")
    site.file("htdocs/htaccess/.htaccess", POLICY + "\n")
    return site


@pytest.fixture(scope="module", params=["On", "Off"])
def server(request):
    """A server with the quick handler, and one without."""
    with Httpd(build(request.param)) as running:
        yield running


@rows("path, expected", [(name, path, expected) for name, path, expected in PLACES])
@rows(
    "number",
    [("nobody came first", 0), ("an allowed origin did", 1), ("another did", 2), ("a stranger did", 3)],
)
def test_everybody_gets_his_own(server, path, expected, number):
    origins = [None, GOOD, OTHER, EVIL]
    order = origins[number:] + origins[:number] + origins
    answers = [server.get(f"{path}/page{number}", origin) for origin in order]
    assert [answer.cors for answer in answers] == [expected[origin] for origin in order]
    assert all(answer.all("X-Cache")[0].startswith("HIT") for answer in answers[4:])


@rows("path, expected", [(name, path, expected) for name, path, expected in PLACES if expected is EXPECTED])
def test_unchanged_pages_too(server, path, expected):
    for origin in (GOOD, EVIL, OTHER, None):
        response = server.get(f"{path}/page0", origin, ("If-None-Match", "*"))
        assert (response.status, response.cors) == (304, expected[origin])


@rows("path, expected", [(name, path, expected) for name, path, expected in PLACES if expected is EXPECTED])
def test_preflights_are_answered_beside_the_cache(server, path, expected):
    server.get(f"{path}/page0", GOOD)
    assert_answered(server.preflight(f"{path}/page0", OTHER), OTHER)
    assert server.preflight(f"{path}/page0", EVIL).status == 403
