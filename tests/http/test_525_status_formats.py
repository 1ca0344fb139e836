# SPDX-License-Identifier: Apache-2.0
"""The counters as JSON, for Prometheus and in mod_status; of all processes, and across restarts."""

import concurrent.futures
import contextlib
import html.parser
import re
import threading
import time

import pytest
from harness import Httpd, Site, policy, rows
from harness.backend import Backend
from harness.client import Connection, origin_headers
from harness.site import EVIL, GOOD
from harness.status import HANDLER, REASONS, URL, Counted, counters, flat, settle, status, wait_for
from harness.status import page as page_of
from harness.variant import MPMS, variant

STATUS = HANDLER + "\n<Location /server-status>\n    SetHandler server-status\n</Location>"
site = Site(STATUS, modules=["status", "proxy", "proxy_http"])
site.file("conf/origins", f"{GOOD}\nhttps://more.example\n")
PATH = site.location("CorsOriginsFile conf/origins\nCorsDisallowed Reject")
WATCHED = site.location(policy("CorsEngine ReportOnly"))
DENYING = site.location(f"CorsAllowOrigin *\nCorsDenyOrigin {EVIL}")
HOSTILE = b"https://\"}\\\xe9<script>alert(1)</script>.example/{label=\"x\"}"


def closed(properties):
    """The schema of an object with exactly these."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string", "pattern": "^[ -~]*$"}
MAYBE_TEXT = {"type": ["string", "null"], "pattern": "^[ -~]*$"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
MAYBE_TIME = {**TIME, "type": ["string", "null"]}
ASKED = closed({"allowed": COUNT, "denied": closed({reason: COUNT for reason in REASONS})})
REQUESTS = closed({"preflight": ASKED, "actual": ASKED, "same-origin": COUNT, "no-origin": COUNT})
SEEN = closed(
    {
        "want": {"enum": ["origin", "not-an-origin", "denied-origin", "method", "header", "private-network"]},
        "value": TEXT, "cut": {"type": "boolean"},
        "policy": {"type": "string", "pattern": r"^[ -~]+:\d+$"}, "report_only": {"type": "boolean"},
        "count": {"type": "integer", "minimum": 1}, "first": TIME, "last": TIME,
    }
)
SOURCE = closed(
    {
        "kind": {"enum": ["file", "query"]}, "source": TEXT, "directive": TEXT, "file": TEXT,
        "line": {"type": "integer", "minimum": 1}, "origins": {"type": ["integer", "null"], "minimum": 0},
        "generation": COUNT, "loaded": MAYBE_TIME, "age": {"type": ["integer", "null"], "minimum": 0},
        "failed": MAYBE_TIME, "error": MAYBE_TEXT,
    }
)
SECTION = closed({"place": MAYBE_TEXT, "patterns": TEXT, "allowed": COUNT, "denied": COUNT})
STATUS_SCHEMA = closed(
    {
        "module": {"enum": ["mod_cors"]}, "version": TEXT, "now": TIME, "since": TIME, "requests": REQUESTS,
        "refused": COUNT, "report_only": REQUESTS,
        "denied": {"type": "array", "items": SEEN, "maxItems": 512}, "sources": {"type": "array", "items": SOURCE},
        "sections": {"type": "array", "items": SECTION},
    }
)
TYPES = {"string": str, "integer": int, "boolean": bool, "null": type(None), "object": dict, "array": list}


def assert_fits(value, schema, place="status"):
    """The value fits the schema: as much of JSON Schema as is used above."""
    types = schema.get("type", [])
    types = tuple(TYPES[name] for name in ([types] if isinstance(types, str) else types))
    assert not types or type(value) in types, f"{place} is {value!r}"
    assert "enum" not in schema or value in schema["enum"], f"{place} is {value!r}"
    if isinstance(value, str) and "pattern" in schema:
        assert re.search(schema["pattern"], value), f"{place} is {value!r}"
    if isinstance(value, int) and "minimum" in schema:
        assert value >= schema["minimum"], f"{place} is {value!r}"
    if isinstance(value, dict) and "properties" in schema:
        assert set(value) == set(schema["properties"]), f"{place} has {sorted(value)}"
        for name in value:
            assert_fits(value[name], schema["properties"][name], f"{place}.{name}")
    if isinstance(value, list):
        assert len(value) <= schema.get("maxItems", len(value)), f"{place} has {len(value)} items"
        for number, item in enumerate(value):
            assert_fits(item, schema["items"], f"{place}[{number}]")


def some_of_everything(server):
    """Requests that leave something in every part."""
    server.get(DENYING, EVIL)
    for path in (PATH, WATCHED):
        for origin in (GOOD, EVIL, None, "null", HOSTILE):
            server.get(path, origin)
            server.preflight(path, origin or EVIL, "PUT", "x-a")
            server.preflight(path, GOOD, b"BR\xc3\xa9W\"", b"x-\"}{,x-\xff")
            server.preflight(path, GOOD, "GET", None, ("Access-Control-Request-Private-Network", "true"))


def test_json(server):
    some_of_everything(server)
    response = server.get(f"{URL}?format=json")
    assert response.all("Content-Type")[0].startswith("application/json")
    assert_fits(status(server), STATUS_SCHEMA)
    with contextlib.suppress(ImportError):
        import jsonschema

        jsonschema.validate(status(server), STATUS_SCHEMA)


def test_json_of_an_idle_server(start):
    assert_fits(status(start(Site(HANDLER))), STATUS_SCHEMA)


def samples(server):
    """What Prometheus would read: {name: {labels: value}}, the families, and the text."""
    parser = pytest.importorskip("prometheus_client.parser")
    response = server.get(f"{URL}?format=prometheus")
    assert response.all("Content-Type") == ["text/plain; version=0.0.4; charset=utf-8"]
    families = list(parser.text_string_to_metric_families(response.body))
    found = {}
    for family in families:
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            assert labels not in found.setdefault(sample.name, {}), f"{sample} is there twice"
            found[sample.name][labels] = sample.value
    return found, families, response.body


def test_prometheus(server):
    some_of_everything(server)
    settle(server)
    found, families, text = samples(server)
    assert text.endswith("\n") and all(family.documentation and family.type != "unknown" for family in families)
    assert len({family.name for family in families}) == len(families)
    parsed = status(server)
    flattened = {}
    for prefix, name in (("", "cors_requests_total"), ("report-only ", "cors_report_only_requests_total")):
        for labels, value in found[name].items():
            labels = dict(labels)
            assert set(labels) == {"kind", "verdict", "reason"}
            words = (labels["kind"], labels["verdict"], labels["reason"])
            flattened[prefix + " ".join(word for word in words if word)] = value
    flattened["refused"] = found["cors_refused_total"][()]
    assert {name: count for name, count in flattened.items() if count} == flat(parsed)
    (size,) = found["cors_source_origins"].values()
    assert size == 2
    assert {name.removesuffix("_total") for name in found if name.startswith("cors_source")} == {
        "cors_source_origins", "cors_source_age_seconds", "cors_source_generation", "cors_source_failing",
    }


def test_counters_have_the_suffix_that_prometheus_expects(server):
    text = page_of(server, "format=prometheus")
    assert [name for name in re.findall(r"# TYPE (\S+) counter", text) if not name.endswith("_total")] == []


def test_no_byte_of_a_client_is_in_a_label(server):
    before = set(re.findall(r"^[^#]\S*", page_of(server, "format=prometheus"), re.M))
    some_of_everything(server)
    for number in range(50):
        server.get(PATH, f"https://a{number}.example")
    text = page_of(server, "format=prometheus")
    assert {line.partition(" ")[0] for line in re.findall(r"^[^#].*", text, re.M)} == before
    assert not re.search(r"evil|script|BR|x-a|a1\.example", text)


def test_a_source_with_odd_bytes_in_its_name(start):
    odd = Site(HANDLER)
    name = 'conf/a "quoted" \\ and <b> list'
    odd.file(name, f"{GOOD}\n")
    path = odd.location("CorsOriginsFile '" + name.replace("\\", "\\\\") + "'")
    server = start(odd)
    assert server.get(path, GOOD).cors["Access-Control-Allow-Origin"] == GOOD
    assert_fits(status(server), STATUS_SCHEMA)
    ((labels, size),) = samples(server)[0]["cors_source_origins"].items()
    assert dict(labels)["source"].endswith('a "quoted" \\ and <b> list') and size == 1


SUMS = {
    "CorsPreflightAllowed": "preflight allowed", "CorsPreflightDenied": "preflight denied",
    "CorsActualAllowed": "actual allowed", "CorsActualDenied": "actual denied", "CorsRefused": "refused",
}


def sums(server):
    """What mod_status should say."""
    counted = counters(server)
    return {
        name: sum(count for key, count in counted.items() if key.startswith(start)) for name, start in SUMS.items()
    }


def test_mod_status_for_machines(server):
    some_of_everything(server)
    text = server.get("/server-status?auto").body
    assert {name: int(count) for name, count in re.findall(r"^(Cors\w+): (\d+)$", text, re.M)} == sums(server)
    assert all(re.match(r"[^:]+:|localhost$|$", line) for line in text.splitlines())


class Strict(html.parser.HTMLParser):
    """Collects the text below the heading CORS, and counts what is opened and closed there."""

    def __init__(self):
        super().__init__()
        self.text = []
        self.open = []
        self.is_ours = False

    def handle_starttag(self, tag, attrs):
        if self.is_ours and tag not in ("hr", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.is_ours and tag not in ("body", "html"):
            assert self.open.pop() == tag or tag == "h2"

    def handle_data(self, data):
        if data == "CORS":
            self.is_ours, self.open = True, ["h2"]
        if self.is_ours:
            self.text.append(data)


@pytest.mark.parametrize("query", ["", "?notable"])
def test_mod_status_for_people(server, query):
    some_of_everything(server)
    parser = Strict()
    parser.feed(server.get(f"/server-status{query}").body)
    assert parser.is_ours and parser.open == []
    numbers = [int(number) for number in re.findall(r": (\d+)", " ".join(parser.text))]
    assert numbers == list(sums(server).values())


def test_mod_status_without_any_policy(start):
    server = start(Site(STATUS, modules=["status"]))
    assert "CorsActualDenied: 0" in server.get("/server-status?auto").body


PROCESSES = 4
COMMON = "ServerLimit 8\nStartServers 4\nLogFormat \"%P\" process\nCustomLog \"${ROOT}/logs/access\" process\n"
LIMITS = {
    "event": COMMON + "ThreadsPerChild 2\nMinSpareThreads 2\nMaxRequestWorkers 16",
    "worker": COMMON + "ThreadsPerChild 2\nMinSpareThreads 2\nMaxRequestWorkers 16",
    "prefork": COMMON + "MaxRequestWorkers 8",
}


@pytest.mark.parametrize("mpm", MPMS)
def test_processes_add_up(mpm):
    many = Site(LIMITS[mpm] + "\n" + HANDLER)
    path = many.location(policy())
    with variant(many, mpm, "loaded last") as server:
        wait_for(lambda: len(server.children()) >= PROCESSES)

        def work(number):
            connections = [Connection(server.port) for _ in range(2)]
            for connection in connections:
                origin = EVIL if number % 2 else GOOD
                connection.request("GET", path, [*origin_headers(origin), ("Connection", "close")])
                connection.close()

        counted = Counted(server)
        rounds = 0
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            while len(set(server.root.read("logs/access").split())) < 2 or rounds < 3:
                assert rounds < 40, "one process did all the work"
                list(pool.map(work, range(40)))
                rounds += 1
        counted.is_exactly({"actual allowed": 40 * rounds, "actual denied origin-not-allowed": 40 * rounds})


def test_a_graceful_restart_keeps_them(start):
    kept = Site(HANDLER)
    path = kept.location(policy())
    server = start(kept)
    server.get(path, EVIL)
    server.get(path, GOOD)
    before = wait_for(lambda: len(counters(server)) == 2 and status(server))
    for _ in range(3):
        server.restart()
        after = status(server)
        assert (flat(after), after["since"], after["denied"]) == (flat(before), before["since"], before["denied"])
    server.get(path, EVIL)
    assert wait_for(lambda: counters(server).get("actual denied origin-not-allowed") == 2)


def test_a_policy_that_came_with_a_graceful_restart(start):
    server = start(Site(HANDLER))
    server.root.write("conf/site.conf", f"{HANDLER}\n<Location /new>\n{policy()}\n</Location>\n".encode())
    server.restart()
    server.get("/new", EVIL)
    assert wait_for(lambda: counters(server)) == {"actual denied origin-not-allowed": 1}
    (entry,) = status(server)["denied"]
    assert entry["policy"].endswith("conf/site.conf:5")


def test_a_request_under_way_while_the_server_restarts(start):
    release = threading.Event()

    class Slow(Backend):
        """Answers when it is let."""

        def talk(self, connection, stream):
            release.wait(20)
            super().talk(connection, stream)

    with Slow({}) as backend:
        slow = Site(f"{HANDLER}\nProxyPass /slow http://127.0.0.1:{backend.port}/", modules=["proxy", "proxy_http"])
        slow.add(f"<Location /slow>\n{policy()}\n</Location>")
        server = start(slow)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(server.get, "/slow", EVIL)
            time.sleep(0.2)
            restart = threading.Thread(target=server.restart)
            restart.start()
            time.sleep(0.3)
            release.set()
            assert answer.result().status == 200
            restart.join()
        assert wait_for(lambda: counters(server)) == {"actual denied origin-not-allowed": 1}


def test_a_new_start_begins_anew():
    fresh = Site(HANDLER)
    path = fresh.location(policy())
    for _ in range(2):
        with Httpd(fresh) as server:
            parsed = status(server)
            assert flat(parsed) == {} and parsed["denied"] == []
            server.get(path, EVIL)
            assert wait_for(lambda: counters(server)) == {"actual denied origin-not-allowed": 1}


@rows("method, code", [("HEAD", "HEAD", 200), ("POST", "POST", 405), ("PUT", "PUT", 405), ("DELETE", "DELETE", 405)])
def test_it_is_read_only(server, method, code):
    response = server.get(f"{URL}?format=json", method=method)
    assert response.status == code
    assert method != "HEAD" or response.body == ""


def test_the_status_is_not_to_be_kept_by_anybody(server):
    for query in ("", "?format=json", "?format=prometheus", "?suggest=1", f"?explain=1&url={PATH}&origin={GOOD}"):
        response = server.get(URL + query)
        assert response.all("Cache-Control") == ["no-store"] and response.all("X-Content-Type-Options") == ["nosniff"]


@rows("query", [("another format", "format=yaml"), ("none", "format="), ("JSON in capitals", "format=JSON")])
def test_an_unknown_format(server, query):
    response = server.get(f"{URL}?{query}")
    assert response.status == 400 and re.search(r"format.*json", response.body)
