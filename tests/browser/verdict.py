# SPDX-License-Identifier: Apache-2.0
"""What a browser made of a script: the value it came to, or in whose name the browser stopped it.

A script only learns that it "failed to fetch". The reason is in the console, which is where developers look too."""

import re
import time

HIDDEN = "the answer is not shared with this origin"
DENIED = "the preflight failed, so nothing was sent"
OPAQUE = "opaque"       # a response that a script may pass on, and not look into
TAINTED = "tainted"     # a canvas that a script may draw on, and not read

# The first that is in the console tells.
_BLOCKED = "has been blocked by CORS policy: "
_REASONS = [
    ("Response to preflight request doesn't pass access control check", DENIED),
    ("Method [^ ]+ is not allowed by Access-Control-Allow-Methods in preflight response", DENIED),
    ("Request header field [^ ]+ is not allowed by Access-Control-Allow-Headers in preflight response", DENIED),
    ("No 'Access-Control-Allow-Origin' header is present on the requested resource", HIDDEN),
    ("The 'Access-Control-Allow-Origin' header has a value '[^ ]+' that is not equal to the supplied origin", HIDDEN),
    ("The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard", HIDDEN),
    ("The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true'", HIDDEN),
]
_PATIENCE = 2   # seconds: the console may hear of it a little after the script


def of(found, console):
    """The verdict on what run() in scripts.js gave back. console() is what the console said since it was last asked."""
    blocked = [line for line in console() if _BLOCKED in line]
    if "error" not in found:
        assert not blocked, f"the script came to {found['value']!r}, and yet:\n" + "\n".join(blocked)
        return found["value"]
    deadline = time.monotonic() + _PATIENCE
    while not blocked and time.monotonic() < deadline:
        time.sleep(0.02)
        blocked = [line for line in console() if _BLOCKED in line]
    for line in blocked:
        for pattern, reason in _REASONS:
            if re.search(re.escape(_BLOCKED) + pattern, line):
                return reason
    return f"failed: {found['error']} {blocked}"
