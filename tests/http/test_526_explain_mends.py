# SPDX-License-Identifier: Apache-2.0
"""What explain says would mend it does: written where it says, the same question is answered with yes."""

import re

import pytest
from harness import Httpd, Site, policy, section
from harness.client import preflight_headers
from harness.site import EVIL, GOOD, OTHER
from harness.status import HANDLER, add_line, explain

SITE = f"""
TypesConfig /dev/null
{HANDLER}
ProxyPass /proxied http://127.0.0.1:1/proxied
"""
LISTED = policy("CorsAllowMethods PUT", "CorsAllowHeaders X-A")
STRICT = policy("CorsAllowCredentials On")
PLAIN = {"method": "GET"}
PUT = {"method": "PUT", "headers": "x-b"}
CREDENTIALS = {"credentials": "include"}

# Name, the policy's lines, the origin, what is asked
QUESTIONS = [
    ("another origin", policy(), EVIL, PLAIN),
    ("another origin, with a preflight", policy(), EVIL, PUT),
    ("another origin, with credentials", STRICT, EVIL, {"credentials": "include"}),
    ("another scheme", policy(), "http://good.example", PLAIN),
    ("another scheme, with credentials", STRICT, "http://good.example", {"credentials": "include"}),
    ("another port", policy(), GOOD + ":8443", PLAIN),
    ("a subdomain", policy(), "https://www.good.example", PLAIN),
    ("above a wildcard", "CorsAllowOrigin https://*.good.example", GOOD, PLAIN),
    ("an address", policy(), "http://192.0.2.1:8080", PLAIN),
    ("an address of IPv6", policy(), "http://[2001:db8::1]", PLAIN),
    ("localhost, with credentials", STRICT, "http://localhost:3000", {"credentials": "include"}),
    ("an extension", policy(), "chrome-extension://abcdefghijklmnop", PLAIN),
    ("no regular expression matches", "CorsAllowOriginRegex https://[a-z]\\.good\\.example", EVIL, PLAIN),
    ("not in the file", "CorsOriginsFile conf/origins", EVIL, PLAIN),
    ("not in the chosen file", "CorsOriginsFileEnv NOWHERE a=conf/origins default=conf/origins", EVIL, PLAIN),
    ("an empty file", "CorsOriginsFile conf/empty", EVIL, PLAIN),
    ("several sources", policy("CorsOriginsFile conf/origins", "CorsAllowOriginRegex https://[a-z]"), EVIL, PLAIN),
    ("several lines", policy(f"CorsAllowOrigin {OTHER}", "CorsMaxAge 5"), EVIL, PUT),
    ("on the deny list", f"CorsAllowOrigin *\nCorsDenyOrigin {EVIL}", EVIL, PLAIN),
    ("null", policy(), "null", PLAIN),
    ("malformed", policy(), "https://Good.example", PLAIN),
    ("a method", policy(), GOOD, {"method": "PUT"}),
    ("a method in lower case", policy(), GOOD, {"method": "patch"}),
    ("an odd method", policy(), GOOD, {"method": "BREW-it!"}),
    ("a method besides others", LISTED, GOOD, {"method": "DELETE"}),
    ("a method that no browser sends", policy(), GOOD, {"method": "TRACE"}),
    ("a header", policy(), GOOD, {"method": "GET", "headers": "x-b"}),
    ("a header in upper case", policy(), GOOD, {"method": "GET", "headers": "X-B"}),
    ("an odd header", policy(), GOOD, {"method": "GET", "headers": "x_b~!"}),
    ("a header besides others", LISTED, GOOD, {"method": "PUT", "headers": "x-a,x-b"}),
    ("several headers", LISTED, GOOD, {"method": "PUT", "headers": "x-a,x-b, x-c,authorization,content-type"}),
    ("a header that no script can set", policy(), GOOD, {"method": "GET", "headers": "cookie"}),
    ("Authorization besides *", policy("CorsAllowHeaders *"), GOOD, {"method": "GET", "headers": "authorization"}),
    ("a method and headers", policy(), GOOD, PUT),
    (
        "everything", policy(), EVIL,
        {"method": "DELETE", "headers": "x-b,x-c", "credentials": "include", "private_network": "1"},
    ),
    ("the private network", policy(), GOOD, {"private_network": "1"}),
    ("the private network, said to be off", policy("CorsAllowPrivateNetwork Off"), GOOD, {"private_network": "1"}),
    ("credentials", policy(), GOOD, {"credentials": "include"}),
    ("credentials, said to be off", policy("CorsAllowCredentials Off"), GOOD, {"credentials": "include"}),
    ("credentials and *", "CorsAllowOrigin *", GOOD, {"credentials": "include"}),
    ("credentials and a preflight", policy(), GOOD, {**PUT, "credentials": "include"}),
    ("credentials and * for headers to read", policy("CorsExposeHeaders *"), GOOD, {"credentials": "include"}),
    ("off", policy("CorsEngine Off"), GOOD, PLAIN),
    ("only watched", policy("CorsEngine ReportOnly"), EVIL, PLAIN),
    ("refused", policy("CorsDisallowed Reject"), EVIL, {"method": "POST"}),
    ("debugged", policy("CorsDebug On"), GOOD, PUT),
    ("nobody but a section's origins", section(GOOD, "CorsMaxAge 5"), EVIL, PLAIN),
    ("nobody but two sections' origins", f"{section(GOOD)}\n{section(OTHER)}", EVIL, PUT),
    ("another origin beside a section", f"{section(OTHER, 'CorsMaxAge 5')}\n{policy()}", EVIL, PUT),
    ("another origin beside a section, with credentials", f"{section(OTHER)}\n{policy()}", EVIL, CREDENTIALS),
    ("a section's list of methods", section(GOOD, "CorsAllowMethods PUT"), GOOD, {"method": "DELETE"}),
    ("a list of methods around a section", f"CorsAllowMethods PUT\n{section(GOOD)}", GOOD, {"method": "DELETE"}),
    ("a section without methods", section(GOOD), GOOD, {"method": "DELETE"}),
    ("a section's list of headers", section(GOOD, "CorsAllowHeaders X-A"), GOOD, {"headers": "x-b"}),
    ("a section without headers", section(GOOD, "CorsMaxAge 5"), GOOD, PUT),
    ("a section's private network", section(GOOD), GOOD, {"private_network": "1"}),
    ("a section without credentials", section(GOOD, "CorsMaxAge 5"), GOOD, CREDENTIALS),
    ("a section that turned credentials away", section(GOOD, "CorsAllowCredentials Off"), GOOD, CREDENTIALS),
    ("credentials and * for headers to read, of a section", section(GOOD, "CorsExposeHeaders *"), GOOD, CREDENTIALS),
    ("credentials and *, of a section", section("*"), GOOD, CREDENTIALS),
]
PLACES = {
    "a <Location>": ("/location/{n}", "<Location /location/{n}>\n{text}\n</Location>"),
    "a <Directory>": ("/directory{n}/page", '<Directory "${{DOCROOT}}/directory{n}">\n{text}\n</Directory>'),
    "an <If>": ("/if/{n}", "<Location /if/{n}>\n<If true>\n{text}\n</If>\n</Location>"),
    "<Files>": ("/files{n}/page", '<Directory "${{DOCROOT}}/files{n}">\n<Files page>\n{text}\n</Files>\n</Directory>'),
    "a virtual host": (
        "http://host{n}.example:{port}/page",
        "<VirtualHost 127.0.0.1:${{PORT}}>\nServerName host{n}.example\n{text}\n</VirtualHost>",
    ),
    "a .htaccess": ("/htaccess{n}/page", '<Directory "${{DOCROOT}}/htaccess{n}">\nAllowOverride All\n</Directory>'),
}
# Policies that come from more places than one
SPREAD = [
    (
        "a method, of a policy in two sections",
        f"<Location /outer>\n{policy()}\nCorsAllowMethods PUT\n</Location>\n<Location /outer/inner>\n"
        "CorsMaxAge 5\n</Location>",
        "/outer/inner", GOOD, {"method": "DELETE"},
    ),
    (
        "another origin, of a policy in two sections",
        f"<Location /outer2>\n{policy()}\n</Location>\n<Location /outer2/inner>\nCorsAllowMethods PUT\n</Location>",
        "/outer2/inner", EVIL, {"method": "PUT"},
    ),
    (
        "a header, where the inner section has a list of its own",
        f"<Location /outer3>\n{policy()}\nCorsAllowHeaders X-A\n</Location>\n<Location /outer3/inner>\n"
        "CorsAllowHeaders X-C\n</Location>",
        "/outer3/inner", GOOD, {"method": "GET", "headers": "x-b"},
    ),
    (
        "off in an inner section",
        f"<Location /outer4>\n{policy()}\n</Location>\n<Location /outer4/inner>\nCorsEngine Off\n</Location>",
        "/outer4/inner", GOOD, PLAIN,
    ),
    (
        "credentials turned off in an inner section",
        f"<Location /outer5>\n{policy('CorsAllowCredentials On')}\n</Location>\n<Location /outer5/inner>\n"
        "CorsAllowCredentials Off\n</Location>",
        "/outer5/inner", GOOD, {"credentials": "include"},
    ),
    ("no policy", "", "/nothing", GOOD, PLAIN),
]
CASES = [
    (f"{name} in {place}", n, place, text, origin, asked)
    for place in PLACES
    for n, (name, text, origin, asked) in enumerate(QUESTIONS)
    if place in ("a <Location>", "a .htaccess") or n in (0, 1, 11, 22, 31, 34, 35)
    if not (place == "a .htaccess" and "CorsOriginsFile" in text)
    # Credentials for a whole virtual host would be credentials for all other cases, too
    if not (place == "a virtual host" and "credentials" in asked)
]


