# SPDX-License-Identifier: Apache-2.0
"""A temporary ServerRoot for a site, and the command line and environment that run httpd on it."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import weakref

from . import installed

BASE_MODULES = (
    "authz_core authn_core authz_host authz_user authn_file auth_basic alias dir env headers setenvif watchdog".split()
)
MAIN = """\
ServerRoot "{root}"
Define ROOT "{root}"
Define DOCROOT "{root}/htdocs"
Define PORT {port}
Define BACKEND {backend}
{modules}
ServerName localhost
Listen 127.0.0.1:{port}
Listen 127.0.0.1:{backend}
PidFile "{root}/run/pid"
DefaultRuntimeDir "{root}/run"
{account}
StartServers {children}
ErrorLog "{root}/logs/error"
ErrorLogFormat "[%m:%l] %M"
LogLevel warn
{log_level}
DocumentRoot "{root}/htdocs"
<Directory />
    AllowOverride None
    Options None
    Require all denied
</Directory>
<Directory "{root}/htdocs">
    Require all granted
</Directory>
Include "{root}/conf/site.conf"
"""


class ServerRoot:
    """Everything on disk that httpd needs; readable by the account its children run as."""

    def __init__(self, site, ports):
        self.site = site
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="cors-"))
        self.path.chmod(0o755)
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        for directory in ("conf", "htdocs", "logs", "run"):
            (self.path / directory).mkdir()
        for name, (content, mode) in site.files.items():
            self.write(name, content, mode)
        self.write("conf/site.conf", site.text.encode())
        self.write("conf/httpd.conf", self._main(*ports).encode())

    def write(self, name, content, mode=0o644):
        """A file below the root, with its directories."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(mode)

    def read(self, name):
        """The text of a file below the root, byte for byte as latin-1."""
        path = self.path / name
        return path.read_text(encoding="latin-1") if path.exists() else ""

    def command(self, *arguments):
        """The httpd command line for this root."""
        return [installed.program(), "-f", str(self.path / "conf/httpd.conf"), *arguments]

    def environment(self):
        """The site's own variables, and the caller's for a sanitizer (CORS_TEST_PRELOAD names its library)."""
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        kept.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
        preloads = [os.environ.get("CORS_TEST_PRELOAD"), self.site.environment.get("LD_PRELOAD")]
        together = ":".join(filter(None, preloads))  # a sanitizer's comes first
        return {**kept, "LC_ALL": "C", **self.site.environment, **({"LD_PRELOAD": together} if together else {})}

    def run(self, *arguments):
        """Run httpd to its end, as for -t."""
        return subprocess.run(
            self.command(*arguments), env=self.environment(), capture_output=True, timeout=60, check=False
        )

    def _main(self, port, backend):
        threaded = installed.MPM != "prefork"
        own = ["cgid" if name == "cgi" and threaded else name for name in self.site.modules]
        names = [f"mpm_{installed.MPM}", *BASE_MODULES, *own]
        loads = [installed.load_line(name) for name in names]
        if self.site.with_module:
            loads.append(f'LoadModule cors_module "{installed.module_under_test()}"')
        if "cgid" in names:
            loads.append(f'ScriptSock "{self.path}/run/cgid"')
        return MAIN.format(
            root=self.path,
            port=port,
            backend=backend,
            modules="\n".join(line for line in loads if line),
            account=installed.account_lines(),
            children=1 if threaded else 5,
            log_level="LogLevel cors:debug" if self.site.with_module else "",
        )
