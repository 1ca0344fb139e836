# SPDX-License-Identifier: Apache-2.0
"""The site that pages and APIs of all hosts come from, and the browser that visits it.

Every host name leads to this machine, so that one httpd on one port is all of them; an origin differs by its host.
The names under .localhost are secure contexts without TLS, as localhost is."""

import contextlib
import itertools
import pathlib
import re
import time

from harness import Httpd, Site

import verdict

# Three origins of one site, as a browser sees it: they share its cookies and its HTTP cache. One of another.
API = "api.shop.localhost"
APP = "app.shop.localhost"          # on the list
PARTNER = "partner.shop.localhost"  # on the list as well, where a policy says so
SIBLING = "blog.shop.localhost"     # of the same site, and on no list
STRANGER = "stranger.localhost"

APP_ORIGIN = f"http://{APP}:${{PORT}}"
PARTNER_ORIGIN = f"http://{PARTNER}:${{PORT}}"

SCRIPTS = (pathlib.Path(__file__).parent / "scripts.js").read_text(encoding="utf-8")
PAGE = f'<!doctype html><link rel="icon" href="data:,"><title>A page</title><script>{SCRIPTS}</script><body>'
ECHO = """\
#!/bin/sh -f
# Says what it was asked: the method, the body, the key, the cookies.
body=$(cat)
echo "Content-Type: text/plain"
echo "Cache-Control: no-store"
echo "X-Version: 7"
echo "X-Node: backstage"
echo
echo "$REQUEST_METHOD" $body $HTTP_X_API_KEY $HTTP_COOKIE
"""
PATIENCE = 5  # seconds, for what takes a few milliseconds


class Stage(Site):
    """A site with a page at every host, an access log, and paths under policies."""

    def __init__(self, text="", modules=(), expects=()):
        super().__init__(text, modules=["cgi", "mime", *modules], expects=expects)
        self._echoes = {}
        self.page("/page.html", PAGE)
        self.file("scripts/echo", ECHO, mode=0o755)
        self.add(
            """
            TypesConfig /dev/null
            AddType text/html .html
            CustomLog "${ROOT}/logs/access" "%m %>s %U%q"
            <Directory "${ROOT}/scripts">
                Require all granted
            </Directory>
            """
        )

    def echo(self, text):
        """The path of a script under this policy that says what it was asked."""
        if text not in self._echoes:
            self._echoes[text] = path = f"/echo{len(self._echoes) + 1}"
            self.add(f'<Location {path}>\n{text}\n</Location>\nScriptAlias {path} "${{ROOT}}/scripts/echo"')
        return self._echoes[text]


def shop(*lines, origin=APP_ORIGIN):
    """A policy that allows the app and says the given lines besides."""
    return "\n".join((f"CorsAllowOrigin {origin}", *lines))


@contextlib.contextmanager
def serve(site):
    """An httpd for the site, once its scripts can be run: the daemon that runs them is a little late."""
    with Httpd(site) as server:
        if "ScriptSock" in server.root.read("conf/httpd.conf"):
            assert wait_for(lambda: list((server.root.path / "run").glob("cgid*")))
        yield server


def wait_for(condition):
    """The first value of condition() that is true, or the last one that is not."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return value


class Visitor:
    """Someone with the browser, on the pages of one httpd: those of one port, and asking the API there."""

    _numbers = itertools.count(1)

    def __init__(self, driver, server, scheme="http", port=None, api=API):
        self.driver = driver
        self.server = server
        self.url = None
        self._origin = f"{scheme}://{{}}:{port or server.port}"
        self._api = api

    def to(self, path):
        """Turn to a path of the API, as nobody did before: nothing about it is in a cache."""
        query = f"{'&' if '?' in path else '?'}n={next(self._numbers)}"
        self.url = self._origin.format(self._api) + path + query

    def open(self, host, path="/page.html"):
        """Go to a page, with an empty console. The host may be an origin."""
        self.driver.get((host if "://" in host else self._origin.format(host)) + path)
        self.driver.get_log("browser")

    def run(self, script):
        """What a script on the page that is open comes to: a value, or why the browser withheld it."""
        found = self.driver.execute_async_script(
            f"const [url, done] = arguments; run(async () => ({script}), url).then(done)", self.url
        )
        return verdict.of(found, lambda: [entry["message"] for entry in self.driver.get_log("browser")])

    def start(self, script):
        """Run a script of which the page is not told what became of it."""
        self.driver.execute_script(f"const [url] = arguments; {script}", self.url)

    def see(self, path, script, *hosts):
        """What the script comes to on the page of each host, each time with a URL of its own."""
        seen = []
        for host in hosts:
            self.to(path)
            self.open(host)
            seen.append(self.run(script))
        return tuple(seen)

    def asked(self, count):
        """The requests for the URL that the server saw, in order, once there are as many: "GET 200"."""
        target = re.escape(self.url.removeprefix(self._origin.format(self._api)))
        line = re.compile(rf"^(\S+ \d+) {target}$", re.MULTILINE)
        wait_for(lambda: len(line.findall(self.server.root.read("logs/access"))) >= count)
        return line.findall(self.server.root.read("logs/access"))

    def forget(self):
        """Lose all cookies."""
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
