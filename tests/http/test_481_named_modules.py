# SPDX-License-Identifier: Apache-2.0
"""Modules that name others, in whose hooks they want to be, do not mean ours because the other was loaded last."""

from harness import Site, installed, policy, rows
from harness.answer import assert_answered, shared
from harness.site import GOOD

# mod_alias wants to translate before these two; the rest is named by mod_proxy and mod_rewrite
LAST = [("mod_userdir", "userdir"), ("mod_vhost_alias", "vhost_alias"), ("mod_rewrite", "rewrite"), ("mod_proxy", "proxy")]


@rows("last", LAST)
def test_loaded_after_ours(start, last):
    site = Site(installed.load_line(last))
    site.add('Alias "/with space" "${DOCROOT}/files"\nRedirect "/moved here" https://elsewhere.example/')
    site.add(f'<LocationMatch "^/(with space|moved here)">\n{policy()}\n</LocationMatch>')
    site.page("/files/page")
    server = start(site)
    for url, status in (("/with%20space/page", 200), ("/moved%20here/page", 302)):
        response = server.get(url, GOOD)
        assert (response.status, response.cors) == (status, shared(GOOD))
        assert_answered(server.preflight(url, GOOD), GOOD)
