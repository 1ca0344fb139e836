# SPDX-License-Identifier: Apache-2.0
"""Places of a policy: server, virtual hosts, proxies, .htaccess; which of several is in force."""

from harness import Site, policy, rows
from harness.answer import NOT_SHARED, UNTOUCHED, answered, shared
from harness.site import GOOD, OTHER

THIRD = "https://third.example"

site = Site(modules=["proxy", "proxy_http"])
site.add(
    f"""
    CorsAllowOrigin {GOOD}
    CorsMaxAge 5
    CorsAllowMethods PUT
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName heir.example
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName own.example
        CorsAllowOrigin {OTHER}
        CorsMaxAge 7
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName off.example
        CorsEngine Off
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName layers.example
        CorsMaxAge 1
        <If "%{{REQUEST_URI}} == '/layers/page'">
            CorsExposeHeaders X-If
        </If>
        <Location /layers>
            CorsMaxAge 4
            CorsExposeHeaders X-Location
        </Location>
        <Files page>
            CorsMaxAge 3
            CorsAllowMethods DELETE
        </Files>
        <Directory "${{DOCROOT}}/layers">
            CorsMaxAge 2
            CorsAllowMethods PATCH
            CorsAllowHeaders X-Directory
        </Directory>
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName proxy.example
        ProxyPass / http://127.0.0.1:${{BACKEND}}/
        <Proxy "http://127.0.0.1:${{BACKEND}}/*">
            CorsAllowOrigin {THIRD}
        </Proxy>
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{BACKEND}}>
        ServerName backend.example
        CorsEngine Off
    </VirtualHost>
    """
)
site.page("/page")
site.page("/layers/page")


@rows(
    "host, path, origin, actual, preflight",
    [
        (
            "a virtual host without a word inherits the server's", "heir.example", "/page", GOOD,
            shared(GOOD), answered(GOOD, methods="GET, HEAD, POST, PUT", max_age="5"),
        ),
        (
            "a virtual host's own words, and the server's rest", "own.example", "/page", OTHER,
            shared(OTHER), answered(OTHER, methods="GET, HEAD, POST, PUT", max_age="7"),
        ),
        ("a virtual host's own source replaces the server's", "own.example", "/page", GOOD, NOT_SHARED, None),
        ("a virtual host may turn it off", "off.example", "/page", GOOD, UNTOUCHED, UNTOUCHED),
        (
            "Directory, Files, Location, If: each over the one before, directive by directive", "layers.example",
            "/layers/page", GOOD, shared(GOOD, expose="X-If"),
            answered(
                GOOD, methods="GET, HEAD, POST, DELETE", max_age="4",
                names="accept, accept-language, content-language, content-type, x-directory",
            ),
        ),
        (
            "a proxy's section", "proxy.example", "/page", THIRD,
            shared(THIRD), answered(THIRD, methods="GET, HEAD, POST, PUT", max_age="5"),
        ),
        ("a proxy's section replaces the server's source", "proxy.example", "/page", GOOD, NOT_SHARED, None),
    ],
)
def test_the_policy_in_force(server, host, path, origin, actual, preflight):
    response = server.get(path, origin, ("Host", host))
    assert (response.status, response.cors) == (200, actual)
    if preflight is not None:
        assert server.preflight(path, origin, "GET", None, ("Host", host)).cors == preflight


def test_a_policy_in_a_proxy_section_alone_is_in_force(start):
    alone = Site(modules=["proxy", "proxy_http"])
    alone.page("/page")
    alone.add(f"ProxyPass / http://127.0.0.1:1/\n<Proxy http://127.0.0.1:1/*>\n{policy()}\n</Proxy>")
    assert start(alone).preflight("/page", GOOD).cors == answered(GOOD)
