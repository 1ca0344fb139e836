# SPDX-License-Identifier: Apache-2.0
"""docs/mod_cors.md and the guide for FastAPI say what the module does: defaults, variables, log lines, parameters."""

import ast
import re

import pytest
from harness import Site, configtest, policy, rows
from harness.document import blocks, text_of
from harness.installed import REPOSITORY
from harness.site import EVIL, GOOD
from harness.status import explain

MANUAL, FASTAPI = "docs/mod_cors.md", "docs/guides/from-fastapi.md"
DEFAULTS = dict(re.findall(r"^\| Default: \| `(Cors\w+) (.*)` \|$", text_of(MANUAL), re.M))
(LOG_FORMAT,) = [block.text for block in blocks(MANUAL) if block.text.startswith("LogFormat")]

site = Site(f"<Location /api>\n{policy()}\n</Location>\n<Location /cors-status>\nSetHandler cors-status\n</Location>")
site.add(LOG_FORMAT.replace("logs/cors", '"${ROOT}/logs/access"'))
site.page("/api/page")


def test_the_defaults(server):
    """Explain tells what is in force where nobody has said anything."""
    answer = explain(server, url="/api/page", origin=GOOD)
    told = {each["directive"]: each["value"] for each in answer["policy"] if each["file"] is None}
    assert len(told) > 10
    assert DEFAULTS == {**told, "CorsReloadInterval": "5"}  # which belongs to no URL


@rows(
    "ask, logged",
    [
        ("a preflight", lambda server: server.preflight("/api/page?1", GOOD), f'204 "{GOOD}" preflight allowed -'),
        ("a method", lambda server: server.preflight("/api/page?2", GOOD, "PUT"),
         f'403 "{GOOD}" preflight denied method-not-allowed'),
        ("a stranger", lambda server: server.get("/api/page?3", EVIL),
         f'200 "{EVIL}" actual denied origin-not-allowed'),
        ("a quote", lambda server: server.get("/api/page?4", '"'), r'200 "\"" actual denied origin-malformed'),
    ],
)
def test_the_log_format(server, ask, logged, request):
    ask(server)
    number = 1 + ["preflight", "method", "stranger", "quote"].index(request.node.callspec.id.split()[-1])
    assert server.access_log(rf"/api/page\?{number} ").endswith(logged)


def test_what_is_no_cross_origin_request_is_not_logged(server):
    server.get("/api/page?none")
    server.get("/api/page?own", f"http://localhost:{server.port}")
    server.get("/api/page?last", GOOD)
    assert server.access_log(r"page\?(none|own|last) ").endswith("actual allowed -")


def test_the_reasons():
    source = (REPOSITORY / "src/core/cors_reason.c").read_text() + (REPOSITORY / "src/core/cors_reason.h").read_text()
    reasons = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source))
    row = re.search(r"^\| `CORS_REASON` \| (.*?) \|", text_of(MANUAL), re.M)[1]
    assert reasons and set(re.findall(r"`(.*?)`", row)) == reasons


@pytest.mark.parametrize("word", ["NullOrigin", "InsecureOrigins", "PublicSuffixes"])
def test_what_is_lifted_is_refused_without(word):
    """Each word of CorsDangerouslyAllow, by the message that its row names."""
    pattern = {"NullOrigin": "null", "InsecureOrigins": "http://a.example", "PublicSuffixes": "https://*.co.uk"}[word]
    number = re.search(rf"^\| `{word}` \|.*\[(CORS0\d+)\]", text_of(MANUAL), re.M)[1]
    text = f"CorsAllowOrigin {pattern}\nCorsAllowCredentials On\n"
    configtest(text).assert_refused(1, pattern, number, f"CorsDangerouslyAllow {word}")
    assert configtest(f"CorsDangerouslyAllow {word}\n{text}").code == 0


PARAMETERS = {
    "allow_origins", "allow_origin_regex", "allow_methods", "allow_headers", "allow_credentials", "expose_headers",
    "max_age", "allow_private_network",
}


def keywords(text):
    """The parameters of CORSMiddleware in a program."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    (found,) = [call for call in calls if "CORSMiddleware" in [getattr(each, "id", None) for each in call.args]]
    return {word.arg: ast.literal_eval(word.value) for word in found.keywords}


def test_each_parameter_of_the_middleware_has_a_row():
    assert set(re.findall(r"^\| `(\w+)` \| `Cors\w+` \|", text_of(FASTAPI), re.M)) == PARAMETERS
    programs = [keywords(block.text) for block in blocks(FASTAPI) if block.language == "python"]
    assert len(programs) == 2 and all(set(each) <= PARAMETERS for each in programs)


def test_the_middleware_becomes_the_policy(start):
    """The guide's first program and its first configuration say the same."""
    program = keywords(next(block.text for block in blocks(FASTAPI) if block.language == "python"))
    text = next(block.text for block in blocks(FASTAPI) if block.language == "apache")
    made = Site(re.sub(r"^Proxy.*\n", "", text, flags=re.M))
    made.page("/api/page")
    server = start(made)
    preview = "https://pr-17.preview.example.com"
    assert re.fullmatch(program["allow_origin_regex"], preview)
    for origin in (*program["allow_origins"], preview):
        names = [name.lower() for name in program["allow_headers"]]
        answer = server.preflight("/api/page", origin, program["allow_methods"][0], ",".join(names))
        found = answer.cors
        assert (answer.status, found["Access-Control-Allow-Origin"]) == (204, origin)
        assert set(program["allow_methods"]) < set(found["Access-Control-Allow-Methods"].split(", "))
        assert set(names) < set(found["Access-Control-Allow-Headers"].split(", "))
        assert found["Access-Control-Max-Age"] == str(program["max_age"])
        assert (found["Access-Control-Allow-Credentials"] == "true") is program["allow_credentials"]
        exposed = server.get("/api/page", origin).cors["Access-Control-Expose-Headers"]
        assert exposed == ", ".join(program["expose_headers"]).lower()
    assert server.get("/api/page", EVIL).cors == {"Vary": "origin"}
