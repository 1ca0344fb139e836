# SPDX-License-Identifier: Apache-2.0
"""httpd -t over a site: was it refused, and in what words."""

import re

from .errorlog import LINE_OF_MODULE
from .serverroot import ServerRoot
from .site import Site


class Result:
    """Exit code and lines; places are those of the site's own files."""

    def __init__(self, code, output, root):
        self.code = code
        self.lines = output.replace(f"{root}/", "").splitlines()
        self.output = "\n".join(self.lines)

    def messages(self):
        """The module's own lines."""
        return [line for line in self.lines if LINE_OF_MODULE.search(line)]

    def at(self, line, file="conf/site.conf"):
        """The module's lines about one line of a file."""
        place = re.compile(rf"{re.escape(file)}:{line}(?!\d)")
        return [message for message in self.messages() if place.search(message)]

    def assert_refused(self, line, value, *mend, file="conf/site.conf"):
        """Refused, by a message that names the place and the value and, besides the value, the words of the mend."""
        assert self.code != 0, f"accepted:\n{self.output}"
        self.assert_said(line, value, *mend, file=file)

    def assert_warned(self, line, value, *mend, file="conf/site.conf"):
        """Accepted, with such a message."""
        assert self.code == 0, f"refused:\n{self.output}"
        self.assert_said(line, value, *mend, file=file)

    def assert_said(self, line, value, *mend, file="conf/site.conf"):
        """One message about the line has the value and, besides it, the words of the mend."""
        fitting = [
            message
            for message in self.at(line, file)
            if value in message and all(word in message.replace(f"'{value}'", "") for word in mend)
        ]
        assert fitting, f"no message at {file}:{line} on {value} with {mend}; there is:\n{self.output}"

    def assert_nothing_said(self):
        """Accepted, without a word of the module."""
        assert self.code == 0 and not self.messages(), self.output


def configtest(site):
    """Run httpd -t on a site, or on the text of one."""
    if isinstance(site, str):
        site = Site(site)
    root = ServerRoot(site, (1, 2))
    try:
        run = root.run("-t")
        return Result(run.returncode, (run.stdout + run.stderr).decode("latin-1"), root.path)
    finally:
        root.remove()
