# SPDX-License-Identifier: Apache-2.0
"""What the project says, or would like to say, of its costs; held against the figures."""

import dataclasses
import typing

import origins
import reload
import setups


@dataclasses.dataclass(frozen=True)
class Claim:
    """At most so much. `is_made` where the project says so: then it must hold."""

    text: str
    is_made: bool
    figure: typing.Callable
    limit: typing.Callable
    unit: str = "instructions"


@dataclasses.dataclass(frozen=True)
class Result:
    """A claim with its two numbers."""

    claim: Claim
    figure: float
    limit: float

    @property
    def is_reached(self):
        """Does it hold?"""
        return self.figure <= self.limit


def adds(setup, probe, factor=1.0):
    """That many times what a probe adds."""
    return lambda figures, *_: factor * figures(setup, probe).adds


def whole(setup, probe, factor=1.0):
    """That many times what a probe takes in all."""
    return lambda figures, *_: factor * figures(setup, probe).whole


def bare(factor=1.0):
    """What a GET takes without CORS."""
    return lambda figures, *_: factor * figures.bare(setups.get(setups.ALLOWED)).whole


def parsing(probe):
    """What it takes to read an .htaccess file, beyond one without a directive."""
    def cost(figures, *_):
        return parsed(figures, probe) - parsed(figures, "0 lines")
    return cost


def parsed(figures, probe):
    """What it takes to read an .htaccess file."""
    return figures(".htaccess parsed", probe).profile.function("ap_parse_htaccess")


def longest(name):
    """A figure of the longest list."""
    return lambda _, rows, __: getattr(max(rows, key=lambda row: row.size), name)


def constant(number):
    """A limit that depends on nothing."""
    return lambda *_: number


def reloaded(name):
    """A figure of requests while the longest list is loaded again."""
    return lambda _, __, reloads: getattr(reloads(reload.RELOAD), name)


def not_reloaded(name, factor, margin):
    """That much more than the same figure while it is not, with the machine left alone or not."""
    return lambda _, __, reloads: margin + factor * max(
        getattr(reloads(each), name) for each in (reload.QUIET, reload.BUSY))


def _of_lists(size, held, factors):
    """What the longest list adds to a request, against another list."""
    longest_list = f"list of {origins.SIZES[-1]:,}"
    for kind in origins.KINDS:
        for outcome in ("hit", "miss"):
            probe = f"{kind}, {outcome}"
            text = f"1,000,000 origins, {probe}: at most {factors[kind]:.2f} × what it adds with {size:,}"
            limit = adds(f"list of {size:,}", probe, factors[kind])
            yield Claim(text, probe in held, adds(longest_list, probe), limit)


def _of_preflights(setup, where, is_made):
    """What a preflight takes, against the recipe's and a GET; the latter is claimed or not."""
    recipe = whole("recipe with preflights", "preflight", 0.8)
    yield Claim(f"preflight, {where}: at most 0.8 × the recipe's", False, whole(setup, "preflight"), recipe)
    yield Claim(f"preflight, {where}: no more than a GET without CORS", is_made, whole(setup, "preflight"), bare())


LOOK_UPS = [f"{kind}, {outcome}" for kind in origins.KINDS for outcome in ("hit", "miss")]
AGAINST_TWO = {"exact": 1.05, "subdomain": 1.10, "port": 1.10}  # two of that kind
AGAINST_MANY = dict.fromkeys(origins.KINDS, 1.05)

CLAIMS = (
    Claim("allowed: at most 1.25 × what the floor adds", False,
          adds("server", "allowed"), adds("floor", "allowed", 1.25)),
    Claim("allowed: at most 0.6 × what the recipe adds without its lines for preflights", False,
          adds("server", "allowed"), adds("recipe", "allowed", 0.6)),
    Claim("allowed: at most 0.6 × what the recipe adds", True,
          adds("server", "allowed"), adds("recipe with preflights", "allowed", 0.6)),
    Claim("no Origin: at most 0.6 × what an allowed request adds", True,
          adds("server", "no Origin"), adds("server", "allowed", 0.6)),
    Claim("loaded but unused: at most 150", False,
          adds("loaded but unused", "Origin"), constant(150)),
    *_of_lists(2, ["exact, hit", "port, hit"], AGAINST_TWO),
    *_of_lists(1_000, LOOK_UPS, AGAINST_MANY),
    *_of_preflights("server", "policy of the server", is_made=True),
    *_of_preflights("<VirtualHost>", "policy in <VirtualHost>", is_made=True),
    *_of_preflights("<Location>", "policy in <Location>", is_made=False),
    Claim(".htaccess, 1 line: parsed at no more than a Header line", False, parsing("1 Cors"), parsing("1 Header")),
    Claim(".htaccess, 4 lines: parsed at no more than 4 Header lines", True, parsing("4 Cors"), parsing("4 Header")),
    Claim(".htaccess, 8 lines: parsed at no more than 8 Header lines", False, parsing("8 Cors"), parsing("8 Header")),
    Claim("1,000,000 origins are loaded in 2 s of processor time", True, longest("load"), constant(2), unit="s"),
    Claim("1,000,000 origins: at most 100 bytes each, beyond their text", True,
          longest("overhead"), constant(100), unit="bytes"),
    Claim("reload under load: no more requests over 10 ms than beside another program", True,
          reloaded("late"), not_reloaded("late", 1.25, 1), unit="of 1,000"),
    Claim("reload under load: nor more time spent waiting beyond 10 ms", True,
          reloaded("waiting"), not_reloaded("waiting", 1.25, 10), unit="of 1,000"),
    Claim("reload under load: nothing is left of lists that were replaced", True,
          lambda _, __, reloads: reloads.grown / 1024, constant(4096), unit="kB"),
)


def check(*measured):
    """Every claim with its numbers; what is measured: instructions, lists, reloads."""
    return [Result(claim, claim.figure(*measured), claim.limit(*measured)) for claim in CLAIMS]
