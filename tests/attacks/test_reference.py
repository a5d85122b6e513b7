"""Reference models: never the target, equal counts for members and non-members."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppml_core.attacks.membership.reference import references


def balanced(models: int, records: int, trained_on: int, seed: int) -> np.ndarray:
    """Every record in exactly ``trained_on`` models, otherwise at random."""
    rng = np.random.default_rng(seed)
    columns = [rng.permutation(models) < trained_on for _ in range(records)]
    return np.stack(columns, axis=1)


def paired(models: int, records: int, seed: int) -> np.ndarray:
    half = np.random.default_rng(seed).random((models // 2, records)) < 0.5
    return np.concatenate([half, ~half])[np.random.default_rng(seed).permutation(models)]


def left_out(membership: np.ndarray) -> np.ndarray:
    """``[t, i, m]``: model m is no reference for record i when t is the target."""
    models, records = membership.shape
    used = references(membership)
    result = np.empty((models, records, models), dtype=bool)
    for model in range(models):
        one = np.zeros((models, records))
        one[model] = 1.0
        result[:, :, model] = used.sums(one) == 0
    return result


@given(seed=st.integers(0, 500), models=st.integers(2, 9), data=st.data())
@settings(max_examples=40, deadline=None)
def test_counts_do_not_depend_on_the_targets_membership(
    seed: int, models: int, data: st.DataObject
) -> None:
    trained_on = data.draw(st.integers(1, models - 1))
    membership = balanced(models, 12, trained_on, seed)
    used = references(membership)
    assert np.all(used.sums(membership.astype(float)) == trained_on - 1)
    assert np.all(used.sums((~membership).astype(float)) == models - trained_on - 1)


@pytest.mark.parametrize("membership", [balanced(7, 30, 3, 0), paired(8, 30, 0)])
def test_the_target_and_one_opposite_model_are_left_out(membership: np.ndarray) -> None:
    out = left_out(membership)
    for target, record in np.ndindex(membership.shape):
        absent = np.flatnonzero(out[target, record])
        assert len(absent) == 2
        assert target in absent
        (other,) = absent[absent != target]
        assert membership[other, record] != membership[target, record]


def test_the_complement_is_the_one_left_out_for_every_record() -> None:
    membership = paired(8, 30, 1)
    out = left_out(membership)
    for target in range(8):
        (complement,) = np.flatnonzero((membership == ~membership[target]).all(axis=1))
        assert out[target, :, complement].all()


def test_near_complements_count_where_they_differ() -> None:
    membership = paired(8, 200, 2)
    membership[3, :3] = membership[:, :3].sum(axis=0) == 4  # some agree now
    membership = membership.copy()
    used = references(membership)
    if used.dropped is not None:
        opposite = np.take_along_axis(membership, used.dropped, axis=0)
        assert np.all(opposite != membership)


def test_models_on_the_same_records_are_paired_one_to_one() -> None:
    row = np.random.default_rng(0).random(20) < 0.5
    membership = np.stack([row, row, ~row, ~row])
    used = references(membership)
    assert np.array_equal(used.use.sum(axis=1), [2, 2, 2, 2])
    assert np.array_equal(used.use, used.use.T)


def test_independent_coins_leave_out_the_target_only() -> None:
    membership = np.random.default_rng(0).random((6, 40)) < 0.5
    assert np.all(references(membership).sums(np.ones((6, 40))) == 5)


def test_a_single_model_has_no_reference() -> None:
    assert np.all(references(np.array([[True, False]])).sums(np.ones((1, 2))) == 0)


def test_the_dropped_model_is_on_no_side_of_its_own() -> None:
    """Leaving out an opposite model takes it from its own side only."""
    membership = balanced(6, 25, 3, 4)
    values = np.random.default_rng(1).normal(size=(6, 25))
    found = references(membership).sums(values * membership)
    out = left_out(membership)
    naive = np.where(out, 0.0, (values * membership).T[None]).sum(axis=2)
    assert np.allclose(found, naive)
