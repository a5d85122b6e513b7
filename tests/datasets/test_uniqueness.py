"""Who is alone in a table, counted by hand."""

from __future__ import annotations

import numpy as np

from ppml_core.datasets.card_maker import make_card
from ppml_core.datasets.dataset import Dataset
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


def test_a_card_counts_a_one_hot_group_as_one_column():
    features = np.array([[0.1, 1, 0], [0.1, 0, 1], [0.5, 0, 1]], dtype=np.float32)
    dataset = Dataset(
        name="people",
        features=features,
        labels=np.array([0, 1, 0]),
        feature_names=("age", "town=A", "town=B"),
        label_names=("no", "yes"),
        record_ids=np.arange(3),
    )
    found = make_card(dataset, "upload:x").uniqueness
    assert found is not None
    assert [(c.name, c.distinct) for c in found.columns] == [("age", 2), ("town", 2)]
    assert found.pair == ("age", "town")
    assert (found.alone, found.alone_pair) == (1.0, 1.0)
