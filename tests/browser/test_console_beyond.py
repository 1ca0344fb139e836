# SPDX-License-Identifier: Apache-2.0
"""Messages that are not about the policy alone: backends that have their say, redirects, and the browser's own leave.

Where a policy hands preflights or headers over (PassThrough, Keep), explain cannot know what the backend says: it shows
the directive that does so, and taking that back is the mend."""

import pytest
from harness import rows
from harness.backend import Backend, page, read_request

import messages
from console import HANDLER, SITE, Call, as_fetch, attempt, explain, mended, restart
from stage import APP, PAGE, Stage, Visitor, serve, shop, wait_for

OTHER = "api.other.localhost"
PASS, KEEP = "CorsPreflight PassThrough", "CorsUpstreamHeaders Keep"
MINE = f"Access-Control-Allow-Origin: http://{APP}:{{port}}"
GET, INCLUDE, PUT = "fetch(url)", "fetch(url, {credentials: 'include'})", "fetch(url, {method: 'PUT'})"
PUT_HEADER = "json('PUT', 1)"
WITH_COOKIES = Call(credentials=True)
MAY = "CorsAllowMethods PUT", "CorsAllowCredentials On"
TRUE = "Access-Control-Allow-Credentials: true"

# what the script does; the lines that hand over; the headers and status of the backend; the message; the question
BACKENDS = [
    ("another origin", GET, KEEP, ["Access-Control-Allow-Origin: https://x.example"], messages.OTHER_ORIGIN, Call()),
    ("a slash too many", GET, KEEP, [MINE + "/"], messages.OTHER_ORIGIN, Call()),
    ("null", GET, KEEP, ["Access-Control-Allow-Origin: null"], messages.OTHER_ORIGIN, Call()),
    ("two in one", GET, KEEP, [f"{MINE}, *"], messages.SEVERAL, Call()),
    ("two", GET, KEEP, [MINE, "Access-Control-Allow-Origin: *"], messages.SEVERAL, Call()),
    ("a host", GET, KEEP, [f"Access-Control-Allow-Origin: {APP}"], messages.INVALID, Call()),
    ("nothing", GET, KEEP, ["Access-Control-Allow-Origin:"], messages.INVALID, Call()),
    ("cookies for any origin", INCLUDE, KEEP, ["Access-Control-Allow-Origin: *"], messages.WILDCARD, WITH_COOKIES),
    ("cookies: false", INCLUDE, KEEP, [MINE, "Access-Control-Allow-Credentials: false"], messages.CREDENTIALS,
     WITH_COOKIES),
    ("cookies: True", INCLUDE, KEEP, [MINE, "Access-Control-Allow-Credentials: True"], messages.CREDENTIALS,
     WITH_COOKIES),
    ("a preflight that is redirected", PUT, PASS, ["Location: /elsewhere", 302], messages.REDIRECT, Call("PUT")),
    ("a preflight that wants a password", PUT, PASS, ["WWW-Authenticate: Basic realm=x", 401], messages.NOT_OK,
     Call("PUT")),
    ("a preflight that is not implemented", PUT, PASS, [405], messages.NOT_OK, Call("PUT")),
    ("a preflight for another origin", PUT, f"{PASS}\n{KEEP}", ["Access-Control-Allow-Origin: https://x.example"],
     messages.PREFLIGHT + messages.OTHER_ORIGIN, Call("PUT")),
    ("a preflight for two", PUT, f"{PASS}\n{KEEP}", [f"{MINE}, *"], messages.PREFLIGHT + messages.SEVERAL, Call("PUT")),
    ("a preflight for what is no origin", PUT, f"{PASS}\n{KEEP}", ["Access-Control-Allow-Origin: true"],
     messages.PREFLIGHT + messages.INVALID, Call("PUT")),
    ("a preflight without the method", PUT, f"{PASS}\n{KEEP}", [MINE], messages.METHOD, Call("PUT")),
    ("a preflight without the header", PUT_HEADER, f"{PASS}\n{KEEP}", [MINE, "Access-Control-Allow-Methods: PUT"],
     messages.HEADER, Call("PUT", "content-type")),
    ("methods in disorder", PUT, f"{PASS}\n{KEEP}", [MINE, "Access-Control-Allow-Methods: PUT;DELETE"],
     messages.BAD_METHODS, Call("PUT")),
    ("headers in disorder", PUT_HEADER, f"{PASS}\n{KEEP}",
     [MINE, "Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: a b;c"], messages.BAD_HEADERS,
     Call("PUT", "content-type")),
]
STATUS = {302: "302 Found", 401: "401 Unauthorized", 405: "405 Method Not Allowed"}


