# SPDX-License-Identifier: Apache-2.0
"""The same answers over HTTP/2, asked with curl.

Nothing here has a body: mod_http2 alone, too, resets a good part of the streams whose request body nobody reads.
"""

import subprocess

import pytest
from harness import Site, installed, policy, rows
from harness.answer import NOT_SHARED, PREFLIGHT_VARY, answered, cors, shared, tokens
from harness.site import EVIL, GOOD

pytestmark = pytest.mark.skipif(installed.MPM == "prefork", reason="mod_http2 does not work with prefork")

site = Site("Protocols h2c http/1.1\nRedirect 302 /api/redirected https://elsewhere.example/", modules=["http2"])
site.add(f"<Location /api>\n{policy()}\n</Location>\n<Location /api/forbidden>\nRequire all denied\n</Location>")
site.page("/api/page")

DENIED = {"Vary": tokens(PREFLIGHT_VARY)}
PREFLIGHT = [
    "-X", "OPTIONS", "-H", "Access-Control-Request-Method: POST", "-H", "Access-Control-Request-Headers: content-type",
]
FORBIDDEN = r"\[authz_core:error\]"


@rows(
    "path, origin, arguments, status, expected, loud",
    [
        ("a file", "/api/page", GOOD, [], 200, shared(GOOD), None),
        ("a file to another origin", "/api/page", EVIL, [], 200, NOT_SHARED, None),
        ("a missing page", "/api/none", GOOD, [], 404, shared(GOOD), None),
        ("an encoded slash", "/api/a%2Fb", GOOD, [], 404, shared(GOOD), None),
        ("a redirect", "/api/redirected", GOOD, [], 302, shared(GOOD), None),
        ("what nobody may see", "/api/forbidden", GOOD, [], 403, shared(GOOD), FORBIDDEN),
        ("a preflight", "/api/page", GOOD, PREFLIGHT, 204, answered(GOOD), None),
        ("a preflight of another origin", "/api/page", EVIL, PREFLIGHT, 403, DENIED, None),
        ("a preflight of a redirect", "/api/redirected", GOOD, PREFLIGHT, 204, answered(GOOD), None),
        ("a preflight of an encoded slash", "/api/a%2Fb", GOOD, PREFLIGHT, 204, answered(GOOD), None),
        ("a preflight of what nobody may see", "/api/forbidden", GOOD, PREFLIGHT, 204, answered(GOOD), None),
    ],
)
def test_over_http2(server, path, origin, arguments, status, expected, loud):
    if loud:
        server.log.expect(loud)
    url = f"http://127.0.0.1:{server.port}{path}"
    command = [
        "curl", "-sS", "--http2-prior-knowledge", "--max-time", "20", "-D", "-", "-o", "/dev/null", "-H",
        f"Origin: {origin}",
    ]
    run = subprocess.run([*command, *arguments, url], capture_output=True, text=True, check=True, timeout=30)
    first, *lines = run.stdout.splitlines()
    headers = [tuple(line.split(": ", 1)) for line in lines if ": " in line]
    assert (first.split()[:2], cors(headers)) == (["HTTP/2", str(status)], expected)
