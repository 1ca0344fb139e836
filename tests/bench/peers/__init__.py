# SPDX-License-Identifier: Apache-2.0
"""Who is measured side by side: the same policy, each in its own words, and each of them without CORS."""

import dataclasses
import typing

from . import fastapi, go, httpd, nginx


@dataclasses.dataclass(frozen=True)
class Contender:
    """A server with a name. `base` names the one that is the same but for CORS; itself, if it has none."""

    name: str
    start: typing.Callable  # a context, of something with a port and a process
    base: str
    answers_preflights: bool = True

    @property
    def shares(self):
        """Does it have the policy?"""
        return self.base != self.name


CONTENDERS = (
    Contender("httpd", httpd.bare, base="httpd"),
    Contender("httpd, recipe", httpd.recipe, base="httpd"),
    Contender("httpd, mod_cors", httpd.module, base="httpd"),
    Contender("nginx", nginx.bare, base="nginx", answers_preflights=False),
    Contender("nginx, map", nginx.recipe, base="nginx"),
    Contender("Go", go.bare, base="Go", answers_preflights=False),
    Contender("Go, rs/cors", go.middleware, base="Go"),
    Contender("FastAPI", fastapi.bare, base="FastAPI", answers_preflights=False),
    Contender("FastAPI, CORSMiddleware", fastapi.middleware, base="FastAPI"),
)


def versions():
    """Of all that takes part, in words."""
    return [each.version() for each in (httpd, nginx, go, fastapi)]
