# SPDX-License-Identifier: Apache-2.0
"""The CORS headers of a response as one value, and the values that are expected of it."""

SAFELISTED = "accept, accept-language, content-language, content-type"
PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"

# What a response holds ...
UNTOUCHED = {}                    # where CORS is off
NOT_SHARED = {"Vary": "origin"}   # for an origin that is not allowed, or without one
FOR_EVERYBODY = {"Access-Control-Allow-Origin": "*"}

_CASE_INSENSITIVE_LISTS = ("Vary", "Access-Control-Allow-Headers", "Access-Control-Expose-Headers")
_LISTS = (*_CASE_INSENSITIVE_LISTS, "Access-Control-Allow-Methods")


def tokens(value, lower=True):
    """A header's list with its order taken away; what stands in it twice still does."""
    return ", ".join(sorted(token.strip() for token in (value.lower() if lower else value).split(",")))


def cors(headers):
    """Every Access-Control-*, Timing-Allow-Origin and Vary header; a repeated one as a list."""
    found = {}
    for name, value in headers:
        name = "-".join(part.capitalize() for part in name.split("-"))
        if name.startswith("Access-Control-") or name in ("Timing-Allow-Origin", "Vary"):
            found.setdefault(name, []).append(value)
    return {name: _one(name, values) for name, values in found.items()}


def _one(name, values):
    if name in _LISTS:
        return tokens(", ".join(values), lower=name in _CASE_INSENSITIVE_LISTS)
    return values[0] if len(values) == 1 else values


def shared(origin, credentials=False, expose=None, timing=None, vary="Origin"):
    """The headers of an actual response that is shared with this origin."""
    expected = {"Access-Control-Allow-Origin": origin}
    if credentials:
        expected["Access-Control-Allow-Credentials"] = "true"
    if expose:
        expected["Access-Control-Expose-Headers"] = tokens(expose)
    if timing:
        expected["Timing-Allow-Origin"] = timing
    if vary:
        expected["Vary"] = tokens(vary)
    return expected


def answered(
    origin, methods="GET, HEAD, POST", names=SAFELISTED, max_age="600", credentials=False, private_network=False,
    vary=PREFLIGHT_VARY,
):
    """The headers of a preflight that is allowed."""
    expected = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": tokens(methods, lower=False)}
    if names:
        expected["Access-Control-Allow-Headers"] = tokens(names)
    if max_age is not None:
        expected["Access-Control-Max-Age"] = max_age
    if credentials:
        expected["Access-Control-Allow-Credentials"] = "true"
    if private_network:
        expected["Access-Control-Allow-Private-Network"] = "true"
    if vary:
        expected["Vary"] = tokens(vary)
    return expected


def assert_answered(response, origin, status=204, **differences):
    """The preflight was allowed: its status, no body, and exactly these headers."""
    assert (response.status, response.body, response.cors) == (status, "", answered(origin, **differences))


def assert_denied(response, reason):
    """The preflight was denied: 403, one line of text naming the reason, and no CORS header but Vary."""
    assert response.status == 403, response.body
    assert response.cors == {"Vary": tokens(PREFLIGHT_VARY)}
    assert response.all("Content-Type")[0].startswith("text/plain")
    assert len(response.body.strip().splitlines()) == 1
    assert reason in response.body
