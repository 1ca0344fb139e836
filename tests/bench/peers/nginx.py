# SPDX-License-Identifier: Apache-2.0
"""nginx: bare, and with the map recipe. One worker."""

import grp
import os
import pathlib
import pwd
import re
import shutil
import subprocess

from .httpd import BODY
from .program import Program

PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin") or "nginx"
TEMPLATE = pathlib.Path(__file__).with_name("nginx.conf")

# A header without a value is not sent: for strangers, all are empty.
MAPS = """\
map $http_origin $cors_origin {
    default "";
    "https://app.example.com" $http_origin;
    "https://www.example.com" $http_origin;
}
map $cors_origin $cors_credentials { "" ""; default true; }
map $cors_origin $cors_exposed     { "" ""; default "ETag, Link"; }
map $cors_origin $cors_methods     { "" ""; default "GET, HEAD, POST, PUT"; }
map $cors_origin $cors_headers     { "" ""; default "Accept, Content-Type, X-Request-ID"; }
map $cors_origin $cors_age         { "" ""; default 600; }
"""

# A block with an add_header of its own inherits none: those of all responses stand twice.
HEADERS = """\
add_header Vary Origin always;
add_header Access-Control-Allow-Origin $cors_origin always;
add_header Access-Control-Allow-Credentials $cors_credentials always;
add_header Access-Control-Expose-Headers $cors_exposed always;
if ($request_method = OPTIONS) {
    add_header Vary Origin always;
    add_header Access-Control-Allow-Origin $cors_origin always;
    add_header Access-Control-Allow-Credentials $cors_credentials always;
    add_header Access-Control-Allow-Methods $cors_methods always;
    add_header Access-Control-Allow-Headers $cors_headers always;
    add_header Access-Control-Max-Age $cors_age always;
    return 204;
}
"""


def _account():
    """The account of its worker where it is started as root; an ordinary user needs none."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in ("www-data", "nginx", "nobody") if name in known)
    return f"user {entry.pw_name} {grp.getgrgid(entry.pw_gid).gr_name};"


def _serve(maps, headers, tool):
    def command(root, port):
        processes = "master_process off;" if tool else ""  # a tool is to see the one that serves
        put_in = {"USER": _account(), "PROCESSES": processes, "MAPS": maps, "PORT": str(port), "HEADERS": headers}
        text = TEMPLATE.read_text(encoding="utf-8")
        for name, value in put_in.items():
            text = text.replace(f"@{name}", value)
        (root / "nginx.conf").write_text(text, encoding="utf-8")
        (root / "run").mkdir(exist_ok=True)
        (root / "htdocs").mkdir(exist_ok=True)
        (root / "htdocs/data.json").write_text(BODY, encoding="ascii")
        under = [each.format(root=root) for each in tool]
        return [*under, PROGRAM, "-p", f"{root}/", "-e", "stderr", "-c", "nginx.conf"]
    return Program(command)


def bare(tool=()):
    """Without CORS, perhaps under a tool."""
    return _serve("", "", tool)


def recipe(tool=()):
    """Origins in a map, the values of all headers in maps of it, and a return for preflights."""
    return _serve(MAPS, HEADERS, tool)


def version():
    """nginx's."""
    said = subprocess.run([PROGRAM, "-v"], check=True, capture_output=True, text=True).stderr
    return f"nginx {re.search(r'nginx/([0-9.]+)', said)[1]}"
