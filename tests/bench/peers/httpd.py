# SPDX-License-Identifier: Apache-2.0
"""httpd: bare, with the recipe, and with this module. One process, as the others; no access log, as the others."""

import baseline
import setups
from harness import installed
from harness.httpd import Httpd
from harness.site import Site

BODY = '{"abc":1234}'  # twelve bytes, of all contenders

LINES = """\
ServerLimit 1
ThreadsPerChild 16
MaxRequestWorkers 16
MinSpareThreads 1
MaxSpareThreads 16
MaxKeepAliveRequests 0
KeepAliveTimeout 60
TypesConfig conf/mime.types
"""
MODULE = 'LoadModule cors_module "${ROOT}/modules/mod_cors.so"\n'


def _serve(lines):
    """All three have loaded what the recipe needs."""
    site = Site(LINES, modules=["mime", "rewrite"], with_module=False)
    site.add(lines)
    site.file("conf/mime.types", "application/json json\n")
    site.file("modules/mod_cors.so", installed.module_under_test().read_bytes())
    site.page("/data.json", BODY)
    return Httpd(site)


def bare():
    """Without CORS; it answers OPTIONS with the methods there are."""
    return _serve("")


def recipe():
    """SetEnvIf, Header always, and a RewriteRule for preflights."""
    return _serve(setups.TWO_HOSTS + setups.RECIPE_OF_PREFLIGHTS)


def module():
    """This module."""
    return _serve(MODULE + setups.POLICY)


def version():
    """httpd's."""
    return f"httpd {baseline.version()} ({installed.MPM})"
