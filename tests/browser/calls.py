# SPDX-License-Identifier: Apache-2.0
"""The failing scenarios of the other suites: which rows, on whose page, and what their scripts ask the server for."""

from typing import Callable, NamedTuple

import test_any_origin
import test_cache
import test_credentials
import test_errors
import test_fetch
import test_frames
import test_patterns
import test_preflight_cache
import test_redirects
import test_reject
import test_resources
import test_rules_by_origin
import test_tls
import test_upstream
from console import Call
from stage import API, APP, PARTNER, SIBLING, STRANGER
from verdict import DENIED, HIDDEN

JSON, PUT, COOKIES = Call("POST", "content-type"), Call("PUT", "content-type"), Call(credentials=True)
KEY, TOKEN, OTHER, RANGE = (Call(headers=each) for each in ("x-api-key", "authorization", "x-other", "range"))
ALL = Call("PATCH", "content-type,x-api-key,x-other")

# By the script of a row; where it is not here, by the beginning of it that is.
CALLS = {
    "fetch(url)": Call(),
    "fetch(url, {method: 'HEAD'})": Call("HEAD"),
    "fetch(url, {method: 'POST'": Call("POST"),
    "fetch(url, {method: 'DELETE'})": Call("DELETE"),
    "fetch(url, {method: 'PUT'})": Call("PUT"),
    "fetch(url, {method: 'PURGE'})": Call("PURGE"),
    "fetch(url, {method: '*', credentials: 'include'})": Call("*", "", True),
    "fetch(url, {credentials: 'include'})": COOKIES,
    "fetch(url, {credentials: '": Call(),
    "fetch(url, {cache: '": Call(),
    "fetch(url, {redirect: 'manual'})": Call(),
    "fetch(url).then(": Call(),
    "fetch('": Call(),
    "json('POST', 7, {credentials: 'include'})": JSON._replace(credentials=True),
    "json('POST', 1, {credentials: 'include'})": JSON._replace(credentials=True),
    "json('POST', 1, {headers: {'X-Api-Key': 'k7', Authorization": Call("POST", "authorization,content-type,x-api-key"),
    "json('POST', 1, {headers: {Authorization": Call("POST", "authorization,content-type"),
    "json('POST'": JSON,
    "json('put', 1)": PUT,
    "json('PUT', 1, {credentials: 'include'})": PUT._replace(credentials=True),
    "json('PUT', 1, {credentials: 'include', headers": Call("PUT", "content-type,x-api-key", True),
    "json('PUT'": PUT,
    "json('PATCH', 1, {headers: {'X-Api-Key': 'k7', 'X-Other': '1'}, credentials": ALL._replace(credentials=True),
    "json('PATCH', 1, {headers": ALL,
    "json('PATCH'": Call("PATCH", "content-type"),
    "json('patch'": Call("patch", "content-type"),
    "get({'X-Api-Key': 'k7', 'X-Other'": Call(headers="x-api-key,x-other"),
    "get({'X-Api-Key'": KEY,
    "get({'x-aPI-kEY'": KEY,
    "get({'X-Other'": OTHER,
    "get({Authorization: 'Bearer t'}, {credentials": TOKEN._replace(credentials=True),
    "get({Authorization: 'Basic ' + btoa('user:secret')}, {credentials": TOKEN._replace(credentials=True),
    "get({Authorization": TOKEN,
    "get({Accept: 'application/json'})": Call(),
    "get({'Content-Language': 'fr'})": Call(),
    "get({Accept: 'text/plain,'": Call(headers="accept"),
    "get({'Content-Language': 'fr_FR'})": Call(headers="content-language"),
    "get({'Content-Type'": Call(headers="content-type"),
    "get({'X-Requested-With'": Call(headers="x-requested-with"),
    "get({'Cache-Control'": Call(headers="cache-control"),
    "get({traceparent": Call(headers="traceparent"),
    "get({Range: 'bytes=0-1'})": Call(),
    "get({Range": RANGE,
    "get({'If-None-Match'": Call(headers="if-none-match"),
    "read(['X-Version', 'X-Node'], json": JSON,
    "read(['Content-Range']": Call(),
    "read([": Call(),
    "xhr('GET', null, request => { request.withCredentials": COOKIES,
    "xhr('GET'": Call(),
    "xhr('POST'": Call("POST"),
    "upload(new File": Call("POST", "content-type"),
    "upload(": Call("POST"),
    "pixel({crossorigin: 'use-credentials'})": COOKIES,
    "pixel({": Call(),
    "createImageBitmap": Call(),
    "new FontFace": Call(),
    "webFont()": Call(),
    "load('script'": Call(),
    "load('link'": Call(),
    "complaint({": Call(),
    "import(url": Call(),
    "rule({": Call(),
    "firstEvent({withCredentials: true})": COOKIES,
    "firstEvent()": Call(),
    "inWorker('fetch(url)')": Call(),
    "inWorker(`fetch(url, {method: 'PUT'})`)": Call("PUT"),
    "inFrame(`fetch(url)`": Call(),
    "inFrame(`fetch(url, {method: 'PUT'})`": Call("PUT"),
}
# Where a preflight comes of what no name tells: a value that is unsafe, or a wish to hear of the upload's progress.
UNTOLD = "Accept, too long", "Content-Language, in odd", "XHR that shows"


