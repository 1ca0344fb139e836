# SPDX-License-Identifier: Apache-2.0
"""The stored figures of an httpd version, and what has become dearer since."""

import json
import pathlib
import re
import subprocess

from harness import installed

DIRECTORY = pathlib.Path(__file__).resolve().parent / "baseline"
PART, INSTRUCTIONS = 0.10, 300  # of what CORS adds, and besides


def version():
    """httpd's, as 2.4.66."""
    said = subprocess.run([installed.program(), "-v"], check=True, capture_output=True, text=True).stdout
    return re.search(r"Apache/(\d[\d.]*)", said)[1]


def _path():
    return DIRECTORY / f"{version()}.json"


def _ours(figures):
    return [figure for figure in figures.all if figure.module == "cors"]


def store(figures):
    """Make these the figures to compare with."""
    stored = {figure.name: {"adds": round(figure.adds), "whole": round(figure.whole)} for figure in _ours(figures)}
    DIRECTORY.mkdir(exist_ok=True)
    _path().write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    return _path()


def compare(figures):
    """Rows of (name, adds then, adds now, most that is let through, is it too much); None without stored figures."""
    if not _path().exists():
        return None
    stored = _stored()
    rows = []
    for figure in _ours(figures):
        if figure.name in stored:
            then = stored[figure.name]["adds"]
            most = then + PART * abs(then) + INSTRUCTIONS
            rows.append((figure.name, then, figure.adds, most, figure.adds > most))
    return rows


def unmatched(figures):
    """Names that are only stored, or only measured: nobody would see them become dearer."""
    if not _path().exists():
        return []
    return sorted(set(_stored()) ^ {figure.name for figure in _ours(figures)})


def _stored():
    return json.loads(_path().read_text(encoding="utf-8"))
