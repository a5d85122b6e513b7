"""A column that is the label in disguise is named; a good feature is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.determines import determining, label_twins
from ppml_core.datasets.ingest import read_upload

N = 400
RNG = np.random.default_rng(5)
LABELS = RNG.integers(0, 3, N)
AGE = RNG.integers(18, 90, N).astype(float)
FLIPPED = np.where(RNG.random(N) < 0.005, (LABELS + 1) % 3, LABELS)
NOISY = np.where(RNG.random(N) < 0.1, (LABELS + 1) % 3, LABELS)
TWINS = {
    "itself": LABELS,
    "turned round": 2 - LABELS,
    "rescaled": LABELS * -37.5 + 4,
    "renamed": np.array([7, 1, 4])[LABELS],
    "many to one": LABELS + 3 * RNG.integers(0, 5, N),
    "nearly": FLIPPED,
    "a score with borders": LABELS * 10 + RNG.random(N) * 9,
    "turned score": -LABELS * 10 - RNG.random(N) * 9,
}
OTHERS = {
    "age": AGE,
    "noisy": NOISY,
    "one value": np.zeros(N),
    "a value for each record": RNG.permutation(N).astype(float),
    "half of the classes": np.minimum(LABELS, 1),
    "mostly missing": np.where(RNG.random(N) < 0.5, np.nan, LABELS),
}


@pytest.mark.parametrize("name", TWINS)
def test_what_tells_the_label_is_named(name: str) -> None:
    assert determining([("age", AGE), (name, np.asarray(TWINS[name]))], LABELS) == (name,)


@pytest.mark.parametrize("name", OTHERS)
def test_what_does_not_is_not(name: str) -> None:
    assert determining([(name, OTHERS[name])], LABELS) == ()


@pytest.mark.parametrize("name", ["wine", "breast-cancer", "digits"])
def test_no_false_alarm_on_known_tables(name: str) -> None:
    assert label_twins(load_dataset(name)) == ()


def test_rare_classes_do_not_make_a_constant_answer_right() -> None:
    labels = (np.arange(2000) < 12).astype(np.int64)
    assert determining([("noise", AGE[np.arange(2000) % N] // 10)], labels) == ()


def test_copies_are_no_evidence(write, lines) -> None:
    """Forty people, ten rows each, labels by coin: every value belongs to one person."""
    drawn = zip(AGE[:40], RNG.random(40), LABELS[:40] > 0, strict=True)
    people = [f"{a},{b:.3f},{y}" for a, b, y in drawn]
    path = write(lines("a,b,y", lambda i: people[i % 40], n=400))
    assert label_twins(read_upload(path, label="y")) == ()


def test_a_twin_among_few_different_records_is_still_one(write, lines) -> None:
    path = write(lines("a,fail,y", lambda i: f"{i * 7 % 9}.5,{i % 9 % 2},{1 - i % 9 % 2}", n=120))
    assert label_twins(read_upload(path, label="y")) == ("fail",)


@given(st.permutations([0, 1, 2]), st.floats(0.1, 50), st.floats(-100, 100))
def test_names_and_scale_do_not_matter(order: list[int], scale: float, shift: float) -> None:
    values = np.array(order)[LABELS] * scale + shift
    assert determining([("x", values)], LABELS) == ("x",)


@pytest.mark.parametrize("twin", ["{b}", "no {b}", "{c}.5"])
def test_a_table_with_one_says_so_in_its_notes(write, lines, twin: str) -> None:
    def row(i: int) -> str:
        return f"{i * 7 % 13},{twin.format(b=1 - i % 2, c=i % 2 * 40)},{'xy'[i % 2]}"

    dataset = read_upload(write(lines("a,fail,pass", row, n=80)), label="pass")
    assert "By itself, tells the label of nearly every record: fail." in dataset.notes