class Failing(NamedTuple):
    """A row that fails on the page of this host: `before` it, those had their turn; explain is asked about `asks`."""

    test: str
    row: str
    script: str
    path: str
    host: str
    call: Call
    before: tuple = ()
    asks: Callable | None = None

    @property
    def is_untold(self):
        """Does explain not know that there is a preflight?"""
        return self.row.startswith(UNTOLD)


def call_of(script):
    """What the script asks for: the longest entry that it begins with."""
    return CALLS[max((each for each in CALLS if script.startswith(each)), key=len)]


def failing(test, table, *hosts, asks=None):
    """The failing scenarios of a test whose rows end with what a script comes to on the page of each host."""
    found = []
    for name, script, path, *expected in (row[:3 + len(hosts)] for row in table):
        for host, outcome in zip(hosts, expected):
            if outcome in (HIDDEN, DENIED):
                found.append(Failing(test.__name__, name, script, path, host, call_of(script), (), asks))
    return found


def strangers_of_patterns():
    """Those tables are about hosts."""
    return [Failing("test_hosts", name, script, path, host, call_of(script))
            for name, path, host, allowed in test_patterns.HOSTS if not allowed
            for script in ("fetch(url)", "json('POST', 1)")]


def frames():
    """What is run in a frame."""
    table = [(name, f"inFrame(`{script}`, {kind})", path, *seen)
             for name, script, kind, path, *seen in test_frames.FRAMES]
    return failing(test_frames.test_frames, table, APP, STRANGER)


def visits_to_caches():
    """Those that come one after the other."""
    return [Failing("test_pages", name, script, path, host, call_of(script),
                    tuple((earlier, what) for earlier, what, _ in visits[:i]))
            for name, path, visits, _ in test_cache.VISITS
            for i, (host, script, outcome) in enumerate(visits) if outcome == HIDDEN]


def turns_at_the_server():
    """The same for the cache on the server."""
    return [Failing("test_a_cache_on_the_server", name, test_upstream.FOUND, test_upstream.CACHED, host, Call(),
                    tuple((earlier, test_upstream.FOUND) for earlier in hosts[:i]))
            for name, hosts, seen in test_upstream.TURNS
            for i, (host, outcome) in enumerate(zip(hosts, seen)) if outcome == HIDDEN]


def refused_preflights():
    """What the server refused, as its log tells; of several in a row, the first."""
    own = test_preflight_cache
    found = [Failing("test_a_stranger_asks_and_is_refused_each_time", "", own.PUT, own.DEFAULT, STRANGER, PUT)]
    for name, path, visits, asked in own.PREFLIGHTS:
        if own.REFUSED in asked:
            (host, scripts), = visits
            before = tuple((host, each) for each in scripts[:scripts.index(own.UNLISTED)])
            found.append(Failing("test_preflights", name, own.UNLISTED, path, host, Call("PURGE"), before))
    return found


