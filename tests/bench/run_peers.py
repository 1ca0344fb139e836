# SPDX-License-Identifier: Apache-2.0
"""make bench-peers: throughput and latency beside other servers, and nginx's instructions, as Markdown.

With BASELINE=update, the tables of docs/performance.md are made from this run.
"""

import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import instructions_nginx  # noqa: E402
import report  # noqa: E402
import report_peers  # noqa: E402
import throughput  # noqa: E402


def main():
    """Measure, print, perhaps store."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end, too
    instructions = instructions_nginx.measure()
    comparison = throughput.measure()
    tables = report_peers.text(comparison, instructions)
    print(tables)
    if not report_peers.is_quiet(comparison):
        print(f"bench-peers: others used {comparison.others:.0%} of the machine meanwhile; measure again when it is"
              " quiet", file=sys.stderr)
    if os.environ.get("BASELINE") == "update":
        print(f"  STORE {report.document(tables, report_peers.BEGIN)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
