# SPDX-License-Identifier: Apache-2.0
"""What is measured: configurations, and the requests that each of them gets."""

import dataclasses

import origins

ALLOWED = "https://app.example.com"
DENIED = "https://app.example.org"

HOST = ("Host", "localhost")  # without the port, whose length would be that of chance

BARE = "bare httpd"
BARE_HTACCESS = "bare httpd, .htaccess allowed"


def get(origin=None, path="/data.json"):
    """An actual request."""
    return ("GET", path, (HOST, ("Origin", origin)) if origin else (HOST,))


def preflight(origin=ALLOWED, path="/data.json"):
    """As browsers ask before a script puts JSON with a header of its own."""
    asks = (("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "content-type,x-request-id"))
    return ("OPTIONS", path, (HOST, ("Origin", origin), *asks))


@dataclasses.dataclass(frozen=True)
class Probe:
    """A request with a name, and whether its answer is shared with the origin."""

    name: str
    request: tuple
    shared: bool
    status: int = 200


@dataclasses.dataclass(frozen=True)
class Setup:
    """A configuration with a name. What it adds is measured against `base`, which has no CORS in it."""

    name: str
    lines: str
    probes: tuple
    module: str = "cors"
    base: str = BARE
    files: tuple = ()


def actual(*names):
    """Some of the three kinds of actual requests."""
    return tuple(
        Probe(name, request, shared)
        for name, request, shared in (
            ("allowed", get(ALLOWED), True), ("denied", get(DENIED), False), ("no Origin", get(), False),
        )
        if name in names or not names
    )


ANSWERED = Probe("preflight", preflight(), True, 204)
REFUSED = Probe("preflight, denied", preflight(DENIED), False, 403)

RULES = """\
CorsAllowCredentials On
CorsExposeHeaders ETag Link
CorsAllowMethods PUT
CorsAllowHeaders X-Request-ID
"""
ORIGINS = "CorsAllowOrigin https://app.example.com https://www.example.com\n"
POLICY = ORIGINS + RULES

RECIPE = """\
SetEnvIf Origin "^https://({hosts})$" CORS_ORIGIN=$0
Header always set Access-Control-Allow-Origin %{{CORS_ORIGIN}}e env=CORS_ORIGIN
Header always set Access-Control-Allow-Credentials true env=CORS_ORIGIN
Header always set Access-Control-Expose-Headers "ETag, Link" env=CORS_ORIGIN
Header always merge Vary Origin
"""
RECIPE_OF_PREFLIGHTS = """\
Header always set Access-Control-Allow-Methods "GET, HEAD, POST, PUT" env=CORS_ORIGIN
Header always set Access-Control-Allow-Headers "Accept, Content-Type, X-Request-ID" env=CORS_ORIGIN
Header always set Access-Control-Max-Age 600 env=CORS_ORIGIN
RewriteEngine On
RewriteCond %{REQUEST_METHOD} =OPTIONS
RewriteRule ^ - [R=204,L]
"""
TWO_HOSTS = RECIPE.format(hosts=r"(app|www)\.example\.com")



def _recipe_of_many(count=1_000):
    """An expression with so many hosts; the one in the middle asks."""
    hosts = [origins.pattern("exact", number).removeprefix("https://") for number in range(count)]
    lines = RECIPE.format(hosts="|".join(hosts).replace(".", r"\."))
    probes = (
        Probe("allowed", get(origins.sent("exact", count // 2)), True),
        Probe("denied", get(origins.sent("exact", origins.STRANGER)), False),
    )
    return Setup(f"recipe, {count:,} origins", lines, probes, module="")


ALTERNATIVES = (
    Setup("floor", "", actual("allowed"), module="corsfloor"),
    Setup("recipe", TWO_HOSTS, actual(), module=""),
    Setup("recipe with preflights", TWO_HOSTS + RECIPE_OF_PREFLIGHTS, (*actual(), ANSWERED), module=""),
    _recipe_of_many(),
)

WITHOUT = (Probe("Origin", get(ALLOWED), False), Probe("no Origin", get(), False))
ALL = (*actual(), ANSWERED, REFUSED)
PLACES = (
    Setup("loaded but unused", "", (*WITHOUT, Probe("OPTIONS", preflight(), False))),
    Setup("server", POLICY, ALL),
    Setup("<VirtualHost>", f"<VirtualHost *:${{PORT}}>\n{POLICY}</VirtualHost>", (*actual("allowed"), ANSWERED)),
    Setup("empty <Location>", '<Location "/">\n</Location>', WITHOUT, module=""),
    Setup("<Location>", f'<Location "/">\n{POLICY}</Location>', (*actual(), ANSWERED)),
    Setup("empty <Directory>", '<Directory "${DOCROOT}">\n</Directory>', WITHOUT, module=""),
    Setup("<Directory>", f'<Directory "${{DOCROOT}}">\n{POLICY}</Directory>', (*actual(), ANSWERED)),
)
PATTERNS = (
    Setup("any origin (*)", "CorsAllowOrigin *\nCorsExposeHeaders ETag Link", (
        Probe("Origin", get(ALLOWED), True), Probe("no Origin", get(), True),
    )),
    Setup("expression", rf'CorsAllowOriginRegex "https://(app|www)\.example\.com"' f"\n{RULES}", actual()),
    Setup("subdomain pattern", f"CorsAllowOrigin https://*.example.com\n{RULES}", actual()),
    Setup("any-port pattern", f"CorsAllowOrigin https://app.example.com:*\n{RULES}", actual()),
)

def _sections(count):
    """So many <CorsOrigin>, of which the last holds for the one who asks."""
    others = "".join(
        f"<CorsOrigin https://x{number:03}.example.net>\nCorsMaxAge {number}\n</CorsOrigin>\n" for number in range(1, count)
    )
    its = f"<CorsOrigin {ALLOWED} https://www.example.com>\nCorsAllowCredentials On\n</CorsOrigin>\n"
    rest = RULES.replace("CorsAllowCredentials On\n", "")
    return Setup(f"<CorsOrigin> × {count}", others + its + rest, ALL)


SECTIONS = tuple(_sections(count) for count in (1, 10, 100))

# .htaccess files: what stands in them is found in directories of these names, all of the same length.
_CORS_LINES = (
    "CorsAllowOrigin https://app.example.com", "CorsAllowCredentials On", "CorsExposeHeaders ETag Link",
    "CorsMaxAge 3600", "CorsAllowMethods GET PUT DELETE", "CorsAllowHeaders X-Request-ID",
    "CorsAllowPrivateNetwork Off", "CorsTimingAllowOrigin Off",
)
_HEADER_LINES = (
    "Header always set Access-Control-Allow-Origin https://app.example.com",
    "Header always set Access-Control-Allow-Credentials true",
    'Header always set Access-Control-Expose-Headers "ETag, Link"',
    "Header always set Access-Control-Max-Age 3600",
    'Header always set Access-Control-Allow-Methods "GET, PUT, DELETE"',
    "Header always set Access-Control-Allow-Headers X-Request-ID",
    "Header always set Access-Control-Allow-Private-Network false",
    "Header always set Timing-Allow-Origin null",
)
COUNTS = (1, 4, 8)
OPEN = "<Directory \"${DOCROOT}\">\nAllowOverride FileInfo\n</Directory>\n"
NOTHING = "# Nothing.\n"


def _htaccess(directory, *lines):
    return (f"/{directory}/.htaccess", "".join(f"{line}\n" for line in lines) or NOTHING)


def _pages(*directories):
    return tuple((f"/{directory}/data.json", '{"a": 1234}\n') for directory in directories)


def _htaccess_setups():
    """A policy above .htaccess files, a policy in one, and what it takes to parse them."""
    parsed = [(f"{kind}{count}", kind, count) for kind in ("cors", "head") for count in COUNTS]
    directories = ("cors0", *(directory for directory, _, _ in parsed))
    files = [_htaccess("cors0")]
    files += [
        _htaccess(directory, *(_CORS_LINES if kind == "cors" else _HEADER_LINES)[:count])
        for directory, kind, count in parsed
    ]
    probes = [Probe("0 lines", get(path="/cors0/data.json"), False)]
    probes += [
        Probe(f"{count} {'Cors' if kind == 'cors' else 'Header'}", get(path=f"/{directory}/data.json"), kind == "head")
        for directory, kind, count in parsed
    ]
    in_file = (
        Probe("allowed", get(ALLOWED, "/cors0/data.json"), True),
        Probe("denied", get(DENIED, "/cors0/data.json"), False),
        Probe("no Origin", get(path="/cors0/data.json"), False),
        Probe("preflight", preflight(path="/cors0/data.json"), True, 204),
    )
    return (
        Setup("server, .htaccess allowed", POLICY + OPEN, (*actual(), ANSWERED), base=BARE_HTACCESS),
        Setup(".htaccess", OPEN, in_file, base=BARE_HTACCESS,
              files=(*_pages("cors0"), _htaccess("cors0", *POLICY.splitlines()))),
        Setup(".htaccess parsed", OPEN, tuple(probes), base=BARE_HTACCESS, files=(*_pages(*directories), *files)),
    )


def _list_setups():
    """Look-ups in lists of each size; short lists have patterns of one kind only."""
    made = {}
    for size in reversed(origins.SIZES):
        for kind in origins.KINDS:
            kinds = origins.kinds_of(size, kind)
            hit = Probe(f"{kind}, hit", get(origins.sent(kind, origins.member(size, kind, kinds))), True)
            miss = Probe(f"{kind}, miss", get(origins.sent(kind, origins.STRANGER)), False)
            made.setdefault(origins.name(size, kinds), (size, []))[1].extend((hit, miss))
    return tuple(
        Setup(f"list of {size:,}", f'CorsOriginsFile "${{LISTS}}/{file}"\n{RULES}', tuple(probes))
        for file, (size, probes) in made.items()
    )


LISTS = _list_setups()
HTACCESS = _htaccess_setups()
SETUPS = (*LISTS, *ALTERNATIVES, *PLACES, *PATTERNS, *SECTIONS, *HTACCESS)


def bases():
    """The configurations without CORS, each with every request that anything is to be compared for."""
    def probes(base):
        requests = dict.fromkeys(probe.request for setup in SETUPS if setup.base == base for probe in setup.probes)
        return tuple(Probe(str(request), request, False) for request in requests)

    nothing = [_htaccess(f"{kind}{count}") for kind in ("cors", "head") for count in (0, *COUNTS)]
    pages = _pages(*(path.split("/")[1] for path, _ in nothing))
    return (
        Setup(BARE, "", probes(BARE), module=""),
        Setup(BARE_HTACCESS, OPEN, probes(BARE_HTACCESS), module="", base=BARE_HTACCESS, files=(*pages, *nothing)),
    )
