# SPDX-License-Identifier: Apache-2.0
"""What the browser's console says, what the server's explain says of it, and the configuration mended accordingly."""

import json
import re
import time
import urllib.parse
import urllib.request
from typing import NamedTuple

from stage import wait_for

SITE = "conf/site.conf"
HANDLER = "<Location /cors-status>\nSetHandler cors-status\n</Location>"
PATIENCE = 3    # seconds: the console may hear of it a little after the script

# What makes a message of this browser differ from what explain predicts for fetch(), and nothing else does: who asked,
# a sentence for XMLHttpRequest's users, and the URL that redirected here.
WHO = re.compile(r"^Access to (.+?) at '")
XHR_HINT = (" The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials"
            " attribute.")
TAKE_OUT = re.compile(r"take (?:the (\*)|'([^']+)') out of", re.IGNORECASE)    # in a mend without a line to write
REDIRECTED = re.compile(r" \(redirected from '[^']*'\)")
ASKED = re.compile(r"^Access to .+? at '([^']*)'(?: \(redirected from '[^']*'\))? from origin '([^']*)'")

# Explain advises against letting these in, and says what to do instead. What it warns of would help, too.
DANGEROUS = {
    "An opaque origin": "CorsDangerouslyAllow NullOrigin\nCorsAllowOrigin null",
    "No policy is in force": "CorsDangerouslyAllow NullOrigin\nCorsAllowOrigin null",
    "With credentials an origin without TLS": "CorsDangerouslyAllow InsecureOrigins\nCorsAllowOrigin {origin}",
}


class Call(NamedTuple):
    """What a script asks for, as explain wants to know it."""

    method: str = "GET"
    headers: str = ""
    credentials: bool = False
    reads: str = ""


def overheard(driver, patient=True):
    """The console's line on CORS, None where it has none, and does not get one for a while."""
    deadline = time.monotonic() + PATIENCE
    while True:
        for entry in driver.get_log("browser"):
            at = entry["message"].find("Access to ")
            if at >= 0 and "blocked by CORS policy" in entry["message"]:
                return entry["message"][at:]
        if not patient or time.monotonic() > deadline:
            return None
        time.sleep(0.02)


def attempt(visitor, script):
    """What run() in scripts.js gives back for a script, and the console's line on CORS."""
    found = visitor.driver.execute_async_script(
        f"const [url, done] = arguments; run(async () => ({script}), url).then(done)", visitor.url
    )
    return found, overheard(visitor.driver, patient="error" in found)


def who(message):
    """Who asked: fetch, XMLHttpRequest, image, ..."""
    return WHO.match(message)[1]


def as_fetch(message):
    """The message as it would be had fetch() asked for that URL at once."""
    return REDIRECTED.sub("", WHO.sub("Access to fetch at '", message, count=1)).removesuffix(XHR_HINT)


def asked_for(message):
    """The URL and the origin that a message is about."""
    return ASKED.match(message).groups()


def explain(server, url, origin, call):
    """The answer of the server's handler, as data."""
    query = {"explain": "1", "url": url, "origin": origin, "method": call.method, "headers": call.headers,
             "reads": call.reads}
    if call.credentials:
        query["credentials"] = "include"
    address = f"http://localhost:{server.port}/cors-status?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(address, timeout=20) as response:
        return json.load(response)


def directives(explanation):
    """The directives that the mend writes, or changes where it writes none."""
    return [mend["write"].split()[0] if mend["write"] else mend["directive"] for mend in explanation["mend"]]


def against_advice(mend, origin):
    """What explain advises against, for a mend without a line to write."""
    return next(line.format(origin=origin) for words, line in DANGEROUS.items() if mend["where"].startswith(words))


def mended(text, explanations, dangerously=False, file=SITE):
    """The site's configuration with all done to it that the explanations, each with its path, say."""
    lines = [[line] for line in text.splitlines()]
    appended = []
    for path, explanation in explanations:
        for mend in explanation["mend"]:
            taken = TAKE_OUT.search(mend["where"])
            write = mend["write"]
            if write is None and not taken and dangerously:
                write = against_advice(mend, explanation["origin"])
            if mend["line"] is None:
                appended += [f"<Location {path}>", write, "</Location>"]
                continue
            assert mend["file"].endswith(f"/{file}"), mend
            place = lines[mend["line"] - 1]
            if write and write not in place:
                place.insert(0 if "Write it above" in mend["where"] else len(place), write)
            elif taken:
                place[0] = without(place[0], taken[1] or taken[2])
    return "\n".join([line for place in lines for line in place] + appended) + "\n"


def is_meant(word, argument):
    """Does the word of a configuration stand for this argument, its port perhaps by a name?"""
    pattern = re.escape(word.strip('"')).replace(re.escape("${PORT}"), r"\d+")
    return re.fullmatch(pattern, argument) is not None


def without(line, argument):
    """A directive without one of its arguments, and nothing where it was the only one."""
    words = [word for word in line.split() if not is_meant(word, argument)]
    return " ".join(words) if len(words) > 1 else ""


def restart(server, text):
    """Put this configuration in force, at once: a browser's idle connections would hold up a graceful restart."""
    server.root.write(SITE, text.encode())
    server.restart(gracefully=False)
    if "ScriptSock" in server.root.read("conf/httpd.conf"):     # the daemon that runs scripts is a little late
        assert wait_for(lambda: list((server.root.path / "run").glob("cgid*")))
