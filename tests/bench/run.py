# SPDX-License-Identifier: Apache-2.0
"""make bench: measures what the module costs and prints it as Markdown.

The status is 1 where something has become dearer than its stored figure allows, where it has no stored figure though
others have, or where a claim that must hold does not.
With BASELINE=update, the figures of this run are stored, and the tables of docs/performance.md are made from them.
"""

import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import baseline  # noqa: E402
import claims  # noqa: E402
import instructions  # noqa: E402
import origins  # noqa: E402
import reload  # noqa: E402
import report  # noqa: E402
import scale  # noqa: E402


def main():
    """Measure, print, compare."""
    with tempfile.TemporaryDirectory(prefix="cors-lists-") as scratch:
        lists = pathlib.Path(scratch)
        lists.chmod(0o755)
        rows = scale.measure(lists, origins.write_all(lists))
        figures = instructions.measure(lists)
        reloads = reload.measure()

    results = claims.check(figures, rows, reloads)
    tables = report.text(figures, rows, reloads, results, baseline.version())
    print(tables)
    if os.environ.get("BASELINE") == "update":
        print(f"  STORE {baseline.store(figures)}", file=sys.stderr)
        print(f"  STORE {report.document(tables)}", file=sys.stderr)
    compared, unmatched = baseline.compare(figures), baseline.unmatched(figures)
    print(report.baseline(compared, unmatched))
    dearer = unmatched or any(row[-1] for row in compared or ())
    broken = any(result.claim.is_made and not result.is_reached for result in results)
    return 1 if dearer or broken else 0


if __name__ == "__main__":
    sys.exit(main())
