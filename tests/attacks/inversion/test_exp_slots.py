"""Who is in which slot: nobody twice, nobody in two places, and clear refusals."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core import load_dataset
from ppml_core.attacks.inversion.candidates import plan_candidates
from ppml_core.attacks.inversion.slots import build_experiment
from ppml_core.attacks.inversion.swap import coins
from ppml_core.datasets.bounds import pixel_names
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import InvalidValue


def pictures(per_class: list[int], side: int = 6) -> Dataset:
    """Random pictures of classes of these sizes."""
    rng, n = np.random.default_rng(0), sum(per_class)
    return Dataset(
        name="pictures",
        features=rng.random((n, side, side), dtype=np.float32),
        labels=np.repeat(np.arange(len(per_class)), per_class).astype(np.int64),
        feature_names=pixel_names((side, side)),
        label_names=tuple(f"class {k}" for k in range(len(per_class))),
        record_ids=1000 + np.arange(n),
    )


def places(plan) -> list[int]:
    """All rows that a plan uses, with repetition."""
    rows = [r for pair in plan.candidates for c in pair for r in (*c.trained, *c.others)]
    for group in (*plan.shared, *plan.tested, *plan.evaluated):
        rows += group
    return rows + list(plan.auxiliary)


def test_faces_are_people_and_background_is_left_out():
    data = load_dataset("faces")
    plan = plan_candidates(data, slots=20, records_per_class=1, seed=0)
    assert plan.unit == "person"
    assert len(plan.candidates) == 20
    assert len(plan.auxiliary) == 60
    rows = places(plan)
    assert sorted(rows) == sorted(np.flatnonzero(data.labels == 1))


@pytest.mark.parametrize(
    ("sizes", "records", "unit"),
    [([8] * 12, 1, "person"), ([8] * 12, 5, "person"), ([60] * 10, 20, "record"),
     ([60] * 10, 1, "record"), ([60] * 5, 3, "record"), ([80, 90], 10, "record")],
)  # fmt: skip
def test_nobody_is_in_two_places(sizes, records, unit):
    data = pictures(sizes)
    plan = plan_candidates(data, slots=20, records_per_class=records, seed=3)
    assert plan.unit == unit
    rows = places(plan)
    assert len(rows) == len(set(rows))
    for k, (a, b) in enumerate(plan.candidates):
        assert len(a.trained) == len(b.trained) == (records if unit == "person" else 1)
        of_class = set(data.labels[[*a.trained, *b.trained, *plan.shared[k]]])
        assert len(of_class) == (2 if unit == "person" else 1)


def test_private_and_auxiliary_classes_of_records_are_disjoint():
    data = load_dataset("digits")
    plan = plan_candidates(data, slots=20, records_per_class=5, seed=0)
    private = {int(data.labels[c.trained[0]]) for pair in plan.candidates for c in pair}
    assert private == {0, 1, 2, 3, 4}
    assert set(data.labels[list(plan.auxiliary)]) == {5, 6, 7, 8, 9}
    assert plan.notes == ("The attacker's own pictures are of other classes: 5, 6, 7, 8, 9.",)


def test_few_classes_are_all_private_and_that_is_said():
    plan = plan_candidates(pictures([80, 90]), slots=20, records_per_class=2, seed=0)
    assert len(plan.candidates) == 2
    assert "none can be left out" in plan.notes[0]


def test_models_of_a_pair_differ_in_the_candidates_only():
    data = pictures([60] * 10)
    built = build_experiment(data, slots=5, records_per_class=4, copies=3, seed=1)
    holds = coins(6, built.slots, seed=1)
    membership, tests = built.membership(holds), built.tests(holds)
    assert not (membership & tests).any()
    assert (membership.sum(axis=1) == 5 * 4 * 3).all()
    for row in range(0, 12, 2):
        differ = membership[row] != membership[row + 1]
        assert set(built.who[differ]) == {0, 1}
        assert (membership[row] | membership[row + 1])[~built.testing].all()
    assert (built.dataset.labels[membership[0]] == np.repeat(range(5), 12)).all()


def test_copies_differ_and_the_first_is_the_record_itself():
    data = load_dataset("faces")
    built = build_experiment(data, slots=2, records_per_class=1, copies=4, seed=0)
    for slot, pair in enumerate(built.candidates):
        for who, candidate in enumerate(pair):
            mine = (built.dataset.labels == slot) & (built.who == who)
            trained = built.dataset.features[mine & ~built.testing]
            truth = data.features[candidate.trained[0]]
            same = [np.array_equal(copy, truth) for copy in trained]
            assert same == [True, False, False, False]
            assert np.corrcoef(trained.reshape(4, -1)).min() > 0.5
            assert (mine & built.testing).sum() == 3


def test_the_same_seed_gives_the_same_experiment():
    data = load_dataset("digits")
    settings = {"slots": 3, "records_per_class": 2, "copies": 2}
    first, again, other = (build_experiment(data, **settings, seed=s) for s in (1, 1, 2))
    assert first.dataset.sha256 == again.dataset.sha256 != other.dataset.sha256


@pytest.mark.parametrize(
    ("data", "settings", "message"),
    [
        (lambda: load_dataset("wine"), {}, "Expected data pictures, such as faces or digits"),
        (lambda: load_dataset("faces"), {"records_per_class": 2}, r"in \[1, 1\].*got 2"),
        (lambda: pictures([9] * 10), {"records_per_class": 12}, r"in \[1, 9\].*got 12"),
        (lambda: pictures([60] * 10), {"records_per_class": 58}, r"in \[1, 55\]"),
        (lambda: pictures([1] * 5), {}, "Expected people >= 6"),
        (lambda: pictures([50] * 4, side=65), {}, "of at most 64 by 64 pixels"),
        (lambda: pictures([60]), {}, "Expected classes >= 2"),
    ],
)
def test_what_cannot_be_done_is_said(data, settings, message):
    asked = {"slots": 20, "records_per_class": 1, "seed": 0, **settings}
    with pytest.raises(InvalidValue, match=message):
        plan_candidates(data(), **asked)


def test_chance_is_that_of_a_constant_answer():
    """Classes of 20 and of 400 records: always naming the larger one is right far more often
    than in half of all cases."""
    built = build_experiment(pictures([20, 400]), slots=2, records_per_class=3, copies=1, seed=0)
    tests = built.dataset.labels[built.testing]
    assert built.chance(coins(3, 2, seed=0)) == np.bincount(tests).max() / len(tests) > 0.7
    even = build_experiment(pictures([60] * 10), slots=5, records_per_class=3, copies=1, seed=0)
    assert even.chance(coins(3, 5, seed=0)) == pytest.approx(1 / 5)
