"""What is made of a sensitive column, and which are refused."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core.attacks.attribute.column import find_sensitive, one_hot_groups
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import AttackNotApplicable

NAMES = ("age", "town=a", "town=b", "town=c", "bit", "constant", "rare")
N = 120


def people() -> Dataset:
    """120 people: a number, a town (30, 30, 60), a fair bit, a constant, a bit of three."""
    m = np.zeros((N, len(NAMES)), dtype=np.float32)
    m[:, 0] = np.linspace(0, 1, N)
    town = np.array([0, 1, 2, 2] * 30)
    m[np.arange(N), 1 + town] = 1
    m[:, 4] = np.arange(N) // 2 % 2
    m[:3, 6] = 1
    return Dataset(
        name="people",
        features=m,
        labels=np.arange(N) % 2,
        feature_names=NAMES,
        label_names=("no", "yes"),
        record_ids=np.arange(N),
        bounds=((0.0, 100.0), *[(0.0, 1.0)] * 6),
    )


AUXILIARY, SCORED = np.arange(0, N, 2), np.arange(1, N, 2)


def found(name: str, auxiliary: np.ndarray | None = None, scored: np.ndarray | None = None):
    return find_sensitive(
        people(),
        name,
        np.arange(N) if auxiliary is None else auxiliary,
        np.arange(N) if scored is None else scored,
    )


def test_a_one_hot_column_is_all_its_values() -> None:
    town = found("town")
    assert town.values == ("a", "b", "c")
    assert town.columns.tolist() == [1, 2, 3]
    assert (town.codes == people().matrix()[:, 1:4].argmax(axis=1)).all()
    assert (town.fills == np.eye(3)).all()
    assert "macro" in town.how
    assert town.others(people().matrix()).shape == (N, 4)


def test_a_rare_value_is_left_out_and_said_so() -> None:
    keep = np.flatnonzero(people().matrix()[:, 1] == 0)
    town = found("town", scored=keep)
    assert town.values == ("b", "c")
    assert set(town.codes[people().matrix()[:, 1] == 1]) == {-1}
    assert "left out" in town.how


def test_one_value_is_guessed_against_the_rest_by_their_frequency() -> None:
    town = found("town=a")
    assert town.values == ("not a", "a")
    assert (town.codes == people().matrix()[:, 1]).all()
    assert town.fill_of.tolist() == [1, 0, 0]
    assert town.weights[0] == 1
    assert town.weights[1:].sum() == pytest.approx(1)
    assert town.weights[2] / town.weights[1] == pytest.approx(2, rel=0.05)


def test_two_values_are_themselves() -> None:
    bit = found("bit")
    assert bit.values == ("0", "1")
    assert bit.fills.tolist() == [[0.0], [1.0]]


def test_a_number_is_cut_at_the_median_of_the_attackers_own_records() -> None:
    low_half = np.arange(N // 2)
    age = found("age", auxiliary=low_half)
    cut = 100 * np.median(people().matrix()[low_half, 0])
    assert age.values[1] == f"above {cut:.4g}"
    assert (age.codes == (100 * people().matrix()[:, 0] > cut)).all()
    assert age.fill_of.tolist() == [0] * 8 + [1] * 8
    sides = age.fills[:, 0] * 100 > cut
    assert (sides == (age.fill_of == 1)).all()
    assert "auxiliary" in age.how


def test_no_record_but_the_attackers_decides_the_cut() -> None:
    data = people()
    moved = data.features.copy()
    moved[SCORED, 0] = 1.0 - moved[SCORED, 0] ** 3
    other = Dataset(
        name="moved",
        features=moved,
        labels=data.labels,
        feature_names=NAMES,
        label_names=data.label_names,
        record_ids=data.record_ids,
        bounds=data.bounds,
    )
    assert (
        find_sensitive(other, "age", AUXILIARY, SCORED).values
        == find_sensitive(data, "age", AUXILIARY, SCORED).values
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("constant", "is constant"),
        ("rare", r"only 3 of the .* records are '1'; at least 10"),
        ("label", "no column 'label' .* The label cannot be guessed"),
        ("height", "The columns are: age, town, bit, constant, rare"),
    ],
)
def test_refusals_say_why(name: str, said: str) -> None:
    with pytest.raises(AttackNotApplicable, match=said):
        found(name)


def test_images_are_refused() -> None:
    pictures = Dataset(
        name="pictures",
        features=np.zeros((4, 2, 2), dtype=np.float32),
        labels=np.array([0, 1, 0, 1]),
        feature_names=("a", "b", "c", "d"),
        label_names=("x", "y"),
        record_ids=np.arange(4),
    )
    with pytest.raises(AttackNotApplicable, match="images"):
        find_sensitive(pictures, "a", np.arange(2), np.arange(2, 4))


def test_equals_signs_alone_make_no_group() -> None:
    """Two columns of numbers whose names look like one-hot ones."""
    assert one_hot_groups(("x=1", "x=2"), np.array([[0.2, 0.8], [1.0, 0.0]])) == {}
    assert one_hot_groups(("x=1", "y", "x=2"), np.array([[1, 0, 0], [0, 0, 1]])) == {}
