# SPDX-License-Identifier: Apache-2.0
"""mod_cache before URLs that lead elsewhere: a hit has the policy that the page had when it was made."""

import pytest
from harness import Httpd
from harness.answer import UNTOUCHED
from harness.caching import VARIANTS, ask, assert_cached, build, prepare
from harness.paths import KINDS, POLICY, assert_equal, expected_of, families
from harness.site import OTHER

THEIRS = f"CorsAllowOrigin {OTHER}"
LINES = f"""
<Directory "${{DOCROOT}}/bare/front">
    Options FollowSymLinks
    RewriteEngine On
    RewriteRule (page.*) /policy/$1 [L]
</Directory>
<Directory "${{DOCROOT}}/bare/fallback">
    FallbackResource /policy/page0
</Directory>
<Directory "${{DOCROOT}}/bare/index">
    DirectoryIndex /policy/page0
</Directory>
RewriteEngine On
RewriteRule ^/passed/(.*) /policy/$1 [PT]
RewriteRule ^/policy/passed/(.*) /other/$1 [PT]
Alias /policy/alias "${{DOCROOT}}/other"
Alias /aliased "${{DOCROOT}}/directory"
<Location /policy>
    {POLICY}
</Location>
<Location /other>
    {THEIRS}
</Location>
<DirectoryMatch "/htdocs/policy">
    Options FollowSymLinks
</DirectoryMatch>
<Directory "${{DOCROOT}}/policy/front">
    RewriteEngine On
    RewriteRule (page.*) /other/$1 [L]
</Directory>
<Directory "${{DOCROOT}}/policy/fallback">
    FallbackResource /other/page0
</Directory>
"""
# The same, where policies may hang on files as well
FILES = f"""
<Directory "${{DOCROOT}}/directory">
    {POLICY}
</Directory>
"""

ELSEWHERE = {
    "a cache has the page of another URL": [
        ("[PT] from a URL without a policy", "/passed/page"),
        ("[PT] from a URL with one", "/policy/passed/page"),
        ("Alias from a URL with a policy", "/policy/alias/page"),
        ("a front controller", "/policy/front/page"),
        ("FallbackResource", "/policy/fallback/page"),
    ],
}


@pytest.fixture(
    scope="module", params=[(variant, has_files) for variant in VARIANTS for has_files in (False, True)],
    ids=lambda params: f"{params[0]}, policies of files {'too' if params[1] else 'nowhere'}",
)
def server(request):
    """A server for each way of caching, with policies of files and without."""
    variant, has_files = request.param
    site = build(variant, LINES, FILES if has_files else "", places=())
    for base in ("/policy", "/other", "/directory"):
        for number in range(len(KINDS)):
            site.page(f"{base}/page{number}")
    site.page("/policy/front/x")
    for path in ("/policy/fallback/x", "/bare/front/x", "/bare/fallback/x", "/bare/index/x"):
        site.page(path)
    with Httpd(site) as running:
        running.has_files = has_files
        yield prepare(running)


@families("base", ELSEWHERE, actual="by policy")
@pytest.mark.parametrize("first", KINDS)
def test_whoever_came_first(server, first, base):
    url = f"{base}{KINDS.index(first)}"
    response = ask(server, first, url)
    assert_equal((response.status, response.cors), (200, expected_of(first)))
    for kind in KINDS:
        assert_cached(ask(server, kind, url), kind)


ALIASED = {"a cache has the page of another URL": [("Alias of a <Directory>", "/aliased/page")]}


@families("base", ALIASED, actual="by policy")
@pytest.mark.parametrize("first", KINDS)
def test_an_alias_has_the_policy_of_the_directory_if_it_has_one(server, first, base):
    for kind in (first, *KINDS):
        response = ask(server, kind, f"{base}{KINDS.index(first)}")
        expected = expected_of(kind) if server.has_files else UNTOUCHED
        assert_equal((response.status, response.cors), (200, expected))
    assert response.all("X-Cache")[0].startswith("HIT")


BARE = {
    "a cache has the page of a URL without a policy": [
        ("a front controller", "/bare/front/page{}"),
        ("FallbackResource", "/bare/fallback/page{}"),
        ("DirectoryIndex", "/bare/index/?{}"),
    ],
}


@families("path", BARE, actual="by the target's policy")
@pytest.mark.parametrize("first", KINDS)
def test_the_policy_of_the_target_holds_for_hits_too(server, first, path):
    for kind in (first, *KINDS):
        response = ask(server, kind, path.format(KINDS.index(first)))
        assert_equal((response.status, response.cors), (200, expected_of(kind)))
