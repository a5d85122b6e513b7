"""Which columns only tell records apart, and that a file read in one call leaves them out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ppml_core.datasets.identifying import identifies
from ppml_core.datasets.ingest import inspect, read_upload
from ppml_core.datasets.tables import Column
from ppml_core.errors import UploadRejected

SAMPLE = Path(__file__).parents[2] / "assets" / "samples" / "breast-cancer.csv"
ORDER = np.random.default_rng(0).permutation(100)


def numbers(values) -> Column:
    return Column(name="c", kind="number", numbers=np.asarray(values, dtype=np.float64))


def text(codes) -> Column:
    codes = np.asarray(codes, dtype=np.int64)
    return Column(name="c", kind="text", codes=codes, levels=tuple(map(str, range(100))))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (numbers(np.arange(100) + 1001), True),
        (numbers(ORDER + 1), True),
        (numbers(np.arange(100) ** 2), True),
        (numbers(-(np.arange(100) ** 2)), True),
        (numbers([*range(99), np.nan]), True),
        (numbers((ORDER * 37.0) ** 2), False),
        (numbers([*range(99), 0.5]), False),
        (numbers([*range(99), 5]), False),
        (numbers([*range(99), np.inf]), False),
        (numbers(range(19)), False),
        (text(range(100)), True),
        (text([*range(95), 0, 1, 2, 3, 4]), True),
        (text([*range(90), *range(10)]), True),
        (text([*range(30), *range(30), *range(30), *range(10)]), True),
        (text(np.arange(100) % 20), False),
        (text(np.arange(100) % 3), False),
    ],
)
def test_counted_and_measured(column: Column, expected: bool) -> None:
    assert identifies(column) is expected


def test_no_measurement_of_the_sample_is_taken_for_an_identifier() -> None:
    """Its worst areas begin with three whole numbers and nearly all differ."""
    assert [c.name for c in inspect(SAMPLE, SAMPLE.name).columns if c.identifies] == []


@pytest.fixture
def people(write, lines) -> Path:
    return write(lines("id,name,age,ill", lambda i: f"{i + 1},person {i},{i % 7},{i % 2}"))


def test_identifiers_are_left_out_and_that_is_said(people: Path) -> None:
    dataset = read_upload(people, label="ill")
    assert dataset.feature_names == ("age",)
    assert dataset.notes[0].startswith("Many different values")
    assert "left out: id, name." in dataset.notes[0]


def test_what_is_named_is_used(people: Path) -> None:
    dataset = read_upload(people, categorical=("name",), bounds={"id": (0.0, 100.0)}, label="ill")
    assert len(dataset.feature_names) == 1 + 30 + 1
    assert not any(note.startswith("Nearly") for note in dataset.notes)


def test_the_only_column_is_not_left_out(write, lines) -> None:
    path = write(lines("a,y", lambda i: f"{i},{i % 2}"))
    assert read_upload(path, label="y").feature_names == ("a",)


def test_a_misleading_name_is_a_note(write, lines) -> None:
    path = write(lines("a,y", lambda i: f"{i % 5},{i % 2}"), "d.parquet")
    assert "contents are text (CSV)" in read_upload(path).notes[0]


def test_a_wrong_label_is_still_refused(people: Path) -> None:
    with pytest.raises(UploadRejected, match="no column 'sick'"):
        read_upload(people, label="sick")
