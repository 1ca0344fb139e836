# SPDX-License-Identifier: Apache-2.0
"""Many clients at once: each gets the answer to its own question."""

from concurrent.futures import ThreadPoolExecutor

from harness import Site, policy
from harness.answer import NOT_SHARED, answered, shared
from harness.client import origin_headers, preflight_headers
from harness.site import EVIL

ORIGINS = [f"https://o{number}.good.example" for number in range(8)]

site = Site()
LISTED = site.location(
    policy("CorsAllowMethods *", "CorsAllowHeaders *", "CorsAllowCredentials On", origin="https://*.good.example")
)
MATCHED = site.location(r"CorsAllowOriginRegex https://o[0-9]\.good\.example")
DELEGATED = site.htaccess("/delegated", policy("CorsExposeHeaders X-A", origin=" ".join(ORIGINS)))


def one_client(server, number):
    """Many requests on a connection; the answers that were not the client's own."""
    origin, name = ORIGINS[number], f"x-{number}"
    asked = [
        ("GET", LISTED, origin_headers(origin), shared(origin, credentials=True)),
        ("GET", MATCHED, origin_headers(origin), shared(origin)),
        ("GET", DELEGATED, origin_headers(origin), shared(origin, expose="X-A")),
        ("GET", LISTED, origin_headers(EVIL), NOT_SHARED),
        ("GET", MATCHED, [], NOT_SHARED),
        ("OPTIONS", MATCHED, preflight_headers(origin), answered(origin)),
        (
            "OPTIONS", LISTED, preflight_headers(origin, "PUT", name),
            answered(origin, methods="PUT", names=name, credentials=True),
        ),
    ]
    wrong = []
    for _ in range(12):
        with server.connection() as connection:
            for method, path, headers, expected in asked:
                cors = connection.request(method, path, headers).cors
                wrong += [(method, path, headers, cors)] if cors != expected else []
    return wrong


def test_everybody_gets_his_own(server):
    with ThreadPoolExecutor(len(ORIGINS)) as clients:
        assert list(clients.map(lambda number: one_client(server, number), range(len(ORIGINS)))) == [[]] * len(ORIGINS)
