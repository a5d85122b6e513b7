"""Which columns can be a label."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core import limits
from ppml_core.datasets.labels import encode_labels, rare_classes
from ppml_core.datasets.tables import Column
from ppml_core.errors import UploadRejected


def numbers(values: object, kind: str = "number") -> Column:
    return Column(name="y", kind=kind, numbers=np.asarray(values, dtype=np.float64))


def texts(values: list[str]) -> Column:
    levels = tuple(dict.fromkeys(values))
    codes = np.array([levels.index(value) for value in values])
    return Column(name="y", kind="text", codes=codes, levels=levels)


def encode(column: Column, n: int) -> tuple[np.ndarray, tuple[str, ...]]:
    return encode_labels(column, np.ones(n, dtype=bool))


def test_sorted_as_numbers_or_as_text() -> None:
    labels, names = encode(numbers([10, 9, 10, -1]), 4)
    assert names == ("-1", "9", "10")
    assert labels.tolist() == [2, 1, 2, 0]
    labels, names = encode(texts(["b", "10", "a", "9"]), 4)
    assert names == ("10", "9", "a", "b")
    assert labels.tolist() == [3, 0, 2, 1]


def test_yes_and_no() -> None:
    assert encode(numbers([1, 0, 1], "boolean"), 3)[1] == ("no", "yes")


def test_only_classes_among_the_kept_rows_count() -> None:
    keep = np.array([True, False, True, True])
    labels, names = encode_labels(texts(["c", "b", "a", "c"]), keep)
    assert names == ("a", "c")
    assert labels.tolist() == [1, 0, 1]


def test_one_class() -> None:
    with pytest.raises(UploadRejected, match="'y' as the label has one class only, 'x'"):
        encode(texts(["x"] * 30), 30)


def test_a_quantity_is_no_label() -> None:
    with pytest.raises(UploadRejected, match=r"quantity \(40 different numbers.*classification"):
        encode(numbers(np.arange(40) / 7), 40)


def test_a_few_fractions_are_classes() -> None:
    assert encode(numbers([0.5, 1.0, 1.5] * 10), 30)[1] == ("0.5", "1", "1.5")


def test_a_thousand_classes_are_accepted_and_one_more_is_not() -> None:
    most = limits.CLASSES
    assert len(encode(numbers(np.arange(5 * most) % most), 5 * most)[1]) == most
    with pytest.raises(UploadRejected, match=r"1,001 different values.*At most 1,000"):
        encode(numbers(np.arange(5 * most) % (most + 1)), 5 * most)


def test_a_serial_number_is_no_label() -> None:
    with pytest.raises(UploadRejected, match="100 different values in 100 records"):
        encode(numbers(np.arange(100)), 100)


def test_rare_classes_are_noted() -> None:
    assert rare_classes(np.array([0] * 5 + [1] * 2), ("a", "b")) == (
        "Classes with fewer than 5 records: b (2).",
    )
    assert rare_classes(np.array([0] * 5), ("a",)) == ()
