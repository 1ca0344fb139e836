# SPDX-License-Identifier: Apache-2.0
"""The failing scenarios of the other suites: which rows, on whose page, and what their scripts ask the server for."""

from typing import NamedTuple

import test_any_origin
import test_credentials
import test_errors
import test_fetch
import test_patterns
import test_redirects
import test_reject
import test_resources
import test_upstream
from console import Call
from stage import API, APP, SIBLING, STRANGER
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
    "json('POST', 7, {credentials: 'include'})": JSON._replace(credentials=True),
    "json('POST', 1, {credentials: 'include'})": JSON._replace(credentials=True),
    "json('POST', 1, {headers: {'X-Api-Key': 'k7', Authorization": Call("POST", "authorization,content-type,x-api-key"),
    "json('POST'": JSON,
    "json('put', 1)": PUT,
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
    "get({Authorization": TOKEN,
    "get({Accept: 'application/json'})": Call(),
    "get({'Content-Language': 'fr'})": Call(),
    "get({'X-Requested-With'": Call(headers="x-requested-with"),
    "get({'Cache-Control'": Call(headers="cache-control"),
    "get({traceparent": Call(headers="traceparent"),
    "get({Range": RANGE,
    "get({'If-None-Match'": Call(headers="if-none-match"),
    "read(['X-Version', 'X-Node'], json": JSON,
    "read(['Content-Range']": Call(),
    "read([": Call(),
    "xhr('GET', null, request => { request.withCredentials": COOKIES,
    "xhr('GET'": Call(),
    "xhr('POST'": Call("POST"),
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
}
# What browsers leave out of the question, or ask in a way that no names tell: a header that is safe by its value, or
# unsafe by it, a preflight for the sake of upload events, a Range that is safe.
BY_VALUE = ("Accept, too long", "Content-Language, in odd", "Range of the first", "XHR that shows", "XHR of a file",
            "Content-Range")


class Failing(NamedTuple):
    """A row that fails on the page of this host."""

    name: str
    script: str
    path: str
    host: str
    call: Call


def call_of(script):
    """What the script asks for: the longest entry that it begins with."""
    return CALLS[max((each for each in CALLS if script.startswith(each)), key=len)]


def failing(table, *hosts):
    """The failing scenarios of a table whose rows end with what a script comes to on the page of each host."""
    found = []
    for name, script, path, *expected in (row[:3 + len(hosts)] for row in table):
        for host, outcome in zip(hosts, expected):
            if outcome in (HIDDEN, DENIED) and not name.startswith(BY_VALUE):
                found.append(Failing(f"{name} / {host}", script, path, host, call_of(script)))
    return found


def strangers_of_patterns():
    """Those tables are about hosts."""
    return [Failing(f"{name} / {script}", script, path, host, call_of(script))
            for name, path, host, allowed in test_patterns.HOSTS if not allowed
            for script in ("fetch(url)", "json('POST', 1)")]


HOME_TOO = APP, STRANGER, API
SUITES = {
    "any_origin": (test_any_origin.site, failing(test_any_origin.STARS, *HOME_TOO)),
    "credentials": (test_credentials.site, failing(
        test_credentials.COOKIES, APP, test_credentials.ABROAD, SIBLING, STRANGER, API)),
    "errors": (test_errors.site, failing(test_errors.ERRORS, APP, STRANGER)),
    "fetch": (test_fetch.site, failing(
        [*test_fetch.METHODS, *test_fetch.REQUEST_HEADERS, *test_fetch.RESPONSE_HEADERS], *HOME_TOO)),
    "patterns": (test_patterns.site, strangers_of_patterns()),
    "redirects": (test_redirects.site, failing(
        [row for row in test_redirects.REDIRECTS if row[0].startswith("within the API")], APP, STRANGER)),
    "reject": (test_reject.site, failing(
        [(*row[:3], *row[3]) for row in test_reject.REQUESTS if row[2] != test_reject.BEHIND],
        APP, SIBLING, STRANGER, API)),
    "resources": (test_resources.site, failing([*test_resources.ELEMENTS, *test_resources.TIMES], APP, STRANGER)),
    "upstream": (test_upstream.site, failing(test_upstream.HEADERS, APP, STRANGER)),
}
