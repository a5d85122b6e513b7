"""AUC against scikit-learn and closed forms; its interval against DeLong and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from ppml_core.errors import InvalidValue
from ppml_core.statistics.auc import auc, auc_interval, delong_interval


def shifted(seed: int, shape: tuple[int, ...], shift: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    membership = rng.random(shape) < 0.5
    return rng.normal(size=shape) + shift * membership, membership


@given(seed=st.integers(0, 10_000), decimals=st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_agrees_with_scikit_learn(seed: int, decimals: int) -> None:
    scores, membership = shifted(seed, (80,), 0.7)
    scores = scores.round(decimals)
    assert auc(scores, membership) == pytest.approx(roc_auc_score(membership, scores))


@given(seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_negating_the_scores_mirrors_it(seed: int) -> None:
    scores, membership = shifted(seed, (60,), 0.5)
    assert auc(-scores, membership) == pytest.approx(1 - auc(scores, membership))


@pytest.mark.parametrize("d", [0.0, 0.5, 2.0])
def test_gaussian_shift_has_a_closed_form(d: float) -> None:
    scores, membership = shifted(3, (1, 200_000), d)
    found = auc_interval(scores, membership)
    truth = norm.cdf(d / math.sqrt(2))
    assert found.value == pytest.approx(truth, abs=0.004)
    assert found.ci[0] <= truth <= found.ci[1]


def test_constant_scores_are_chance_and_admit_it() -> None:
    membership = np.arange(40) < 20
    found = auc_interval(np.zeros((1, 40)), membership[None])
    assert found.value == 0.5
    assert found.ci[0] < 0.4 < 0.6 < found.ci[1]


def test_perfect_separation_is_not_certainty() -> None:
    membership = np.arange(40) < 20
    low, high = delong_interval(membership.astype(float), membership)
    assert (round(low, 4), high) == (0.8316, 1.0)  # Clopper-Pearson, 20 of 20


def naive_delong(scores: np.ndarray, membership: np.ndarray) -> float:
    """Standard error from the definition, pair by pair."""
    x, y = scores[membership], scores[~membership]
    win = (x[:, None] > y) + 0.5 * (x[:, None] == y)
    variance = win.mean(1).var(ddof=1) / len(x) + win.mean(0).var(ddof=1) / len(y)
    return math.sqrt(variance)


def test_delong_equals_its_definition_and_a_bootstrap_of_records() -> None:
    scores, membership = shifted(1, (300,), 0.8)
    scores = scores.round(1)
    found = auc_interval(scores, membership)
    assert math.sqrt(found.spread.variance) == pytest.approx(naive_delong(scores, membership))
    rng = np.random.default_rng(2)
    drawn = [rng.integers(0, 300, 300) for _ in range(400)]
    resampled = np.std([roc_auc_score(membership[i], scores[i]) for i in drawn])
    assert math.sqrt(found.spread.variance) == pytest.approx(resampled, rel=0.1)


def test_interval_of_a_population_covers_nominally() -> None:
    """Targets and records both have effects on the scores; the truth is from a huge draw."""
    hits, truth = [], _population_auc(np.random.default_rng(0), 400, 4000).value
    for seed in range(120):
        low, high = _population_auc(np.random.default_rng(seed + 1), 12, 80).ci
        hits.append(low <= truth <= high)
    assert 0.91 <= np.mean(hits) <= 0.995


def _population_auc(rng: np.random.Generator, targets: int, records: int):  # type: ignore[no-untyped-def]
    membership = rng.random((targets, records)) < 0.5
    gain = rng.exponential(1.0, records) * rng.uniform(0.5, 1.5, (targets, 1))
    scores = rng.normal(0, 1, records) + rng.normal(size=membership.shape) + gain * membership
    return auc_interval(scores, membership)


def test_delong_is_for_one_target() -> None:
    with pytest.raises(InvalidValue):
        delong_interval(np.zeros((2, 4)), np.zeros((2, 4), dtype=bool))
