# SPDX-License-Identifier: Apache-2.0
"""An httpd under limits of the system, set by a shell before it starts."""

from .reload import Reloading


class Limited(Reloading):
    """Its commands run after such lines of the shell, "ulimit -n 64" for example."""

    def __init__(self, site, limit):
        super().__init__(site)
        self._limit = limit

    def _start(self):
        plain = self.root.command
        self.root.command = lambda *arguments: ["sh", "-c", f'{self._limit} && exec "$@"', "sh", *plain(*arguments)]
        super()._start()
