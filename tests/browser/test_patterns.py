# SPDX-License-Identifier: Apache-2.0
"""Patterns: what a real browser makes of real host names, and who is let in by them."""

from harness import rows

from stage import Stage
from verdict import DENIED, HIDDEN

# Without TLS on hosts of the world: the module says at the start what it thinks of that.
site = Stage(expects=[r"CORS0\d\d\d: "])
EXACT = site.location("CorsAllowOrigin http://www.shop.example:${PORT}")
BELOW = site.location("CorsAllowOrigin http://*.shop.example:${PORT}")
ANY_PORT = site.location("CorsAllowOrigin http://www.shop.example:*")
NO_PORT = site.location("CorsAllowOrigin http://www.shop.example")
TLS = site.location("CorsAllowOrigin https://www.shop.example:*")
BOTH = site.location("CorsAllowOrigin http://*.shop.example:*")
REGEX = site.location(r"CorsAllowOriginRegex http://(www|pr-[0-9]+)\.shop\.example:[0-9]+")
BUT = site.location("CorsAllowOrigin http://*.shop.example:*\nCorsDenyOrigin http://old.shop.example:*")
DOT = site.location("CorsAllowOrigin http://www.shop.example.:*")
PUNYCODE = site.location("CorsAllowOrigin http://xn--bcher-kva.example:*")
ADDRESS = site.location("CorsAllowOrigin http://127.0.0.1:*")
UNDERSCORE = site.location("CorsAllowOrigin http://my_app.shop.example:*")
LOCALHOST = site.location("CorsAllowOrigin http://localhost:*")
site.file("conf/shop.origins", "# the shop\nhttp://www.shop.example:*\r\nhttp://*.preview.example:*\n")
FILE = site.location("CorsOriginsFile conf/shop.origins")

LONG = ".".join(["a" * 60] * 3)

# where; the page's host as the visitor types it; is it let in
HOSTS = [
    ("the host itself", EXACT, "www.shop.example", True),
    ("the host in capitals", EXACT, "WWW.Shop.Example", True),
    ("the host with a dot at its end", EXACT, "www.shop.example.", False),
    ("the host with a name before it", EXACT, "www.www.shop.example", False),
    ("the host with letters before it", EXACT, "awww.shop.example", False),
    ("the host with a name after it", EXACT, "www.shop.example.evil.example", False),
    ("the host with a user before it", EXACT, "me@www.shop.example", True),
    ("the host as a user", EXACT, "www.shop.example@evil.example", False),
    ("its parent", EXACT, "shop.example", False),
    ("a host below", BELOW, "www.shop.example", True),
    ("a host far below", BELOW, "a.b.c.shop.example", True),
    ("a very long host below", BELOW, f"{LONG}.shop.example", True),
    ("not below, but the parent", BELOW, "shop.example", False),
    ("not below, but alike", BELOW, "evilshop.example", False),
    ("not below, but above", BELOW, "www.shop.example.evil.example", False),
    ("not below, but with a dash", BELOW, "www-shop.example", False),
    ("any port", ANY_PORT, "www.shop.example", True),
    ("any port of another host", ANY_PORT, "shop.example", False),
    ("the default port only", NO_PORT, "www.shop.example", False),
    ("https only", TLS, "www.shop.example", False),
    ("any port of a host below", BOTH, "a.b.shop.example", True),
    ("a regex's first branch", REGEX, "www.shop.example", True),
    ("a regex's second branch", REGEX, "pr-17.shop.example", True),
    ("a regex's branch without its number", REGEX, "pr-.shop.example", False),
    ("a regex's match with a name before it", REGEX, "a.www.shop.example", False),
    ("a regex's match with a name after it", REGEX, "www.shop.example.evil.example", False),
    ("all but one", BUT, "new.shop.example", True),
    ("the one", BUT, "old.shop.example", False),
    ("the dot that the pattern has", DOT, "www.shop.example.", True),
    ("without the dot that the pattern has", DOT, "www.shop.example", False),
    ("a name that is not ASCII", PUNYCODE, "b\u00fccher.example", True),
    ("a name that is not ASCII, in capitals", PUNYCODE, "B\u00dcCHER.example", True),
    ("a name that resembles it", PUNYCODE, "bucher.example", False),
    ("a name in full-width letters", EXACT, "\uff57\uff57\uff57.shop.example", True),
    ("a name with an underscore", UNDERSCORE, "my_app.shop.example", True),
    ("an address", ADDRESS, "127.0.0.1", True),
    ("an address in hexadecimal", ADDRESS, "0x7f.1", True),
    ("another address", ADDRESS, "127.0.0.2", False),
    ("a name for the address", ADDRESS, "localhost", False),
    ("localhost", LOCALHOST, "localhost", True),
    ("localhost's address", LOCALHOST, "127.0.0.1", False),
    ("a name below localhost", LOCALHOST, "app.localhost", False),
    ("a line of a file", FILE, "www.shop.example", True),
    ("a pattern of a file", FILE, "pr-17.preview.example", True),
    ("not in the file", FILE, "preview.example", False),
]


@rows("path, host, allowed", HOSTS)
def test_hosts(visitor, path, host, allowed):
    visitor.open(host)
    visitor.to(path)
    assert (visitor.run("fetch(url)"), visitor.run("json('POST', 1)")) == (
        ("200 ok", "200 ok") if allowed else (HIDDEN, DENIED)
    )
