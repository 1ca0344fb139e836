# SPDX-License-Identifier: Apache-2.0
"""Faults that other implementations had: origins that were taken for others."""

from harness import Site, configtest, policy
from harness.answer import NOT_SHARED, answered, assert_denied, shared
from harness.client import origin_headers
from harness.site import EVIL, GOOD

site = Site()
LISTED = site.location(f"CorsAllowOrigin {GOOD} https://*.foo.example https://foo.example")
REGEX = site.location(r"CorsAllowOriginRegex https://good\.example ^https://(a|ab)\.example$")
STAR = site.location("CorsAllowOrigin *")
REJECTING = site.location(policy("CorsDisallowed Reject"))
PORTS = site.location("CorsAllowOrigin https://good.example:*")


def denies(server, *origins, paths=None):
    """Are these denied by the list and by the expressions?"""
    for path in paths or (LISTED, REGEX):
        for origin in origins:
            assert server.get(path, origin).cors == NOT_SHARED, (path, origin)
            assert server.preflight(path, origin).status == 403, (path, origin)


def test_a_suffix_is_not_enough(server):
    """A Go framework asked whether the origin ends with what was allowed."""
    denies(server, "https://notgood.example", "https://evilgood.example", "https://not-foo.example")


def test_a_substring_is_not_enough(server):
    """A plugin of a JavaScript framework, and a Python one given text for a list, asked whether one is in the other."""
    denies(server, "https://good.exam", "good.example", "https://good", "s://good.example", "https://good.example.x")


def test_a_prefix_is_not_enough(server):
    """Go middlewares compared what stands before a trailing star, and nothing of what follows."""
    denies(server, "https://good.example.evil.test", "https://good.examples", "https://good.example:8443")


def test_a_wildcard_does_not_cross_the_port_or_the_host(server):
    """The same star went on through dots, ports and user information."""
    assert server.get(PORTS, "https://good.example:81").cors == shared("https://good.example:81")
    denies(
        server, "https://good.example:81.evil.test", "https://good.example:81@evil.test", "https://good.example:x",
        "https://good.example:", "https://good.example.evil.test:81", paths=[PORTS],
    )


def test_expressions_match_from_end_to_end(server):
    """A Ruby middleware's own expressions were not anchored; those of users are not in Python, nginx, and proxies."""
    denies(server, "https://good.example.evil.test", "https://evil.test?https://good.example", paths=[REGEX])
    denies(server, "https://good.example\thttps://x", "https://ab.example.evil.test", paths=[REGEX])
    for origin in (GOOD, "https://a.example", "https://ab.example"):
        assert server.get(REGEX, origin).cors == shared(origin)


def test_a_dot_is_a_dot(server):
    """In a much copied recipe the dots of host names stand for any character."""
    denies(server, "https://goodxexample", "https://good-example", "https://foo-example", "https://a.fooxexample")


def test_a_dot_that_is_none_in_an_expression_is_warned_about():
    """The same, where the administrator wrote the expression."""
    result = configtest("<Location /x>\nCorsAllowOriginRegex https://good.example\n</Location>")
    result.assert_warned(2, "https://good.example", "'.'")


def test_barfoo_is_not_under_foo(server):
    """A Go library's tree of suffixes, made small, took barfoo.com for a subdomain of foo.com."""
    denies(server, "https://barfoo.example", "https://b.barfoo.example", "https://.foo.example", paths=[LISTED])
    assert server.get(LISTED, "https://bar.foo.example").cors == shared("https://bar.foo.example")


def test_odd_characters_do_not_end_a_host(server):
    """Parsers that stop at an odd character took what stood before it, or behind it, for the host."""
    for odd in "`_!$&'()*+,;=|~^{}\"<>\\%#?":
        denies(server, f"https://good.example{odd}.evil.test", f"https://evil.test{odd}.good.example")


def test_case_and_slashes_are_not_mended(server):
    """Java and Go layers made request origins lower case, or cut a slash, and so allowed what browsers never send."""
    denies(server, "https://GOOD.example", "HTTPS://good.example", "https://good.example/", "https://Good.Example")


def test_null_is_not_allowed_unless_it_is_named(server):
    """A Scala framework could be had with a sandboxed frame, and a network library skipped its checks for null."""
    denies(server, "null")
    assert server.get(REJECTING, "null").status == 403
    result = configtest("<Location /x>\nCorsAllowOrigin null\n</Location>")
    assert result.code != 0 and "NullOrigin" in result.output


def test_a_star_in_an_expression_does_not_take_null(server, start):
    """An expression for everything is written with hosts in mind, and matches null by accident."""
    everything = Site()
    path = everything.location("CorsAllowOriginRegex .*")
    assert start(everything).get(path, "null").cors == NOT_SHARED


def test_malformed_origins_crash_nothing(server):
    """A Python middleware failed on an Origin that its URL parser refuses."""
    for origin in ("https://[", "https://[::1", "https://]", "http://a:b:c", "://", "https://\xff", "https://" + "[" * 300):
        response = server.get(LISTED, origin)
        assert (response.status, response.body, response.cors) == (200, "ok\n", NOT_SHARED)
        assert_denied(server.preflight(LISTED, origin), "origin-malformed")


def test_options_that_are_no_preflight_crash_nothing(server):
    """A proxy's script failed on an OPTIONS request without the headers of a preflight."""
    for headers in ([], origin_headers(GOOD), [("Access-Control-Request-Method", "PUT")], origin_headers("")):
        response = server.request("OPTIONS", LISTED, headers)
        assert response.status == 200 and "Access-Control-Allow-Methods" not in response.cors


def test_two_origins_are_none(server):
    """httpd joins two header lines with a comma, nginx takes the first: neither is what a browser sent."""
    for origins in ([GOOD, EVIL], [EVIL, GOOD], [GOOD, GOOD], f"{GOOD} {EVIL}", f"{GOOD}, {GOOD}"):
        denies(server, origins)
        assert server.get(REJECTING, origins).status == 403
        assert server.get(STAR, origins).cors == NOT_SHARED


def test_a_trailing_dot_is_another_origin(server):
    """To browsers a host with a final dot is another one; a layer that cuts the dot trusts a name it does not know."""
    denies(server, "https://good.example.", "https://a.foo.example.")


def test_header_names_are_compared_whole(server):
    """A filter for nginx took every request header whose name begins with Origin for it."""
    for name in ("Origin-Isolation", "Originx", "Origi", "X-Origin"):
        assert server.request("GET", LISTED, [(name, GOOD)]).cors == NOT_SHARED
    lines = [*origin_headers(GOOD), ("Access-Control-Request-Method-X", "PUT")]
    assert "Access-Control-Allow-Methods" not in server.request("OPTIONS", LISTED, lines).cors
    assert server.request("OPTIONS", LISTED, [*lines, ("Access-Control-Request-Method", "GET")]).cors == answered(GOOD)
