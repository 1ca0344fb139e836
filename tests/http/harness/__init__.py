# SPDX-License-Identifier: Apache-2.0
"""What the tests are written in: a site to serve, a client to ask with, answers to compare with."""

from .configtest import configtest
from .httpd import Httpd
from .site import Site, policy, section
from .table import rows

__all__ = ["Httpd", "Site", "configtest", "policy", "rows", "section"]
