# SPDX-License-Identifier: Apache-2.0
"""The site of the million requests, and what is asked of it: policies of each kind, hostile and friendly origins."""

from . import sqlite
from .load import NUMBER, Plan, answer
from .queries import LISTED
from .reload import BOTH, LISTS, NEW, NEW_LIST, OLD, OLD_LIST, Reloading, write
from .site import GOOD, Site, policy, section
from .status import HANDLER

LONG = 60_000  # bytes of the longest header
ON_ALL_REQUESTS = {"Vary": "Origin"}
ON_PREFLIGHTS = {"Vary": "Origin,Access-Control-Request-Method,Access-Control-Request-Headers"}
MANY = "".join(f"https://o{number}.example\n" for number in range(5_000))  # so that reading takes a moment
FLIPPING = [f"{MANY}{OLD_LIST}", f"{MANY}{NEW_LIST}"]
KEPT = "https://kept.example"
HOSTILE = {
    "a-stranger": f"https://h{NUMBER}.example",
    "a-suffix": f"{GOOD}.h{NUMBER}.example",
    "a-prefix": f"https://h{NUMBER}good.example",
    "a-path": f"{GOOD}/{NUMBER}",
    "markup": f"{GOOD}'\"><script>{NUMBER}</script>",
    "user-info": f"https://good.example@h{NUMBER}.example",
    "a-port": f"{GOOD}:{NUMBER}",
    "long": f"https://h{NUMBER}." + "a" * 7000,
    "bytes": f"https://\xff\x80{NUMBER}.example",
    "null": "null",
}


def build():
    """The site; its children live until somebody kills them or the server is restarted."""
    site = Site(
        """
        StartServers 2
        ServerLimit 16
        ThreadLimit 8
        ThreadsPerChild 8
        MinSpareThreads 1
        MaxSpareThreads 128
        MaxRequestWorkers 128
        CorsReloadInterval 1
        LimitRequestFieldSize 100000
        LimitRequestLine 10000
        LogLevel cors:notice log_config:crit proxy:crit proxy_http:crit
        LogFormat "%>s" status
        CustomLog "${ROOT}/logs/access" status
        CustomLog /dev/full combined
        ProxyPass /down http://127.0.0.1:1/ retry=0
        """,
        modules=["log_config", "dbd", "proxy", "proxy_http"],
    )
    site.add(HANDLER)
    site.add(f"<Location /down>\n{policy()}\n</Location>")
    site.add("<VirtualHost 127.0.0.1:${PORT}>\nServerName localhost\n</VirtualHost>")
    site.add(
        f"""
        <VirtualHost 127.0.0.1:${{PORT}}>
            ServerName full.example
            ErrorLog /dev/full
            LogLevel cors:debug
            {policy()}
        </VirtualHost>
        <VirtualHost 127.0.0.1:${{PORT}}>
            ServerName asks.example
            DBDriver sqlite3
            DBDParams "${{ROOT}}/database/origins"
            DBDPersist Off
            CorsOriginsQuery "SELECT pattern FROM origins"
        </VirtualHost>
        """
    )
    site.page("/page")
    site.file(f"{LISTS}/flipping", FLIPPING[0])
    site.file(f"{LISTS}/flapping", f"{KEPT}\n")
    return site


def layout(root):
    """The database, which is replaced later on."""
    (root / "database").mkdir()
    write(root / "database/origins", sqlite.content([LISTED]))


def serve(site):
    """The server of the site, not yet started."""
    return Reloading(site, layout)


def shared(origin, **more):
    """The answer to an actual request that is shared."""
    named = {"Access-Control-" + name.replace("_", "-"): value for name, value in more.items()}
    return answer(200, {"Access-Control-Allow-Origin": origin, **named, **ON_ALL_REQUESTS})


def granted(origin, methods, names, **more):
    """The answer to a preflight that is allowed."""
    return answer(204, {
        "Access-Control-Allow-Origin": origin, "Access-Control-Max-Age": "600",
        "Access-Control-Allow-Methods": f"GET, HEAD, POST, {methods}",
        "Access-Control-Allow-Headers": f"Accept, Accept-Language, Content-Language, Content-Type, {names}",
        **more, **ON_PREFLIGHTS,
    })


NOT_SHARED, DENIED = answer(200, ON_ALL_REQUESTS), answer(403, ON_PREFLIGHTS)
ORIGIN, HOST = "Origin", "Host"


def preflight(origin, method, names=None):
    """The header lines of a preflight."""
    lines = [(ORIGIN, origin), ("Access-Control-Request-Method", method)]
    return lines + ([("Access-Control-Request-Headers", names)] if names else [])


