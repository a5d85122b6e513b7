"""The proposed label, for tables as people publish them."""

from __future__ import annotations

import doctest

import pytest

from ppml_core.datasets import label_guess
from ppml_core.datasets.label_guess import guess_label
from ppml_core.datasets.preview import ColumnSummary

N = 900


def column(name: str, distinct: int, kind: str = "number", **more: object) -> ColumnSummary:
    return ColumnSummary(name=name, kind=kind, missing=0, distinct=distinct, **more)


AGE, FARE = column("Age", 80), column("fare", 240, examples=("7.25",))
SEX = column("Sex", 2, "text")
NAME = column("Name", 891, "text", identifies=True)
TABLES = {
    "titanic": (("PassengerId", 891), ("Survived", 2), ("Pclass", 3), "Survived"),
    "fraud": (("Time", 800), ("is_fraud", 2), ("Hour", 24), "is_fraud"),
    "iris": (("sepal", 35), ("species", 3), ("garden", 2), "species"),
    "target_class": (("a", 3), ("target_class", 2), ("b", 2), "target_class"),
    "compas": (("score_text", 3), ("two_year_recid", 2), ("event", 2), "two_year_recid"),
    "credit": (("SEX", 2), ("default payment next month", 2), ("PAY", 8), None),
    "bank": (("job", 12), ("y", 2), ("month", 12), "y"),
    "heart": (("cp", 4), ("HeartDisease", 2), ("thal", 3), "HeartDisease"),
    "last": (("town", 7), ("rooms", 5), ("sold", 2), "sold"),
    "last of few values": (("town", 7), ("sold", 2), ("price", 120), "sold"),
    "one value": (("town", 7), ("label", 1), ("price", 400), "town"),
    "every value differs": (("town", 3), ("target", 880), ("x", 300), "town"),
}


@pytest.mark.parametrize("table", TABLES)
def test_of_tables(table: str) -> None:
    *columns, expected = TABLES[table]
    kinds = [column(name, distinct) for name, distinct in columns]
    expected = expected or "default payment next month"
    assert guess_label([AGE, FARE, *kinds], N) == expected


def test_never_an_identifier_nor_somebody() -> None:
    people = column("person", 15, persons=True)
    label = column("label", 20, identifies=True)
    assert guess_label([SEX, NAME, label, people], N) == "Sex"
    assert guess_label([NAME, people, AGE, FARE], N) is None


def test_never_one_of_120_values_however_it_is_called() -> None:
    assert guess_label([SEX, column("class", 120)], N) == "Sex"
    assert guess_label([SEX, column("class", 120, "text")], 2000) == "class"  # 120 breeds


def test_a_column_that_is_mostly_empty_is_no_label() -> None:
    empty = ColumnSummary(name="outcome", kind="text", missing=800, distinct=2)
    assert guess_label([SEX, empty], N) == "Sex"


def test_measurements_of_few_values_come_last() -> None:
    assert guess_label([SEX, column("dose", 4, examples=("0.5", "1"))], N) == "Sex"


def test_doctests() -> None:
    assert doctest.testmod(label_guess).failed == 0