def build():
    """The site: each case in a file of its own, with the URLs to ask for."""
    site = Site(SITE, modules=["mime", "proxy", "proxy_http"])
    site.add("<VirtualHost 127.0.0.1:${PORT}>\nServerName localhost\n</VirtualHost>")
    site.file("conf/origins", f"{GOOD}\n")
    site.file("conf/empty", "# nobody\n")
    urls = {}
    for name, n, place, text, *_ in CASES:
        url, around = PLACES[place]
        site.file(f"conf/{re.sub(r'[^a-z]', '', place.lower())}{n}.case", around.format(n=n, text=text) + "\n")
        if place == "a .htaccess":
            site.file(f"htdocs/htaccess{n}/.htaccess", text + "\n")
        urls[name] = url.replace("{n}", str(n))
        if "http://" not in url:
            site.page(urls[name])
    for n, (name, text, url, *_) in enumerate(SPREAD):
        site.file(f"conf/spread{n}.case", text + "\n")
        urls[name] = url
    site.page("/page")
    site.add('IncludeOptional "${ROOT}/conf/*.case"')
    return site, urls


ALL = {name: (origin, asked) for name, _, _, _, origin, asked in CASES}
ALL.update({name: (origin, asked) for name, _, _, origin, asked in SPREAD})


class Mended:
    """A server before and after its own advice was followed."""

    def __init__(self):
        site, self.urls = build()
        self.before, self.after, self.real, self.refused = {}, {}, {}, {}
        with Httpd(site) as server:
            self.root = str(server.root.path)
            for name in ALL:
                self.before[name] = self.explain(server, name)
            kept = {name: self.follow(server, told["mend"]) for name, told in self.before.items()}
            self.undo_what_is_refused(server, kept)
            server.restart()
            for name in ALL:
                self.after[name] = self.explain(server, name)
                self.real[name] = self.ask(server, name)

    def explain(self, server, name):
        """The explanation for a case."""
        origin, asked = ALL[name]
        return explain(server, self.urls[name].format(port=server.port), origin, **asked)

    def follow(self, server, advice):
        """Write what can be written; answers what the files were."""
        kept = {}
        for each in sorted(advice, key=lambda each: -(each["line"] or 0)):
            if each["write"] and each["file"]:
                path = each["file"].removeprefix(f"{self.root}/")
                text = server.root.read(path)
                kept.setdefault(path, text)
                line = each["line"] - ("Write it above" in each["where"])
                server.root.write(path, add_line(text, line, each["write"]).encode())
        return kept

    def undo_what_is_refused(self, server, kept):
        """What httpd would not start with is noted, and taken back."""
        lines = (lambda run: run.stdout + run.stderr)(server.root.run("-t")).decode("latin-1").splitlines()
        faults = [line for line in lines if "CORS062" not in line]  # those warn
        for name, files in kept.items():
            for path, text in files.items():
                said = [line for line in faults if path in line]
                if said:
                    self.refused[name] = said
                    server.root.write(path, text.encode())
        checked = server.root.run("-t")
        assert checked.returncode == 0, checked.stderr.decode("latin-1")

    def ask(self, server, name):
        """The real preflight, and the real request."""
        origin, asked = ALL[name]
        url = self.urls[name].format(port=server.port)
        host = re.match(r"http://([^/]*)", url)
        path = url[host.end():] if host else url
        extra = [("Host", host.group(1))] if host else []
        method, names = asked.get("method", "GET"), asked.get("headers")
        lines = [*preflight_headers(origin, method, names), *extra, ("Connection", "close")]
        if "private_network" in asked:
            lines.append(("Access-Control-Request-Private-Network", "true"))
        preflight = server.request("OPTIONS", path, lines)
        return preflight, server.get(path, origin, *extra, method=method)


