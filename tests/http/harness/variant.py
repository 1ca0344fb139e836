# SPDX-License-Identifier: Apache-2.0
"""An httpd under an MPM of the test's choice, with the module loaded before all others or after them."""

import contextlib
from unittest import mock

from . import installed, serverroot
from .httpd import Httpd

MPMS = ("event", "worker", "prefork")
ORDERS = ("loaded last", "loaded first")


@contextlib.contextmanager
def variant(site, mpm, order):
    """Serve the site so, whatever CORS_TEST_MPM says."""
    main = serverroot.MAIN
    if order == "loaded first":
        site.with_module = False
        line = f'LoadModule cors_module "{installed.module_under_test()}"'
        main = main.replace("{modules}", f"{line}\n{{modules}}\nLogLevel cors:debug")
    running = Httpd(site)
    with contextlib.ExitStack() as stack:
        with mock.patch.object(installed, "MPM", mpm), mock.patch.object(serverroot, "MAIN", main):
            stack.enter_context(running)
        yield running
