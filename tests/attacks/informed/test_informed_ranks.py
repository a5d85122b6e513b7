"""Success among k of K candidates: against drawing the rivals, and at its ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.attacks.informed.ranks import rivals_above, successes
from ppml_core.errors import InvalidValue


def test_it_is_the_average_over_draws_of_rivals():
    rng = np.random.default_rng(0)
    scores, truth, k = rng.normal(size=(5, 8)), rng.integers(8, size=5), 4
    drawn = np.zeros(5)
    for _ in range(4000):
        for m in range(5):
            rivals = rng.choice(np.delete(np.arange(8), truth[m]), k - 1, replace=False)
            drawn[m] += scores[m, truth[m]] > scores[m, rivals].max()
    assert successes(scores, truth, k) == pytest.approx(drawn / 4000, abs=0.04)


def test_among_all_candidates_it_is_the_first_place():
    rng = np.random.default_rng(1)
    scores, truth = rng.normal(size=(50, 6)), rng.integers(6, size=50)
    assert (
        successes(scores, truth, 6).tolist() == (scores.argmax(1) == truth).astype(float).tolist()
    )


@given(k=st.integers(2, 9), count=st.integers(9, 12))
def test_a_constant_score_is_a_guess(k, count):
    scores, truth = np.zeros((3, count)), np.array([0, 4, 8])
    assert successes(scores, truth, k) == pytest.approx(1 / k)


@given(seed=st.integers(0, 1000))
def test_more_rivals_never_help(seed):
    rng = np.random.default_rng(seed)
    scores, truth = rng.integers(0, 4, (4, 7)).astype(float), rng.integers(7, size=4)
    found = np.array([successes(scores, truth, k) for k in range(2, 8)])
    assert (np.diff(found, axis=0) <= 1e-12).all()
    assert found.min() >= 0 and found.max() <= 1


def test_k_outside_the_candidates_is_refused():
    for k in (1, 4):
        with pytest.raises(InvalidValue, match="k in"):
            successes(np.zeros((1, 3)), np.array([0]), k)
    assert rivals_above(np.zeros((1, 3)), np.array([0]))[1].tolist() == [2]
