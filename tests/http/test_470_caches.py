# SPDX-License-Identifier: Apache-2.0
"""mod_cache in front: whoever came first, each gets the headers for his own origin, and nobody's fill the cache."""

import pytest
from harness import Httpd
from harness.caching import PLACES, VARIANTS, ask, assert_cached, build, host_of, prepare
from harness.paths import (
    KINDS, assert_equal, assert_policy_answers, every_kind, expected_of, families, origin_of,
)

RANGE, SAME, ONLY = ("Range", "bytes=1-3"), ("If-None-Match", "*"), ("Cache-Control", "only-if-cached")


@pytest.fixture(scope="module", params=VARIANTS)
def server(request):
    """A server for each way of caching."""
    site = build(request.param)
    for _, base in PLACES.values():
        for number in range(len(KINDS) + 3):
            site.page(f"{base}/page{number}", "0123456789\n")
    with Httpd(site) as running:
        running.keeps_files = request.param.startswith("disk")
        yield prepare(running)


HITS = {"a cache has the page": [(f"policy in {place}", base) for place, (_, base) in PLACES.items()]}


@families("base", HITS, actual="by policy")
@pytest.mark.parametrize("first", KINDS)
def test_whoever_came_first(server, first, base):
    url = f"{base}/page{KINDS.index(first)}"
    response = ask(server, first, url)
    assert_equal((response.status, response.cors), (200, expected_of(first)))
    for kind in KINDS:
        assert_cached(ask(server, kind, url), kind)
        assert_cached(ask(server, kind, url, method="HEAD"), kind)
        assert_cached(ask(server, kind, url, RANGE), kind, 206)
        assert_cached(ask(server, kind, url, SAME), kind, 304)


@families("base", HITS, actual="by policy")
@every_kind
def test_a_page_that_the_cache_does_not_have(server, kind, base):
    response = ask(server, kind, f"{base}/page9", ONLY)
    assert_equal((response.status, response.cors), (504, expected_of(kind)))


@families("base", HITS, preflight="answered")
@pytest.mark.parametrize("kind", ["allowed", "denied", "malformed"])
def test_preflights_of_cached_pages(server, kind, base):
    url = f"{base}/page5"
    ask(server, "none", url)
    response = server.preflight(url, origin_of(kind, server), "PUT", "authorization", *host_of(url))
    assert_policy_answers(response, kind)
    assert_cached(ask(server, kind, url), kind)


@families("base", HITS, actual="by policy")
def test_inventing_origins_does_not_fill_the_cache(server, base):
    url = f"{base}/page6"
    ask(server, "none", url)
    before = stored(server)
    for number in range(50):
        response = server.get(url, f"https://invented{number}.example", *host_of(url))
        assert response.all("X-Cache")[0].startswith("HIT") and response.cors == expected_of("denied")
    assert stored(server) == before and bool(before) == server.keeps_files
    assert_cached(ask(server, "allowed", url), "allowed")


def stored(server):
    """The files of a disk cache; none where it is in memory."""
    return sorted(path for path in (server.root.path / "cache").rglob("*") if path.is_file())


def test_nothing_of_an_origin_is_stored(server):
    for kind in KINDS:
        ask(server, kind, "/location/page7")
    for path in stored(server):
        assert b"Access-Control-Allow-" not in path.read_bytes()
