# SPDX-License-Identifier: Apache-2.0
"""docs/paths.md says what the path tests show, of the same scenarios, and nothing else."""

import importlib
import re
from pathlib import Path

from harness.installed import REPOSITORY
from harness.paths import PROMISES

TABLE_ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \|$", re.M)
OUTCOME = re.compile(r"\*\*(.+?)\*\*")
HEADS = ("What happens when ...", "---")
DOCUMENT = (REPOSITORY / "docs/paths.md").read_text()
TESTS = sorted(Path(__file__).parent.glob("test_4*.py"))

for path in TESTS:
    importlib.import_module(path.stem)


def documented():
    """(scenario, column, outcome) of every cell that begins with an outcome in bold."""
    found = []
    for family, *cells in TABLE_ROW.findall(DOCUMENT):
        for column, cell in zip(("preflight", "actual"), cells, strict=True):
            outcome = OUTCOME.match(cell)
            if family not in HEADS and outcome:
                found.append((family, column, outcome[1]))
    return found


def explained():
    """The outcomes of the document's legend."""
    return set(re.findall(r"^- \*\*(.+?)\*\*:", DOCUMENT, re.M))


def test_the_tests_are_found():
    assert len(TESTS) > 15 and len(PROMISES) > 100


def test_each_promise_of_the_document_is_tested():
    assert sorted(set(documented()) - PROMISES) == []


def test_each_tested_scenario_is_in_the_document():
    assert sorted(PROMISES - set(documented())) == []


def test_a_scenario_has_one_row():
    families = [family for family, *_ in TABLE_ROW.findall(DOCUMENT) if family not in HEADS]
    assert sorted(families) == sorted(set(families))


def test_a_cell_says_something_or_is_a_dash():
    cells = [cell for family, *cells in TABLE_ROW.findall(DOCUMENT) if family not in HEADS for cell in cells]
    assert [cell for cell in cells if cell != "–" and not OUTCOME.match(cell)] == []


def test_the_words_in_bold_are_explained_and_used():
    assert explained() == {outcome for *_, outcome in documented()}
