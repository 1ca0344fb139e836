# SPDX-License-Identifier: Apache-2.0
"""Rows, not bodies: a test is a table whose first column is the row's name, a sentence."""

import pytest


def rows(arguments, table):
    """Run the test once for each row; the name of the row is the name of the case."""
    names = [row[0] for row in table]
    twice = {name for name in names if names.count(name) > 1}
    assert table, "a table without rows checks nothing"
    assert not twice, f"rows of the same name: {twice}"
    return pytest.mark.parametrize(arguments, [row[1:] if len(row) > 2 else row[1] for row in table], ids=names)
