# SPDX-License-Identifier: Apache-2.0
"""What one httpd is to serve: lines of configuration, and files under its root."""

import textwrap

GOOD = "https://good.example"
OTHER = "https://other.example"
EVIL = "https://evil.example"


def policy(*lines, origin=GOOD):
    """The text of a policy that allows one origin and says the given lines besides."""
    return "\n".join((f"CorsAllowOrigin {origin}", *lines))


def section(patterns, *lines):
    """The text of a <CorsOrigin> section."""
    return "\n".join((f"<CorsOrigin {patterns}>", *(f"    {line}" for line in lines), "</CorsOrigin>"))


class Site:
    """Configuration may use ${ROOT}, ${DOCROOT}, ${PORT} and ${BACKEND}, the second port."""

    def __init__(self, text="", modules=(), environment=None, expects=(), allows=(), with_module=True):
        self.blocks = [textwrap.dedent(text).strip("\n")] if text else []
        self.modules = list(modules)
        self.environment = dict(environment or {})
        self.expects = list(expects)
        self.allows = list(allows)
        self.with_module = with_module
        self.files = {}
        self._paths = {}

    @property
    def text(self):
        return "\n".join(self.blocks) + "\n"

    def add(self, text):
        """More configuration, as it stands."""
        self.blocks.append(textwrap.dedent(text).strip("\n"))

    def file(self, name, content="ok\n", mode=0o644):
        """A file below the root; text or bytes."""
        self.files[name] = (content if isinstance(content, bytes) else content.encode(), mode)
        return name

    def page(self, path, content="ok\n"):
        """A file below the document root; answers the path it is served at."""
        self.file(f"htdocs{path}", content)
        return path

    def script(self, path, *lines):
        """A CGI script of the shell, at the given path."""
        self.file(f"htdocs{path}", "\n".join(("#!/bin/sh", *lines, "")), mode=0o755)
        return path

    def location(self, text):
        """The path of a page under a <Location> with this policy; the same text gives the same path."""
        if text not in self._paths:
            path = f"/location{len(self._paths) + 1}"
            self._paths[text] = self.page(path)
            self.add(f"<Location {path}>\n{textwrap.indent(text, '    ')}\n</Location>")
        return self._paths[text]

    def htaccess(self, directory, text, override="FileInfo"):
        """The path of a page in a directory whose .htaccess holds this text."""
        self.file(f"htdocs{directory}/.htaccess", textwrap.dedent(text).strip("\n") + "\n")
        self.add(f'<Directory "${{DOCROOT}}{directory}">\n    AllowOverride {override}\n</Directory>')
        return self.page(f"{directory}/page")

    def protected(self, text):
        """The path of a page behind Basic auth (user:secret) with this policy."""
        self.file("users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
        return self.location(
            text + '\nAuthType Basic\nAuthName "members"\nAuthUserFile "${ROOT}/users"\nRequire valid-user'
        )
