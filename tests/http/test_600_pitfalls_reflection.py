# SPDX-License-Identifier: Apache-2.0
"""Faults that other implementations had: who is let in by accident, and with whose credentials."""

from harness import Site, configtest, policy
from harness.answer import FOR_EVERYBODY, NOT_SHARED, UNTOUCHED, answered, assert_denied, shared
from harness.site import EVIL, GOOD

site = Site("<Location /tree>\n    CorsAllowOrigin *\n</Location>")
STAR = site.location("CorsAllowOrigin *\nCorsAllowMethods *\nCorsAllowHeaders *")
WITHOUT_SOURCE = site.location("CorsAllowMethods PUT\nCorsAllowCredentials On\nCorsMaxAge 60")
STAR_IN_A_REGEX = site.location(r"CorsAllowOriginRegex \*|https://good\.example")
MEMBERS = site.location(policy("CorsAllowCredentials On"))
EVERY_REGEX = site.location("CorsAllowOriginRegex https?://[a-z.]+")
MEMBERS_OF_STAR = site.htaccess("/tree", "CorsAllowCredentials On")


def refused(lines):
    """Does configtest refuse these lines together with credentials, and say so?"""
    result = configtest(f"<Location /x>\n{lines}\nCorsAllowCredentials On\n</Location>")
    return result.code != 0 and "CorsAllowCredentials" in result.output


def test_a_star_is_not_reflected(server):
    """Frameworks in Go, Scala, JavaScript and Java, and ASP.NET Core, took * to mean: send back whatever comes."""
    assert server.get(STAR, EVIL).cors == FOR_EVERYBODY
    answer = answered("*", "*", "*", vary=None)
    assert server.preflight(STAR, EVIL, "PUT", "x-a").cors == answer


def test_no_default_allows_anybody(server):
    """A servlet container's filter and a Go middleware allowed everybody, with credentials, where nothing was set."""
    response = server.get(WITHOUT_SOURCE, EVIL)
    assert (response.status, response.cors) == (200, UNTOUCHED)
    assert "Access-Control-Allow-Origin" not in server.preflight(WITHOUT_SOURCE, EVIL).cors


def test_an_empty_list_is_an_error_and_not_everybody():
    """A Node.js middleware reflected every origin where its list was empty."""
    for lines in ("CorsAllowOrigin", "CorsAllowOrigin ''", "CorsAllowOriginRegex ''"):
        result = configtest(f"<Location /x>\n{lines}\n</Location>")
        assert result.code != 0 and "conf/site.conf" in result.output


def test_a_star_with_credentials_is_refused():
    """Python, C++ and Go layers turn * with credentials into a reflection of any origin."""
    assert refused("CorsAllowOrigin *")


def test_nor_does_it_come_about_in_a_request(server):
    """The same, put together from two places: the tree has the *, its .htaccess the credentials."""
    server.log.expect(r"CORS0\d\d\d: .*CorsAllowOrigin.*CorsAllowCredentials|CORS0\d\d\d: .*CorsAllowCredentials.*CorsAllowOrigin")
    response = server.get(MEMBERS_OF_STAR, EVIL)
    assert (response.status, response.cors) == (200, NOT_SHARED)
    assert_denied(server.preflight(MEMBERS_OF_STAR, EVIL), "unsafe-policy")


def test_what_amounts_to_a_star_is_refused_with_credentials():
    """A Go middleware refuses only the star itself, and takes h* or https://* with credentials."""
    for wide in (".*", "h.*", "https?://.*", "https://[^/]+", r"https://.+\.[a-z]+", r"https://good\.example|.*"):
        assert refused(f"CorsAllowOriginRegex {wide}"), wide
    for opened in (r"https://good\.com.*", r"^(https?)://(www\.)?good\.com.*$", r"https://.*(good|fine)\.com", r"https://\w+\.dev"):
        assert refused(f"CorsAllowOriginRegex {opened}"), opened
    for pattern in ("h*", "https://*", "https://*:*", "*://good.example"):
        assert configtest(f"<Location /x>\nCorsAllowOrigin {pattern}\n</Location>").code != 0, pattern


def test_a_matcher_that_takes_the_star_is_no_star(server):
    """A proxy asked its matchers about the string * to find out whether everybody was meant."""
    assert server.get(STAR_IN_A_REGEX, "*").cors == NOT_SHARED
    assert server.get(STAR_IN_A_REGEX, EVIL).cors == NOT_SHARED
    assert server.get(STAR_IN_A_REGEX, GOOD).cors == shared(GOOD)


def test_denied_origins_get_no_credentials_header(server):
    """Python and Node.js middlewares, and a proxy, sent Allow-Credentials to those they denied."""
    assert server.get(MEMBERS, EVIL).cors == NOT_SHARED
    assert_denied(server.preflight(MEMBERS, EVIL), "origin-not-allowed")


def test_all_tenants_of_a_suffix_are_refused_with_credentials():
    """A messenger's server trusted every subdomain, and any of them could have had a hole."""
    for pattern in ("https://*.github.io", "https://*.com", "https://*.co.uk:*"):
        assert refused(f"CorsAllowOrigin {pattern}"), pattern


def test_an_origin_without_tls_is_refused_with_credentials():
    """A Python middleware's lists had no scheme, so that http: pages were let in beside https: ones."""
    assert refused("CorsAllowOrigin http://good.example")
    assert configtest("<Location /x>\nCorsAllowOrigin good.example\n</Location>").code != 0


def test_the_scheme_is_compared(server):
    """The same lists without a scheme, seen from the other side: http: is another origin than https:."""
    assert server.get(MEMBERS, "http://good.example").cors == NOT_SHARED


def test_an_expression_cannot_let_in_pages_without_tls_with_credentials(start):
    """The guards of others look at what is written; s? in an expression is only found out when it matches."""
    members = Site()
    path = members.location(r"CorsAllowOriginRegex https?://good\.example" + "\nCorsAllowCredentials On")
    server = start(members)
    assert server.get(path, GOOD).cors == shared(GOOD, credentials=True)
    assert server.get(path, "http://good.example").cors == NOT_SHARED