@pytest.fixture(scope="module")
def mended():
    """All cases at once: a start and a restart for all."""
    return Mended()


UNMENDABLE = (
    "deny list", "null", "malformed", "no browser sends", "no script can set", "no policy", "off", "credentials and *",
    "another scheme, with credentials",
)


def is_writable(told):
    """Is there advice, all of it lines for places?"""
    return told["mend"] and all(each["write"] and each["file"] for each in told["mend"])


@pytest.mark.parametrize("name", ALL)
def test_the_advice_mends_it(mended, name):
    told = mended.before[name]
    assert told["browser"]["reads"] is False
    if not is_writable(told):
        assert told["mend"], "there is no advice at all"
        assert all(each["where"] for each in told["mend"])
        return
    assert name not in mended.refused, f"{told['mend']}\n{mended.refused.get(name)}"
    after = mended.after[name]
    assert (after["verdict"], after["reason"], after["mend"]) == ("allowed", None, []), after
    assert after["browser"]["reads"] is True or after["cors"] == "report-only"


@pytest.mark.parametrize("name", ALL)
def test_and_the_server_does_as_it_was_told_to(mended, name):
    told = mended.before[name]
    if not is_writable(told) or told["cors"] == "report-only":
        return
    origin, asked = ALL[name]
    preflight, actual = mended.real[name]
    found = dict(preflight.headers), dict(actual.headers)
    for response in found:
        assert response.get("Access-Control-Allow-Origin") in (origin, "*")
        if "credentials" in asked:
            assert response["Access-Control-Allow-Origin"] == origin
            assert response["Access-Control-Allow-Credentials"] == "true"
    assert preflight.status == 204
    assert asked.get("method", "GET") in found[0]["Access-Control-Allow-Methods"].split(", ")
    allowed = [each.lower() for each in found[0]["Access-Control-Allow-Headers"].split(", ")]
    for each in asked.get("headers", "").replace(" ", "").lower().split(","):
        assert not each or each in allowed


@pytest.mark.parametrize("name", ALL)
def test_the_advice_is_no_more_than_what_was_asked(mended, name):
    for each in mended.before[name]["mend"]:
        words = (each["write"] or "").split()
        assert "*" not in words and "null" not in words and not any(word.startswith("https://*") for word in words)
        assert "\n" not in (each["write"] or "")


def test_few_are_left_without_a_line(mended):
    without = [name for name, told in mended.before.items() if not is_writable(told)]
    assert [name for name in without if not any(word in name for word in UNMENDABLE)] == []