class ByMethod(Backend):
    """Answers OPTIONS as it is told to, and everything else as well where CORS headers are all that is odd."""

    def talk(self, connection, stream):
        connection.sendall(self.answer(connection, stream))

    def answer(self, _connection, stream):
        """The bytes for one request."""
        method, path, headers, _ = read_request(stream)
        said = self.answers[path.split("?")[0]]
        lines = [line.format(port=headers["x-port"]) for line in said if isinstance(line, str)]
        status = next((STATUS[each] for each in said if not isinstance(each, str)), "200 OK")
        return page(*lines, status=status if method == "OPTIONS" else "200 OK")


@pytest.fixture(scope="module")
def backend():
    """The backend of all paths."""
    with ByMethod({f"/{i}": row[3] for i, row in enumerate(BACKENDS)}) as running:
        yield running


@pytest.fixture(scope="module")
def server(backend):
    """A path for each backend's way, redirects, and pages that pass for public ones."""
    site = Stage(HANDLER, modules=["proxy", "proxy_http"])
    for i, row in enumerate(BACKENDS):
        site.add(f"<Location /b{i}>\n{shop(*MAY, row[2])}\n</Location>\n"
                 f"ProxyPass /b{i} http://127.0.0.1:{backend.port}/{i}")
    site.page("/public.html", PAGE)
    site.add(
        f"""
        RequestHeader set X-Port "${{PORT}}"
        <Location /public.html>
            Header set Content-Security-Policy treat-as-public-address
        </Location>
        <Location /api>
            {shop()}
        </Location>
        ScriptAlias /api/echo "${{ROOT}}/scripts/echo"
        ScriptAlias /untouched/echo "${{ROOT}}/scripts/echo"
        Redirect 307 /api/other http://{OTHER}:${{PORT}}/api/echo
        Redirect 307 /api/password http://user:secret@{OTHER}:${{PORT}}/api/echo
        Redirect 307 /api/untouched /untouched/echo
        """
    )
    with serve(site) as running:
        yield running


def taken_back(text, answer):
    """The configuration without what hands over to the backend, at the places that explain shows."""
    lines = text.splitlines()
    for directive, value in (("CorsPreflight", "PassThrough"), ("CorsUpstreamHeaders", "Keep")):
        for row in answer["policy"]:
            if (row["directive"], row["value"]) == (directive, value):
                assert lines[row["line"] - 1].split() == [directive, value]
                lines[row["line"] - 1] = ""
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def stories(browser, server):
    """Every backend before, what explain shows of the path, and every backend after that was taken back."""
    visitor = Visitor(browser, server)
    before, answers, after = [], [], []
    text = server.root.read(SITE)
    for i, row in enumerate(BACKENDS):
        visitor.to(f"/b{i}")
        visitor.open(APP)
        before.append(attempt(visitor, row[1]))
        answers.append(explain(server, visitor.url, f"http://{APP}:{server.port}", row[-1]))
        text = taken_back(text, answers[-1])
    restart(server, text)
    for i, row in enumerate(BACKENDS):
        visitor.to(f"/b{i}")
        visitor.open(APP)
        after.append(attempt(visitor, row[1]))
    return {row[0]: story for row, *story in zip(BACKENDS, before, answers, after)}


@rows("name, line, message", [(row[0], row[0], row[2], row[-2]) for row in BACKENDS])
def test_what_a_backend_says(stories, name, line, message):
    (_, said), answer, after = stories[name]
    assert said and messages.says(message, as_fetch(said)), said
    assert answer["verdict"] == "allowed"
    shown = [f"{row['directive']} {row['value']}" for row in answer["policy"] if row["line"] is not None]
    assert set(line.splitlines()) <= set(shown)
    assert after == ({"value": "200 backend"}, None)


def ask(visitor, path, script=GET, host=APP, page="/page.html"):
    """What a script on a page comes to, with the console's message."""
    visitor.to(path)
    visitor.open(host, page)
    return attempt(visitor, script)


def test_a_redirect_to_another_host(visitor):
    """The Origin is null from there on, which the console does not say, and explain has to be told."""
    _, said = ask(visitor, "/api/other")
    target = f"http://{OTHER}:{visitor.server.port}/api/echo"
    origin = f"http://{APP}:{visitor.server.port}"
    assert f"(redirected from '{visitor.url}') from origin '{origin}'" in said
    url = as_fetch(said).split("'")[1]
    assert url.startswith(target)
    answer = explain(visitor.server, url, "null", Call())
    assert answer["browser"]["chrome"] == as_fetch(said).replace(f"'{origin}'", "'null'")
    assert answer["reason"] == "origin-not-allowed" and answer["decided_by"]["directive"] == "CorsAllowOrigin"

    assert explain(visitor.server, url, origin, Call())["browser"]["reads"] is True
    assert ask(visitor, "/api/other", f"fetch('{url}')") == ({"value": "200 GET"}, None)


