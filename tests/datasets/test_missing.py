"""Missing values are refused, dropped or filled, and always told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ppml_core.datasets.ingest import prepare
from ppml_core.datasets.preparation import Preparation
from ppml_core.errors import UploadRejected


@pytest.fixture
def gaps(write, lines) -> Path:
    """30 rows; row 4 lacks an age, rows 6 and 9 a town, row 6 also whether married."""

    def row(i: int) -> str:
        age = "" if i + 2 == 4 else i
        town = "" if i + 2 in (6, 9) else "Graz" if i % 2 else "Linz"
        married = "" if i + 2 == 6 else i % 3 == 0
        return f"{age},{town},{married},{'ab'[i % 2]}"

    return write(lines("age,town,married,y", row))


def test_refused_with_the_first_place(gaps: Path) -> None:
    with pytest.raises(
        UploadRejected,
        match=r"4 values are missing \(in age, town, married\); the first "
        r"\(column 'age', row 4\)\. Choose to drop",
    ):
        prepare(gaps, "d.csv", Preparation(label="y"))


def test_columns_left_out_do_not_count(gaps: Path) -> None:
    leave_out = ("town", "married")
    with pytest.raises(UploadRejected, match="A value is missing"):
        prepare(gaps, "d.csv", Preparation(label="y", leave_out=leave_out))
    dataset = prepare(
        gaps,
        "d.csv",
        Preparation(label="y", leave_out=(*leave_out[1:], "age"), missing="drop-rows"),
    )
    assert len(dataset) == 28
    assert "Left out: married, age." in dataset.notes


def test_dropped_rows_are_counted_and_ids_stay(gaps: Path) -> None:
    dataset = prepare(gaps, "d.csv", Preparation(label="y", missing="drop-rows"))
    assert len(dataset) == 27
    assert "3 of 30 rows were dropped for missing values." in dataset.notes
    assert dataset.record_ids[:6].tolist() == [2, 3, 5, 7, 8, 10]


def test_filled_by_median_and_own_category(gaps: Path) -> None:
    dataset = prepare(gaps, "d.csv", Preparation(label="y", missing="fill"))
    assert len(dataset) == 30
    assert dataset.feature_names == (
        *("age", "town=Graz", "town=Linz", "town=missing"),
        *("married=False", "married=True", "married=missing"),
    )
    others = [i for i in range(30) if i != 2]
    assert dataset.features[2, 0] == pytest.approx(np.median(others) / 29)
    assert dataset.features[4, 3] == 1
    assert dataset.features[4, 6] == 1
    assert "median of column age" in dataset.private_statistics
    assert "age: 1 missing filled with the median 15." in dataset.notes
    assert "town: 2 missing became the category 'missing'." in dataset.notes


def test_filled_by_declared_constants_without_a_statistic(gaps: Path) -> None:
    preparation = Preparation(
        label="y",
        missing="fill",
        fill_values={"age": 29.0, "town": "Graz", "married": 0.0},
        bounds={"age": (0.0, 29.0)},
        categories={"town": ("Graz", "Linz")},
    )
    dataset = prepare(gaps, "d.csv", preparation)
    assert dataset.private_statistics == ()
    assert dataset.feature_names == ("age", "town=Graz", "town=Linz", "married")
    assert dataset.features[2, 0] == 1
    assert dataset.features[4].tolist()[1:] == [1, 0, 0]
    assert "age: 1 missing filled with the declared constant 29." in dataset.notes


def test_a_fill_value_that_is_no_number(gaps: Path) -> None:
    preparation = Preparation(label="y", missing="fill", fill_values={"age": "old"})
    with pytest.raises(UploadRejected, match=r"'old' is not a number \(column 'age'\)"):
        prepare(gaps, "d.csv", preparation)


def test_labels_are_never_filled(write, lines) -> None:
    """Thirteen rows lack a label and half of the others something: only thirteen are lost."""

    def row(i: int) -> str:
        return f"{'' if i % 2 else i},{'abc'[i % 3]},{'' if i % 23 == 5 else 'xy'[i % 5 > 2]}"

    path = write(lines("a,t,y", row, n=299))
    dataset = prepare(path, "d.csv", Preparation(label="y", missing="fill"))
    assert len(dataset) == 299 - 13
    assert "13 of 299 rows were dropped for want of a label." in dataset.notes
    kept = [i for i in range(299) if i % 23 != 5]
    assert dataset.record_ids.tolist() == [i + 2 for i in kept]
    median = np.median([i for i in kept if i % 2 == 0])
    assert f"a: {sum(i % 2 for i in kept)} missing filled with the median {median:g}." in (
        dataset.notes
    )
    assert len(prepare(path, "d.csv", Preparation(label="y", missing="drop-rows"))) < 150


def test_a_gap_beside_a_missing_label_costs_nothing(write, lines) -> None:
    path = write(lines("a,y", lambda i: f"{i},{'xy'[i % 2]}", instead={7: ",", 8: "6,"}))
    dataset = prepare(path, "d.csv", Preparation(label="y", missing="fill"))
    assert "median of column a" not in dataset.private_statistics
    assert len(dataset) == 28


def test_a_gap_in_every_row(write, lines) -> None:
    path = write(lines("a,b,y", lambda i: f"{i if i % 2 else ''},{'' if i % 2 else i},{i % 2}"))
    with pytest.raises(UploadRejected, match="Every row has a missing value"):
        prepare(path, "d.csv", Preparation(label="y", missing="drop-rows"))


def test_an_empty_column(write, lines) -> None:
    path = write(lines("a,b,y", lambda i: f"{i},,{i % 2}"))
    with pytest.raises(UploadRejected, match=r"Column 'b' has no values at all. Leave it out"):
        prepare(path, "d.csv", Preparation(label="y", missing="fill"))
