"""Who is alone in a table, counted by hand."""

from __future__ import annotations

import numpy as np

from ppml_core.datasets.uniqueness import measure


def test_an_identifier_singles_out_everyone_and_a_constant_nobody():
    found = measure([("id", np.arange(6)), ("country", np.zeros(6))])
    assert [(c.distinct, c.alone) for c in found.columns] == [(6, 1.0), (1, 0.0)]


def test_two_harmless_columns_can_identify_together():
    a = np.array([0, 0, 1, 1])
    b = np.array([0, 1, 0, 1])
    found = measure([("a", a), ("b", b), ("c", np.zeros(4))])
    assert max(column.alone for column in found.columns) == 0.0
    assert (found.pair, found.alone_pair, found.alone) == (("a", "b"), 1.0, 1.0)


def test_an_exact_copy_is_never_alone():
    table = np.array([[1.5, 2.0], [1.5, 2.0], [3.0, 2.0], [3.0, 4.0]])
    found = measure([("x", table[:, 0]), ("y", table[:, 1])])
    assert found.alone == 0.5


def test_one_column_has_no_pair():
    found = measure([("x", np.arange(3))])
    assert (found.pair, found.alone_pair) == (None, None)
