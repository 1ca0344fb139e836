# SPDX-License-Identifier: Apache-2.0
"""cors-explain: the question it asks, the answer it prints, and what its exit status says of it."""

import json
import os
import re
import shutil
import subprocess

import pytest
from harness import Site, policy, rows
from harness.backend import Backend, page
from harness.installed import REPOSITORY
from harness.site import EVIL, GOOD
from harness.tls import speak_tls

COMMAND = REPOSITORY / "tools/cors-explain"
MANUAL = REPOSITORY / "docs/cors-explain.1"
READ, KEPT, FAULT = 0, 1, 2
HIDDEN = "the response is read, and one of its headers is not"

site = Site()
site.add(
    f"""
    <Location /cors-status>
        SetHandler cors-status
    </Location>
    <Location /elsewhere/status>
        SetHandler cors-status
    </Location>
    <Location /closed>
        SetHandler cors-status
        Require all denied
    </Location>
    <Location /locked>
        SetHandler cors-status
        AuthType Basic
        AuthName status
        AuthUserFile "${{ROOT}}/users"
        Require valid-user
    </Location>
    <LocationMatch "^/(api|with space)">
        {policy("CorsAllowMethods PUT", "CorsAllowHeaders X-Api-Key X-Other")}
    </LocationMatch>
    <Location /member>
        {policy("CorsAllowCredentials On", "CorsAllowPrivateNetwork On")}
    </Location>
    <Location /shown>
        {policy("CorsExposeHeaders X-Version")}
    </Location>
    <Location /watched>
        {policy("CorsEngine ReportOnly")}
    </Location>
    <Location /query>
        {policy()}
        <If "%{{QUERY_STRING}} == 'a=1&b=%2B'">
            CorsAllowOrigin {EVIL}
        </If>
    </Location>
    Redirect 302 /moved /cors-status
    Redirect 503 /down
    """
)
site.file("users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
site.page("/page.txt", "Verdicts are elsewhere\n")


def command(*arguments, shell=(), **environment):
    """Run it; what it did."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CORS_STATUS")}
    return subprocess.run([*shell, COMMAND, *arguments], env={**kept, **environment}, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)


def ask(server, path, *arguments, **environment):
    """Run it for a path of the server."""
    return command(f"http://localhost:{server.port}{path}", *arguments, **environment)


FROM_GOOD, FROM_EVIL = ("--origin", GOOD), ("--origin", EVIL)
EXITS = [
    ("allowed", "/api/x", FROM_GOOD, READ),
    ("allowed, with =", "/api/x", [f"--origin={GOOD}", "--method=PUT", "--headers=x-api-key"], READ),
    ("denied", "/api/x", FROM_EVIL, KEPT),
    ("a method", "/api/x", [*FROM_GOOD, "--method", "PUT"], READ),
    ("a method that is not listed", "/api/x", [*FROM_GOOD, "--method", "DELETE"], KEPT),
    ("headers", "/api/x", [*FROM_GOOD, "--headers", "X-Api-Key,X-Other"], READ),
    ("headers, one by one", "/api/x", [*FROM_GOOD, "--headers", "X-Api-Key", "--headers", "X-Other"], READ),
    ("headers, the second of which is not listed", "/api/x", [*FROM_GOOD, "--headers", "X-Other", "--headers", "X-No"],
     KEPT),
    ("cookies where none may come", "/api/x", [*FROM_GOOD, "--credentials"], KEPT),
    ("cookies", "/member", [*FROM_GOOD, "--credentials"], READ),
    ("a private network", "/member", [*FROM_GOOD, "--private-network"], READ),
    ("a private network that is closed", "/api/x", [*FROM_GOOD, "--private-network"], KEPT),
    ("no policy", "/untouched", FROM_GOOD, KEPT),
    ("report only", "/watched", FROM_GOOD, KEPT),
    ("a space, encoded", "/with%20space", FROM_GOOD, READ),
    ("a query", "/query?a=1&b=%2B", FROM_EVIL, READ),
    ("another query", "/query?a=1&b=+", FROM_EVIL, KEPT),
    ("a fragment", "/api/x#top", FROM_GOOD, READ),
    ("no path", "", FROM_GOOD, KEPT),
    ("no path, but a query", "?a", FROM_GOOD, KEPT),
    ("null", "/api/x", ["--origin", "null"], KEPT),
    ("what is exposed", "/shown", [*FROM_GOOD, "--reads", "x-version,content-type"], READ),
    ("what is not exposed", "/shown", [*FROM_GOOD, "--reads", "x-version", "--reads=x-node"], HIDDEN),
    ("what is not exposed, from elsewhere", "/shown", [*FROM_EVIL, "--reads", "x-node"], KEPT),
    ("an origin that would like to be more", "/api/x", ["--origin", f"{EVIL}&origin={GOOD}"], KEPT),
    ("an origin that would like to be a file", "/api/x", ["--origin", "@/etc/passwd"], KEPT),
]


@pytest.mark.parametrize("json_wanted", [False, True], ids=["text", "json"])
@rows("path, arguments, status", EXITS)
def test_exit_status(server, path, arguments, status, json_wanted):
    done = ask(server, path, *arguments, *["--json"] * json_wanted)
    assert (done.returncode, done.stderr) == (READ if status == READ else KEPT, ""), done
    if json_wanted:
        assert json.loads(done.stdout)["browser"]["reads"] is (status != KEPT)
    else:
        assert ("Browsers let the script read" in done.stdout) is (status != KEPT)


def test_same_origin(server):
    own = f"http://localhost:{server.port}"
    done = ask(server, "/api/x", "--origin", own)
    assert done.returncode == READ and "same-origin" in done.stdout


def test_the_question_arrives_as_it_was_asked(server):
    done = ask(server, "/api/x?q=a%20b&r=1", *FROM_GOOD, "--method", "PUT", "--headers", "X-Api-Key, X-Other", "--json")
    answer = json.loads(done.stdout)
    assert answer["url"] == f"http://localhost:{server.port}/api/x?q=a%20b&r=1"
    assert (answer["origin"], answer["method"], answer["headers"]) == (GOOD, "PUT", "X-Api-Key, X-Other")


def test_the_answer_for_people(server):
    text = ask(server, "/api/x", *FROM_EVIL).stdout
    assert re.search(r"^Verdict +denied$", text, re.M)
    assert re.search(r"^Decided by CorsAllowOrigin at .*:\d+", text, re.M)
    assert f"CorsAllowOrigin {EVIL}" in text and "has been blocked by CORS policy" in text


@rows(
    "arguments, environment",
    [
        ("by option", ["--status-url", "http://localhost:{port}/elsewhere/status"], {}),
        ("by environment", [], {"CORS_STATUS_URL": "http://localhost:{port}/elsewhere/status"}),
        ("by option over the environment", ["--status-url", "http://localhost:{port}/cors-status"],
         {"CORS_STATUS_URL": "http://localhost:1/"}),
        ("with a password", ["--status-url", "http://user:secret@localhost:{port}/locked"], {}),
        ("with a query of its own", ["--status-url", "http://localhost:{port}/cors-status?from=here"], {}),
    ],
)
def test_another_place_to_ask(server, arguments, environment):
    given = [each.format(port=server.port) for each in arguments]
    named = {name: value.format(port=server.port) for name, value in environment.items()}
    assert command("/api/x", *FROM_GOOD, *given, **named).returncode == READ
    assert command("/api/x", *FROM_EVIL, *given, **named).returncode == KEPT


@rows(
    "place, said",
    [
        ("nothing there", "/none", r"nothing at .*/none \(404\)(.|\n)*SetHandler cors-status\n +Require local"),
        ("closed", "/closed", r"not open to this machine \(403\)\n.*Require local"),
        ("locked", "/locked", r"password \(401\)"),
        ("a redirect", "/moved", r"redirects \(302\)\n.*--status-url"),
        ("down", "/down", r"answers with status 503\n.*error log"),
        ("a page", "/page.txt", r"is not mod_cors\n(.|\n)*SetHandler cors-status"),
    ],
)
def test_who_cannot_be_asked_says_why(server, place, said):
    server.log.allow(r"\[(authz_core|auth_basic):error\]")
    done = ask(server, "/api/x", *FROM_GOOD, "--status-url", f"http://localhost:{server.port}{place}")
    assert (done.returncode, done.stdout) == (FAULT, "")
    assert re.search(said, done.stderr), done.stderr


def test_a_server_that_is_not_there():
    done = command("http://localhost:1/api", *FROM_GOOD)
    assert done.returncode == FAULT
    assert "cannot ask http://localhost:1/cors-status" in done.stderr and "curl: (7)" in done.stderr


def test_a_certificate_that_curl_does_not_trust(start):
    secure = Site(modules=["ssl", "socache_shmcb"])
    secure.add(
        f"""
        <VirtualHost 127.0.0.1:${{BACKEND}}>
            ServerName localhost
            {speak_tls(secure)}
            <Location /cors-status>
                SetHandler cors-status
            </Location>
            {policy()}
        </VirtualHost>
        <Location /cors-status>
            SetHandler cors-status
        </Location>
        """
    )
    server = start(secure)
    url = f"https://localhost:{server.backend}/x"
    done = command(url, *FROM_GOOD)
    assert done.returncode == FAULT
    assert "certificate" in done.stderr and "--status-url http://localhost/cors-status" in done.stderr
    done = command(url, *FROM_GOOD, "--status-url", f"http://localhost:{server.port}/cors-status")
    assert (done.returncode, done.stderr) == (READ, "")


@rows(
    "kind, body",
    [
        ("a page for all", "text/html", "<p>welcome</p>"),
        ("somebody else's JSON", "application/json", '{"reads": true}'),
        ("nothing at all", "text/plain", ""),
    ],
)
def test_what_is_not_the_handler_is_not_believed(kind, body):
    said = page(body=body).replace(b"text/plain", kind.encode())
    with Backend({}) as backend:
        backend.answers = type("Any", (dict,), {"get": lambda *_: said})()
        for arguments in ([], ["--json"]):
            done = command(f"http://localhost:{backend.port}/", *FROM_GOOD, *arguments)
            assert done.returncode == FAULT and "is not mod_cors" in done.stderr


def test_what_the_handler_does_not_understand_is_passed_on(server):
    done = ask(server, "/api/x", *FROM_GOOD, "--method", "P T")
    assert done.returncode == FAULT and "method is no token" in done.stderr


@rows(
    "arguments, said",
    [
        ("nothing", [], "the URL is missing"),
        ("no origin", ["http://localhost/"], "--origin is missing"),
        ("an origin without a value", ["http://localhost/", "--origin"], "--origin needs a value"),
        ("an unknown option", ["http://localhost/", *FROM_GOOD, "--frob"], "unknown option '--frob'"),
        ("two URLs", ["http://localhost/", "http://localhost/b", *FROM_GOOD], "one URL at a time"),
        ("two URLs after --", [*FROM_GOOD, "--", "http://localhost/", "-b"], "one URL at a time"),
        ("a path and no server", ["/api", *FROM_GOOD], "is a path: say with --status-url whom"),
        ("another scheme", ["ftp://localhost/", *FROM_GOOD], "neither a whole http or https URL nor a path"),
        ("a WebSocket", ["wss://localhost/x", *FROM_GOOD], "with http in place of ws: 'https://localhost/x'"),
        ("no scheme", ["localhost/api", *FROM_GOOD], "neither a whole http or https URL nor a path"),
        ("no host", ["http:///api", *FROM_GOOD], "no host"),
        ("a password", ["http://me:secret@localhost/", *FROM_GOOD], "scripts cannot ask"),
        ("a file to ask", ["http://localhost/", *FROM_GOOD, "--status-url", "file:///etc/passwd"], "no http or https"),
        ("an option to ask", ["/api", *FROM_GOOD, "--status-url", "-o/tmp/x"], "no http or https URL"),
    ],
)
def test_wrong_usage(arguments, said):
    done = command(*arguments)
    assert (done.returncode, done.stdout) == (FAULT, "")
    assert said in done.stderr and "--help" in done.stderr


def test_help_and_manual_know_the_same_options():
    told = command("--help")
    assert told.returncode == 0 and max(len(line) for line in told.stdout.splitlines()) <= 80
    options = set(re.findall(r"--[a-z-]+", told.stdout))
    assert options == set(re.findall(r"--[a-z-]+", MANUAL.read_text().replace("\\", "")))
    assert options >= {"--origin", "--method", "--headers", "--credentials", "--private-network", "--json"}


def test_version():
    version = re.search(r'MOD_CORS_VERSION "(.*)"', (REPOSITORY / "mod_cors.h").read_text())[1]
    assert command("--version").stdout == f"cors-explain {version}\n"
    assert f'"mod_cors {version}"' in MANUAL.read_text()


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_in_each_shell(server, shell):
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    given = [shell, "sh"] if shell == "busybox" else [shell]
    for origin, status in ((GOOD, READ), (EVIL, KEPT)):
        done = command(f"http://localhost:{server.port}/api/x", "--origin", origin, shell=given)
        assert done.returncode == status, done


def test_a_virtual_host_asked_for_by_another_name(start):
    """The policy is that of the virtual host in the URL, whoever is asked."""
    other = Site("<Location /cors-status>\nSetHandler cors-status\n</Location>\n"
                 f"<VirtualHost *:${{PORT}}>\nServerName api.example\n<Location /api>\n{policy()}\n</Location>\n"
                 "</VirtualHost>")
    server = start(other)
    given = [*FROM_GOOD, "--status-url", f"http://127.0.0.1:{server.port}/cors-status"]
    assert command(f"http://api.example:{server.port}/api", *given).returncode == READ


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="no shellcheck here")
def test_shellcheck():
    subprocess.run(["shellcheck", COMMAND], check=True)


@pytest.mark.skipif(not shutil.which("man"), reason="no man here")
def test_the_manual_is_well_formed():
    done = subprocess.run(["man", "--warnings", "-l", MANUAL], capture_output=True, text=True, check=True,
                          env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"})
    assert done.stderr == "" and "EXIT STATUS" in done.stdout
