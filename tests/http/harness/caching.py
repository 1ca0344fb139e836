# SPDX-License-Identifier: Apache-2.0
"""Sites with mod_cache in front, in each of its ways."""

import itertools

from .paths import POLICY, expected_of, origin_of
from .site import Site

VARIANTS = [f"{kind}, quick handler {quick}" for kind, quick in itertools.product(("disk", "socache"), ("On", "Off"))]
MODULES = "cache cache_disk cache_socache socache_shmcb cgi expires proxy proxy_http rewrite".split()
LINES = """
CacheEnable {kind} /
CacheQuickHandler {quick}
CacheRoot "${{ROOT}}/cache"
CacheSocache shmcb
CacheHeader On
CacheDefaultExpire 3600
CacheIgnoreNoLastMod On
CacheStaleOnError On
ExpiresActive On
ExpiresDefault A3600
"""

# Where the policy stands: the lines, and where its pages are
PLACES = {
    "a virtual host": ("", "/vhost"),
    "a <Location>": (f"<Location /location>\n{POLICY}\n</Location>", "/location"),
    "a <LocationMatch>": (f'<LocationMatch "^/match/">\n{POLICY}\n</LocationMatch>', "/match"),
    "a <Directory>": (f'<Directory "${{DOCROOT}}/directory">\n{POLICY}\n</Directory>', "/directory"),
    "<Files>": (f'<Directory "${{DOCROOT}}/files">\n<Files "page*">\n{POLICY}\n</Files>\n</Directory>', "/files"),
    "an <If>": (f"<If \"%{{REQUEST_URI}} =~ m#^/if/#\">\n{POLICY}\n</If>", "/if"),
    "an <If> in a <Location>": (f"<Location /if-location>\n<If true>\n{POLICY}\n</If>\n</Location>", "/if-location"),
    "an <If> in a <Directory>": (
        f'<Directory "${{DOCROOT}}/if-directory">\n<If true>\n{POLICY}\n</If>\n</Directory>', "/if-directory"
    ),
    "a .htaccess": ('<Directory "${DOCROOT}/htaccess">\nAllowOverride All\n</Directory>', "/htaccess"),
    "an <If> in a .htaccess": ('<Directory "${DOCROOT}/if-htaccess">\nAllowOverride All\n</Directory>', "/if-htaccess"),
}
VHOST = ("Host", "vhost.example")
HTACCESS = {"/htaccess": POLICY, "/if-htaccess": f"<If true>\n{POLICY}\n</If>"}


def build(variant, *more, places=PLACES):
    """A site that caches in this way, with the policy in these places."""
    kind, _, quick = variant.partition(", quick handler ")
    site = Site(LINES.format(kind=kind, quick=quick), modules=MODULES)
    for place in places:
        lines, base = PLACES[place]
        site.add(lines)
        if base in HTACCESS:
            site.file(f"htdocs{base}/.htaccess", HTACCESS[base] + "\n")
    for text in more:
        site.add(text)
    if "a virtual host" in places:
        site.add("<VirtualHost 127.0.0.1:${PORT}>\nServerName localhost\n</VirtualHost>")
        site.add(f"<VirtualHost 127.0.0.1:${{PORT}}>\nServerName vhost.example\n{POLICY}\n</VirtualHost>")
    return site


def host_of(url):
    """The header lines that lead to the virtual host of a page."""
    return [VHOST] if url.startswith("/vhost/") else []


def prepare(running):
    """Let the children of httpd write the cache."""
    directory = running.root.path / "cache"
    directory.mkdir()
    directory.chmod(0o777)
    return running


def ask(server, kind, url, *headers, method="GET"):
    """A request of a client of this kind."""
    own = "http://vhost.example" if host_of(url) and kind == "same-origin" else origin_of(kind, server)
    return server.get(url, own, *host_of(url), *headers, method=method)


def assert_cached(response, kind, status=200):
    """Served from the cache, with the headers of the one who asks."""
    found = response.status, response.cors, response.all("X-Cache")[:1]
    assert found[:2] == (status, expected_of(kind)), f"{kind}: {found}"
    assert found[2] and found[2][0].startswith("HIT"), f"{kind}: {found}"