def test_a_redirect_with_a_password(visitor):
    _, said = ask(visitor, "/api/password")
    assert messages.says(messages.PASSWORD, as_fetch(said)), said
    url = f"http://{OTHER}:{visitor.server.port}/api/echo"
    assert ask(visitor, "/api/password", f"fetch('{url}')") == ({"value": "200 GET"}, None)


def test_a_redirect_to_a_url_without_a_policy(visitor):
    _, said = ask(visitor, "/api/untouched")
    origin = f"http://{APP}:{visitor.server.port}"
    answer = explain(visitor.server, as_fetch(said).split("'")[1], origin, Call())
    assert answer["cors"] == "off" and answer["browser"]["chrome"] == as_fetch(said)
    restart(visitor.server, mended(visitor.server.root.read(SITE), [("/untouched", answer)]))
    assert ask(visitor, "/api/untouched") == ({"value": "200 GET"}, None)


def test_the_local_network_without_leave(browser, visitor):
    """Nothing reaches the server. Up to Chromium 141 a preflight asked it, with a header that no later one sends."""
    browser.execute_cdp_cmd("Browser.resetPermissions", {})
    _, said = ask(visitor, "/api/echo", page="/public.html")
    assert messages.says(messages.NOT_PERMITTED, as_fetch(said)), said
    assert visitor.server.root.read("logs/access").count(visitor.url.rpartition("/")[2]) == 0
    origin = f"http://{APP}:{visitor.server.port}"
    assert explain(visitor.server, visitor.url, origin, Call())["browser"]["reads"] is True

    for name in ("local-network-access", "loopback-network"):
        browser.execute_cdp_cmd(
            "Browser.setPermission", {"permission": {"name": name}, "setting": "granted", "origin": origin})
    try:
        assert ask(visitor, "/api/echo", page="/public.html") == ({"value": "200 GET"}, None)
        assert visitor.asked(1) == ["GET 200"]
    finally:
        browser.execute_cdp_cmd("Browser.resetPermissions", {})


def test_the_local_network_from_a_page_without_tls(visitor):
    _, said = ask(visitor, "/api/echo", host="www.app.example", page="/public.html")
    assert messages.says(messages.NOT_SECURE, as_fetch(said)), said


def test_another_network_than_the_script_says(visitor):
    _, said = ask(visitor, "/api/echo", "fetch(url, {targetAddressSpace: 'public'})")
    assert messages.says(messages.OTHER_SPACE, as_fetch(said)), said
    assert ask(visitor, "/api/echo") == ({"value": "200 GET"}, None)


def test_a_request_that_must_stay_at_home(visitor):
    """The script says so itself: no directive helps, and nothing reaches the server."""
    visitor.to("/api/echo")
    visitor.open(APP)
    visitor.start("fetch(url, {mode: 'same-origin'}).catch(() => null)")
    said = wait_for(lambda: [entry["message"] for entry in visitor.driver.get_log("browser")])[0]
    said = said[said.index("Fetch API"):]
    assert messages.says(messages.SAME_ORIGIN, said, beginning=""), said
    assert visitor.server.root.read("logs/access").count(visitor.url.rpartition("/")[2]) == 0
    assert ask(visitor, "/api/echo") == ({"value": "200 GET"}, None)


def test_a_url_that_is_no_web_address(visitor):
    _, said = ask(visitor, "/api/echo", "load('script', {src: 'app://api/', crossorigin: 'anonymous'})")
    assert messages.says(messages.SCHEME, as_fetch(said)), said
    assert ask(visitor, "/api/echo") == ({"value": "200 GET"}, None)


def test_authorization_is_covered_by_a_star_in_this_browser(visitor):
    """The standard says otherwise, and the module with it; browsers that go by it name the header. This one warns."""
    page_headers = [MINE, "Access-Control-Allow-Headers: *"]
    with ByMethod({"/x": page_headers}) as backend:
        text = visitor.server.root.read(SITE)
        restart(visitor.server, text + f"<Location /star>\n{shop(PASS, KEEP)}\n</Location>\n"
                f"ProxyPass /star http://127.0.0.1:{backend.port}/x\n")
        assert ask(visitor, "/star", "get({Authorization: 'Bearer t'})") == ({"value": "200 backend"}, None)
