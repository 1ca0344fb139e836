# SPDX-License-Identifier: Apache-2.0
"""The error page of a request that failed before httpd knew its directory has the policy of the URL asked for."""

from harness import Site, rows
from harness.answer import NOT_SHARED, shared
from harness.site import EVIL, GOOD

site = Site(
    f"""
    Redirect gone /by-directory/gone
    ErrorDocument 404 /pages/sorry
    ErrorDocument 410 /pages/sorry
    <Directory "${{DOCROOT}}/by-directory">
        CorsAllowOrigin {GOOD}
    </Directory>
    <Location /pages>
        CorsAllowOrigin https://pages.example
    </Location>
    """
)
site.page("/pages/sorry", "sorry\n")
site.page("/by-directory/page")


@rows(
    "path, status",
    [
        ("refused by mod_alias", "/by-directory/gone", 410),
        ("refused for an encoded slash", "/by-directory/a%2Fb", 404),
        ("not there", "/by-directory/none", 404),
    ],
)
@rows("origin, expected", [("allowed", GOOD, shared(GOOD)), ("denied", EVIL, NOT_SHARED)])
def test_has_the_policy_of_the_url_asked_for(server, path, status, origin, expected):
    response = server.get(path, origin)
    assert (response.status, response.body, response.cors) == (status, "sorry\n", expected)
