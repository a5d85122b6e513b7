"""Whose row it is: noticed, offered, kept out of the features, and kept together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ppml_core.datasets.card_maker import make_card
from ppml_core.datasets.files import open_dataset, save_dataset
from ppml_core.datasets.ingest import inspect, prepare
from ppml_core.datasets.persons import repeats
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.tables import Column
from ppml_core.errors import UploadRejected

PEOPLE, EACH = 30, 4


def visits(tmp_path: Path, *, people: int = PEOPLE, gap: bool = False) -> Path:
    """Thirty people with four visits each, in any order."""
    rng = np.random.default_rng(0)
    owner = rng.permutation(np.repeat(np.arange(people), EACH))
    lines = ["patient_id,age,pulse,ill"]
    for row, who in enumerate(owner):
        name = "" if gap and row < 2 else f"P{who:03d}"
        lines.append(f"{name},{20 + who},{rng.normal(70, 9):.3f},{'yes' if who % 2 else 'no'}")
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(lines))
    return path


def test_a_repeating_number_of_a_person_is_noticed(tmp_path: Path) -> None:
    preview = inspect(visits(tmp_path), "visits.csv")
    assert [column.name for column in preview.columns if column.persons] == ["patient_id"]
    assert any("30 people with several rows each" in warning for warning in preview.warnings)
    assert preview.distinct == preview.n == 120


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("patient_id", np.repeat(np.arange(30.0), 3), True),
        ("CustomerID", np.repeat(np.arange(30.0) * 17, 3), True),
        ("user name", np.repeat(np.arange(30.0), 3), True),
        ("userid", np.repeat(np.arange(30.0), 3), True),
        ("id", np.arange(90.0), False),  # everybody has one row
        ("age", np.repeat(np.arange(30.0), 3), False),
        ("patient_id", np.repeat(np.arange(5.0), 20), False),  # groups, not people
        ("patient_score", np.repeat(np.arange(30.0) + 0.5, 3), False),
        ("product id", np.repeat(np.arange(30.0), 3), False),
        ("width", np.repeat(np.arange(30.0), 3), False),
    ],
)
def test_which_columns_are_of_people(name: str, values: np.ndarray, expected: bool) -> None:
    assert repeats(Column(name=name, kind="number", numbers=values)) is expected


def test_a_person_is_no_feature_and_stays_together(tmp_path: Path) -> None:
    path = visits(tmp_path)
    dataset = prepare(path, path.name, Preparation(label="ill", person="patient_id"))
    assert dataset.feature_names == ("age", "pulse")
    assert len(np.unique(dataset.units)) == PEOPLE
    ages = dataset.features[:, 0]
    assert all(len(np.unique(ages[dataset.units == unit])) == 1 for unit in range(PEOPLE))
    assert any("30 people with up to 4 rows each" in note for note in dataset.notes)
    save_dataset(dataset, tmp_path / "d.npz")
    assert open_dataset(tmp_path / "d.npz").sha256 == dataset.sha256
    card = make_card(dataset, "upload:x")
    assert (card.persons, card.distinct, card.n) == (30, 120, 120)


def test_whoever_does_not_choose_is_told(tmp_path: Path) -> None:
    path = visits(tmp_path)
    left_out = Preparation(label="ill", leave_out=("patient_id",))
    dataset = prepare(path, path.name, left_out)
    assert dataset.persons is None
    assert any("choose it as the person" in note for note in dataset.notes)


def test_rows_of_nobody_are_people_of_their_own(tmp_path: Path) -> None:
    path = visits(tmp_path, gap=True)
    dataset = prepare(path, path.name, Preparation(label="ill", person="patient_id"))
    assert dataset.persons is not None
    assert len(np.unique(dataset.persons)) == PEOPLE + 2
    assert any("2 rows without one count as one person each" in n for n in dataset.notes)


def test_too_few_people_are_said(tmp_path: Path) -> None:
    path = visits(tmp_path, people=12)
    dataset = prepare(path, path.name, Preparation(label="ill", person="patient_id"))
    assert any("these are 12 groups, and at least 20" in note for note in dataset.notes)
    rows = prepare(path, path.name, Preparation(label="ill", leave_out=("patient_id",)))
    assert not any("groups" in note for note in rows.notes)


def test_a_person_has_to_be_a_column(tmp_path: Path) -> None:
    path = visits(tmp_path)
    with pytest.raises(UploadRejected, match="There is no column 'nobody'"):
        prepare(path, path.name, Preparation(label="ill", person="nobody"))


def test_copies_are_said(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    rows = [f"{k % 9},{k % 3},{'yes' if k % 2 else 'no'}" for k in range(90)]
    path.write_text("\n".join(["a,b,y", *rows]))
    assert inspect(path, path.name).distinct == 18
    notes = prepare(path, path.name, Preparation(label="y")).notes
    assert any(note.startswith("81 of the 90 records are exact copies") for note in notes)
    assert any("these are 9 groups" in note for note in notes)
