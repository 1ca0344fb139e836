# SPDX-License-Identifier: Apache-2.0
"""CorsDisallowed Reject: what a stranger's page may send without a preflight does not reach the handler either."""

from harness import rows

from stage import API, APP, SIBLING, STRANGER, Stage, shop
from verdict import DENIED, HIDDEN, OPAQUE

site = Stage(modules=["proxy", "proxy_http"])
IGNORE = site.echo(shop())
REJECT = site.echo(shop("CorsDisallowed Reject"))
# Behind a proxy that says another Host: what is same-origin there, only the browser knows.
site.add(
    """
    ProxyPass /front http://127.0.0.1:${BACKEND}/behind
    ScriptAlias /behind "${ROOT}/scripts/echo"
    <Location /behind>
        CorsAllowOrigin https://elsewhere.example
        CorsDisallowed Reject
    </Location>
    """
)
BEHIND = "/front"

GET = "fetch(url)"
FORM = "fetch(url, {method: 'POST', body: new URLSearchParams({a: 1})})"
BLIND = "fetch(url, {method: 'POST', body: 'a=1', mode: 'no-cors', credentials: 'include'})"
IMAGE = "load('img', {src: url}).catch(() => 'no image')"
JSON = "json('POST', 1)"

# what the script does; where; what it comes to for the app, an unlisted neighbour, a stranger, and the API itself; what
# the server made of it
REQUESTS = [
    ("GET, Ignore", GET, IGNORE, ["200 GET", HIDDEN, HIDDEN, "200 GET"], ["GET 200"] * 4),
    ("GET, Reject", GET, REJECT, ["200 GET", HIDDEN, HIDDEN, "200 GET"], ["GET 200", "GET 403", "GET 403", "GET 200"]),
    ("a form, Ignore", FORM, IGNORE, ["200 POST a=1", HIDDEN, HIDDEN, "200 POST a=1"], ["POST 200"] * 4),
    (
        "a form, Reject", FORM, REJECT, ["200 POST a=1", HIDDEN, HIDDEN, "200 POST a=1"],
        ["POST 200", "POST 403", "POST 403", "POST 200"],
    ),
    ("blindly with cookies, Ignore", BLIND, IGNORE, [OPAQUE] * 3 + ["200 POST a=1"], ["POST 200"] * 4),
    (
        "blindly with cookies, Reject", BLIND, REJECT, [OPAQUE] * 3 + ["200 POST a=1"],
        ["POST 200", "POST 403", "POST 403", "POST 200"],
    ),
    (
        "JSON, Reject", JSON, REJECT, ["200 POST 1", DENIED, DENIED, "200 POST 1"],
        ["POST 200", "OPTIONS 403", "OPTIONS 403", "POST 200"],
    ),
    ("an image, which says nothing of its origin, Reject", IMAGE, REJECT, ["no image"] * 4, ["GET 200"] * 4),
    (
        "GET behind a proxy that says another Host", GET, BEHIND, [HIDDEN, HIDDEN, HIDDEN, "200 GET"],
        ["GET 403", "GET 403", "GET 403", "GET 200"],
    ),
    (
        "a form behind a proxy that says another Host", FORM, BEHIND, [HIDDEN, HIDDEN, HIDDEN, "200 POST a=1"],
        ["POST 403", "POST 403", "POST 403", "POST 200"],
    ),
    (
        "PUT behind a proxy that says another Host", "json('PUT', 1)", BEHIND, [DENIED, DENIED, DENIED, "200 PUT 1"],
        ["OPTIONS 403", "OPTIONS 403", "OPTIONS 403", "PUT 200"],
    ),
]


@rows("script, path, verdicts, answers", REQUESTS)
def test_requests(visitor, script, path, verdicts, answers):
    seen, answered = [], []
    for host in (APP, SIBLING, STRANGER, API):
        seen += visitor.see(path, script, host)
        answered.append(visitor.asked(1)[-1])
    assert (seen, answered) == (verdicts, answers)


@rows(
    "path, host, answer",
    [
        ("the app's, Reject", REJECT, APP, "POST 200"),
        ("a neighbour's, Reject", REJECT, SIBLING, "POST 403"),
        ("a stranger's, Reject", REJECT, STRANGER, "POST 403"),
        ("a stranger's, Ignore", IGNORE, STRANGER, "POST 200"),
        ("the API's own, Reject", REJECT, API, "POST 200"),
        ("the API's own behind a proxy that says another Host", BEHIND, API, "POST 200"),
    ],
)
def test_forms_that_are_submitted(visitor, path, host, answer):
    """What no script takes part in: <form method=post>, which leads away from the page."""
    visitor.to(path)
    visitor.open(host)
    visitor.start("document.body.innerHTML = `<form method=post action=${url}>`; document.forms[0].submit()")
    assert visitor.asked(1) == [answer]


@rows("host", [("from a stranger's page", STRANGER), ("from the app's page", APP)])
def test_links_lead_anywhere(visitor, host):
    """Nobody needs leave to follow a link."""
    visitor.to(REJECT)
    visitor.open(host)
    visitor.start("document.body.innerHTML = `<a href=${url}>`; document.links[0].click()")
    assert visitor.asked(1) == ["GET 200"]
