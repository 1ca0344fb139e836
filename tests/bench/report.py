# SPDX-License-Identifier: Apache-2.0
"""The figures as Markdown, readable as plain text too."""

import pathlib

import claims
import reload
import setups

MODULE = "mod_cors.so"
DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/performance.md"
BEGIN, END = "<!-- make bench -->\n", "<!-- end -->\n"
LISTS = list(dict.fromkeys(setup.name for setup in reversed(setups.LISTS)))
PARSED = ".htaccess parsed"
LOOKED_INTO = (
    ("server", "allowed"), ("server", "denied"), ("server", "no Origin"), ("loaded but unused", "Origin"),
    ("server", "preflight"),
)
NOISE_KB = 128
TOP = 12


def table(head, rows):
    """A Markdown table whose columns line up; numbers to the right."""
    rows = [[_cell(cell) for cell in row] for row in rows]
    widths = [max(3, *(len(cells[column]) for cells in (head, *rows))) for column in range(len(head))]
    numbers = [_is_number([row[column] for row in rows]) for column in range(len(head))]
    rule = ["-" * (width - number) + ":" * number for width, number in zip(widths, numbers)]
    lines = []
    for cells in (head, rule, *rows):
        aligned = (cell.rjust(width) if number else cell.ljust(width)
                   for cell, width, number in zip(cells, widths, numbers))
        lines.append(f"| {' | '.join(aligned)} |")
    return "\n".join(lines) + "\n"


def _cell(value):
    if isinstance(value, str):
        return value
    return f"{value:.2f}" if isinstance(value, float) and abs(value) < 10 else f"{round(value):,}"


def _is_number(cells):
    return any(cells) and all(cell.lstrip("-+< ")[:1].isdigit() or cell in ("", "–") for cell in cells)


def _instructions(figures):
    bare = (("with an Origin", setups.get(setups.ALLOWED)), ("without", setups.get()), ("OPTIONS", setups.preflight()))
    yield "## Instructions a request\n"
    yield table(("bare httpd", "whole"), [(name, round(figures.bare(request).whole)) for name, request in bare])
    for part in (setups.ALTERNATIVES, setups.PLACES, setups.PATTERNS, setups.HTACCESS):
        names = [setup.name for setup in part if setup.name != PARSED]
        rows = [(each.setup, each.probe, round(each.whole), round(each.adds)) for each in figures.of(*names)]
        yield table(("configuration", "request", "whole", "adds"), rows)


def _lists(figures, rows):
    probes = dict.fromkeys(figure.probe for figure in figures.of(*LISTS))
    added = [(probe, *(round(figures(name, probe).adds) for name in LISTS)) for probe in probes]
    yield "## Lists of origins: what a request adds\n"
    yield table(("request", *LISTS), added)
    yield "## Lists of origins: loading and memory\n"
    yield table(("origins", "text, kB", "load, ms", "resident, kB", "bytes an origin beyond its text"),
                [_of_list(row) for row in rows])


def _of_list(row):
    resident = row.resident / 1024
    if resident < NOISE_KB:
        return row.size, row.text / 1024, row.load * 1000, f"< {NOISE_KB}", "–"
    return row.size, round(row.text / 1024), round(row.load * 1000), round(resident), round(row.overhead)


def _reloads(reloads):
    yield "## Lists of origins: a million, loaded again under load\n"
    yield table(
        ("meanwhile", "requests", "median, ms", "99 %, ms", "longest, ms", "over 10 ms, of 1,000",
         "time beyond 10 ms, of 1,000"),
        [(phase.name, len(phase.times), *(f"{1000 * phase.quantile(share):.2f}" for share in (0.5, 0.99, 1)),
          f"{phase.late:.1f}", f"{phase.waiting:.1f}") for phase in reloads.phases],
    )
    yield (f"Resident memory of a process: {round(reloads.before / 1024):,} kB before, "
           f"{round(reloads.after / 1024):,} kB after {reload.ROUNDS} reloads.\n")


def _parsing(figures):
    nothing = claims.parsed(figures, "0 lines")
    whole = figures(PARSED, "0 lines").whole
    rows = []
    for count in setups.COUNTS:
        probes = (f"{count} Cors", f"{count} Header")
        rows.append((count, *(round(claims.parsed(figures, probe) - nothing) for probe in probes),
                     *(round(figures(PARSED, probe).whole - whole) for probe in probes)))
    yield "## Reading an .htaccess file\n"
    yield f"Without a directive in it: {round(nothing):,}, of a whole request's {round(whole):,}. Added to that:\n"
    yield table(("lines", "Cors: parsing", "Header: parsing", "Cors: request", "Header: request"), rows)


def _where(figures, setup, probe):
    """Where the instructions of a probe are: by hook, and by function."""
    figure = figures(setup, probe)
    entries, own, called = (each(MODULE) for each in (
        figure.profile.entries, figure.profile.own, figure.profile.called))
    inside = sum(own.values()) + sum(called.values())
    columns = [[(name, str(round(cost))) for name, cost in each.items()][:TOP] for each in (entries, own, called)]
    rows = [
        [cell for column in columns for cell in (column[number] if number < len(column) else ("", ""))]
        for number in range(max(map(len, columns)))
    ]
    yield f"## Where they are: {figure.name}\n"
    yield (f"{round(figure.adds):,} added: {round(sum(own.values())):,} in the module's own functions, "
           f"{round(sum(called.values())):,} in what these call, {round(figure.adds - inside):,} elsewhere in httpd.\n")
    yield table(("called by httpd", "in all", "the module's own", "itself", "called by the module", "in all"), rows)


def _claims(results):
    rows = [
        (result.claim.text, result.figure, result.limit, result.claim.unit,
         "reached" if result.is_reached else "NOT REACHED", "yes" if result.claim.is_made else "no")
        for result in results
    ]
    yield "## Claims\n"
    yield table(("claim", "figure", "at most", "unit", "", "must hold"), rows)


def baseline(compared, unmatched):
    """What has become dearer than the stored figures allow, and what could not be compared."""
    if compared is None:
        return "No figures of this httpd are stored: make bench BASELINE=update stores those of this run.\n"
    dearer = [row[:-1] for row in compared if row[-1]]
    parts = [f"{len(compared)} figures compared with those stored: {len(dearer)} dearer than allowed.\n"]
    if dearer:
        parts.append(table(("figure", "stored", "now", "allowed"), dearer))
    if unmatched:
        parts.append(f"Not both stored and measured: {'; '.join(unmatched)}. make bench BASELINE=update stores anew.\n")
    return "\n".join(parts)


def text(figures, rows, reloads, results, version):
    """All tables, the machine-independent figures first."""
    parts = [f"Measured with httpd {version}.\n", *_instructions(figures), *_lists(figures, rows), *_reloads(reloads),
             *_parsing(figures)]
    for setup, probe in LOOKED_INTO:
        parts.extend(_where(figures, setup, probe))
    return "\n".join([*parts, *_claims(results)])


def document(tables, begin=BEGIN):
    """Put the tables in their place in the documentation: after this line."""
    before, found, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(END)[2]
    if not found:
        raise RuntimeError(f"{DOCUMENT} has no line {begin}")
    DOCUMENT.write_text(f"{before}{begin}\n{tables}\n{END}{after}", encoding="utf-8")
    return DOCUMENT