def ruled_by_origin():
    """What <CorsOrigin> sections say of three origins, and of a neighbour."""
    own = test_rules_by_origin
    rows = [row for row in own.SCRIPTS if row[0] not in own.NEEDING_A_SECTION]
    before = (APP, own.INCLUDE), (PARTNER, own.DEFAULT)
    return [
        *failing(own.test_the_same_script, rows, APP, PARTNER, STRANGER),
        Failing("test_a_neighbour_of_the_same_site_is_a_stranger", "", own.INCLUDE, own.SECTIONS, SIBLING, COOKIES),
        Failing("test_one_url_in_the_browsers_cache_is_not_the_other_origins", "sections alone", own.DEFAULT, own.KEPT,
                STRANGER, Call(), before),
    ]


def behind(server):
    """What a front end asks for in place of the URL that the browser knows."""
    return f"http://127.0.0.1:{server.backend}/behind"


def rejected():
    """What is refused, and what a proxy hides the origin of."""
    table = [(*row[:3], *row[3]) for row in test_reject.REQUESTS]
    hosts = APP, SIBLING, STRANGER, API
    return [*failing(test_reject.test_requests, [row for row in table if row[2] != test_reject.BEHIND], *hosts),
            *failing(test_reject.test_requests, [row for row in table if row[2] == test_reject.BEHIND], *hosts,
                     asks=behind)]


def behind_tls(server):
    """The same where the proxy takes TLS off."""
    return f"http://127.0.0.1:{server.port}/behind/echo"


def over_tls():
    """Pages of https, and of http."""
    own = test_tls
    hosts = own.APP, own.ABROAD, own.STRANGER, own.API
    is_behind = [row[2].startswith("/terminated") for row in own.SHARED]
    put = call_of(own.PUT)
    return [
        *failing(own.test_shared, [row for row, hidden in zip(own.SHARED, is_behind) if not hidden], *hosts),
        *failing(own.test_shared, [row for row, hidden in zip(own.SHARED, is_behind) if hidden], *hosts,
                 asks=behind_tls),
        Failing("test_an_error_is_read_through", "", own.PUT, "/api/down", own.STRANGER, put),
        *[Failing("test_who_is_let_in", name, script, own.ECHO, host, call)
          for name, host, *seen in own.PAGES
          for script, call, outcome in zip((own.INCLUDE, own.PUT), (COOKIES, put), seen)
          if outcome in (HIDDEN, DENIED)],
    ]


HOME_TOO = APP, STRANGER, API
SUITES = {
    "any_origin": failing(test_any_origin.test_stars, test_any_origin.STARS, *HOME_TOO),
    "cache": visits_to_caches(),
    "credentials": [
        *failing(test_credentials.test_cookies_sent, test_credentials.COOKIES, APP, test_credentials.ABROAD, SIBLING,
                 STRANGER, API),
        *failing(test_credentials.test_cookies_received, test_credentials.GIFTS, APP),
        *failing(test_credentials.test_passwords, test_credentials.PASSWORDS, APP, STRANGER),
    ],
    "errors": failing(test_errors.test_read_through, test_errors.ERRORS, APP, STRANGER),
    "fetch": [
        *failing(test_fetch.test_methods, test_fetch.METHODS, *HOME_TOO),
        *failing(test_fetch.test_request_headers, test_fetch.REQUEST_HEADERS, *HOME_TOO),
        *failing(test_fetch.test_response_headers, test_fetch.RESPONSE_HEADERS, *HOME_TOO),
    ],
    "frames": frames(),
    "patterns": strangers_of_patterns(),
    "preflight_cache": refused_preflights(),
    "redirects": failing(test_redirects.test_redirects, test_redirects.REDIRECTS, APP, STRANGER),
    "reject": rejected(),
    "resources": [
        *failing(test_resources.test_loading, test_resources.ELEMENTS, APP, STRANGER),
        *failing(test_resources.test_resource_timing, test_resources.TIMES, APP, STRANGER),
    ],
    "rules_by_origin": ruled_by_origin(),
    "tls": over_tls(),
    "upstream": [
        *failing(test_upstream.test_headers_of_others, test_upstream.HEADERS, APP, STRANGER),
        *turns_at_the_server(),
    ],
}
