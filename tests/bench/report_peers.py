# SPDX-License-Identifier: Apache-2.0
"""What was measured side by side, as Markdown."""

import os
import platform
import statistics

import peers
import report
import throughput
import wrk

BEGIN = "<!-- make bench-peers -->\n"
QUIET = 0.05  # of the machine may be others'

# A letter for each header, in the table of what is sent.
LETTERS = {
    "Access-Control-Allow-Origin": "O", "Access-Control-Allow-Credentials": "C",
    "Access-Control-Expose-Headers": "E", "Access-Control-Allow-Methods": "M",
    "Access-Control-Allow-Headers": "H", "Access-Control-Max-Age": "A", "Vary": "V",
}
THROUGHPUT = ("", "requests/s", "lowest", "highest", "of its bare", "busy", "processor, µs", "adds, µs")
LATENCY = ("", f"{throughput.MANY} at once: p50, µs", "lowest", "highest", "p99, µs",
           "1 at once: p50, µs", "lowest", "highest", "p99, µs")


def _median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


def _percent(part):
    return f"{part:.0%}".replace("%", " %")


def _spread(runs, field):
    """The median of the rounds, and the lowest and the highest of them."""
    figures = [getattr(run, field) for run in runs]
    return statistics.median(figures), min(figures), max(figures)


def _throughput(row, base):
    """Of a contender, and against the one that is the same but for CORS."""
    cost = _median(row.many, "processor")
    compared = "", ""
    if base not in (None, row):
        part = _median(row.many, "rate") / _median(base.many, "rate")
        compared = _percent(part), f"{cost - _median(base.many, 'processor'):+.1f}"
    rates = (round(rate) for rate in _spread(row.many, "rate"))
    busy = _percent(_median(row.many, "busy"))
    return (row.contender.name, *rates, compared[0], busy, f"{cost:.1f}", compared[1])


def _latency(row):
    """Of a contender, with many connections and with one."""
    figures = ((*_spread(runs, "median"), _median(runs, "late")) for runs in (row.many, row.single))
    return (row.contender.name, *(round(figure) for each in figures for figure in each))


def _figures(comparison, kind):
    rows = [row for row in comparison.rows if row.kind == kind]
    bases = {row.contender.name: row for row in rows}
    yield report.table(THROUGHPUT, [_throughput(row, bases.get(row.contender.base)) for row in rows])
    yield report.table(LATENCY, [_latency(row) for row in rows])


def _sent(response):
    letters = {LETTERS[name] for name in LETTERS for sent, _ in response.headers if sent.lower() == name.lower()}
    return f"{''.join(letter for letter in LETTERS.values() if letter in letters) or 'none'}, {response.status}"


def _answers(comparison):
    """What each of them sent when it was asked before the first round."""
    rows = []
    for contender in dict.fromkeys(row.contender for row in comparison.rows):
        asked = [(contender, kind, stranger) for kind in throughput.REQUESTS for stranger in (False, True)]
        rows.append((contender.name, *(_sent(comparison.answers[key]) for key in asked)))
    return report.table(("", "GET", "GET, stranger", "preflight", "preflight, stranger"), rows)


def is_quiet(comparison):
    """Had the servers the machine to themselves?"""
    return comparison.others <= QUIET


def machine(comparison):
    """What it was measured on, and how, in a sentence or two."""
    return (
        f"Measured on {os.cpu_count()} processors ({platform.machine()}, {platform.system()}), of which others used "
        f"{_percent(comparison.others)} meanwhile, with {', '.join(peers.versions())}, and {wrk.version()}: medians of "
        f"{throughput.ROUNDS} rounds of {throughput.DURATION} s.\n"
    )


def _instructions(figures):
    rows = [(each.probe, round(each.bare), round(each.recipe), round(each.recipe - each.bare)) for each in figures]
    return report.table(("", "bare", "map", "adds"), rows)


def text(comparison, instructions):
    """All tables."""
    return "\n".join((
        "## nginx: instructions a request\n", _instructions(instructions),
        "## Side by side\n", machine(comparison),
        "### Actual requests\n", *_figures(comparison, throughput.ACTUAL),
        "### Preflights\n", *_figures(comparison, throughput.PREFLIGHT),
        "### What they send\n", _answers(comparison),
    ))