def ask_about_one_policy(plan, site):
    """Credentials, methods, headers: who is allowed what."""
    url = site.location(policy("CorsAllowCredentials On", "CorsAllowMethods PUT", "CorsAllowHeaders X-A"))
    true = {"Access-Control-Allow-Credentials": "true"}
    plan.add("allowed", url, [(ORIGIN, GOOD)], shared(GOOD, Allow_Credentials="true"), weight=40)
    plan.add("not-found", f"{url}/none", [(ORIGIN, GOOD)], shared(GOOD, Allow_Credentials="true").replace("200", "404"))
    plan.add("no-origin", url, [], NOT_SHARED)
    plan.add("two-origins", url, [(ORIGIN, GOOD), (ORIGIN, GOOD)], NOT_SHARED)
    for name, origin in HOSTILE.items():
        plan.add(name, url, [(ORIGIN, origin)], NOT_SHARED)
        plan.add(f"{name}-asks-first", url, preflight(origin, "PUT"), DENIED, method="OPTIONS", weight=3)
    may = granted(GOOD, "PUT", "X-A", **true)
    plan.add("may-put", url, preflight(GOOD, "PUT", "x-a"), may, method="OPTIONS", weight=20)
    plan.add("many-names", url, preflight(GOOD, "PUT", ",".join(["x-a"] * 1000)), may, method="OPTIONS", weight=2)
    for name, method, names in (
        ("may-not-delete", "DELETE", None),
        ("may-not-send", "PUT", f"x-a,x-{NUMBER}"),
        ("may-not-send-long-names", "PUT", f"x-{NUMBER}" + "a" * LONG),
        ("may-not-send-many-names", "PUT", ",".join(["x-a"] * (LONG // 4))),
    ):
        plan.add(name, url, preflight(GOOD, method, names), DENIED, method="OPTIONS", weight=2 if names else 10)


def ask_about_patterns(plan, site):
    """Patterns that allow many: each is told its own name, never a neighbour's."""
    tenant = f"https://t{NUMBER}.tenants.example"
    for name, line, origin in (
        ("subdomain", "CorsAllowOrigin https://*.tenants.example", tenant),
        ("expression", r"CorsAllowOriginRegex https://t\d{8}\.tenants\.example", tenant),
        ("any-port", "CorsAllowOrigin https://good.example:*", f"{GOOD}:8443"),
    ):
        url = site.location(f"{line}\nCorsAllowCredentials On")
        plan.add(name, url, [(ORIGIN, origin)], shared(origin, Allow_Credentials="true"), weight=20)
        stranger = origin.replace("://", "://evil").replace(".example", ".test")
        plan.add(f"not-{name}", url, [(ORIGIN, stranger)], NOT_SHARED)
    everybody = site.location("CorsAllowOrigin *")
    plan.add("everybody", everybody, [(ORIGIN, tenant)], answer(200, {"Access-Control-Allow-Origin": "*"}))
    rules = site.location(section("https://*.tenants.example", "CorsAllowCredentials On") + "\n" + policy())
    plan.add("rule", rules, [(ORIGIN, tenant)], shared(tenant, Allow_Credentials="true"))
    plan.add("beside-the-rule", rules, [(ORIGIN, GOOD)], shared(GOOD))
    rejecting = site.location(policy("CorsDisallowed Reject"))
    plan.add("rejected", rejecting, [(ORIGIN, tenant)], answer(403, ON_ALL_REQUESTS))
    delegated = site.htaccess("/delegated", policy())
    plan.add("htaccess", delegated, [(ORIGIN, GOOD)], shared(GOOD))
    plan.add("htaccess-denies", delegated, [(ORIGIN, tenant)], NOT_SHARED)


def ask_about_lists(plan, site):
    """A list that flips between two contents, and sources that have bad days."""
    flipping = site.location(f"CorsOriginsFile {LISTS}/flipping")
    plan.add("in-both-lists", flipping, [(ORIGIN, BOTH)], shared(BOTH))
    plan.add("in-the-old-list", flipping, [(ORIGIN, OLD)], NOT_SHARED, shared(OLD))
    plan.add("in-the-new-list", flipping, [(ORIGIN, NEW)], NOT_SHARED, shared(NEW))
    plan.add("in-neither-list", flipping, [(ORIGIN, f"https://o5{NUMBER}.example")], NOT_SHARED)
    flapping = site.location(f"CorsOriginsFile {LISTS}/flapping")
    plan.add("kept", flapping, [(ORIGIN, KEPT)], shared(KEPT))
    plan.add("not-kept", flapping, [(ORIGIN, GOOD)], NOT_SHARED)
    plan.add("database", "/page", [(HOST, "asks.example"), (ORIGIN, LISTED)], shared(LISTED))
    plan.add("not-in-the-database", "/page", [(HOST, "asks.example"), (ORIGIN, GOOD)], NOT_SHARED)


def ask_about_outages(plan):
    """A full disk under the error log, and a backend that is down."""
    full = (HOST, "full.example")
    plan.add("full-disk", "/page", [full, (ORIGIN, GOOD)], shared(GOOD))
    plan.add("full-disk-denied", "/page", [full, (ORIGIN, HOSTILE["a-stranger"])], NOT_SHARED)
    down = shared(GOOD).replace("200", "503")
    plan.add("backend-down", "/down", [(ORIGIN, GOOD)], down, weight=1)
    plan.add("status", "/cors-status?format=json", [(ORIGIN, GOOD)], answer(200, {}), weight=1)


def plan_for(site):
    """All of it; adds its locations to the site."""
    plan = Plan()
    ask_about_one_policy(plan, site)
    ask_about_patterns(plan, site)
    ask_about_lists(plan, site)
    ask_about_outages(plan)
    return plan
