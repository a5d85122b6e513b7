"""The two-way bootstrap: its fast histogram against drawing pairs one by one."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core.statistics.bootstrap import BINS, replicates_for, tpr_replicates
from ppml_core.statistics.roc import roc_curve

FPR = np.array([0.01, 0.05, 0.2, 1.0])


def population(seed: int, targets: int, records: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    membership = rng.random((targets, records)) < 0.5
    return rng.normal(size=membership.shape) + 1.5 * membership, membership


@pytest.mark.parametrize("decimals", [1, 12])
def test_equals_copying_the_drawn_pairs(decimals: int) -> None:
    scores, membership = population(0, 6, 50)
    scores = scores.round(decimals)
    found = tpr_replicates(scores, membership, FPR, replicates=20, rng=np.random.default_rng(5))
    rng = np.random.default_rng(5)
    for row in found:
        targets = np.repeat(np.arange(6), rng.multinomial(6, np.full(6, 1 / 6)))
        records = np.repeat(np.arange(50), rng.multinomial(50, np.full(50, 1 / 50)))
        drawn = np.ix_(targets, records)
        assert np.allclose(row, roc_curve(scores[drawn], membership[drawn]).tpr_at(FPR))


def test_bins_for_many_scores_stay_close_to_the_exact_curve() -> None:
    scores, membership = population(1, 10, 3000)
    assert len(np.unique(scores)) > 5 * BINS
    found = tpr_replicates(scores, membership, FPR, replicates=30, rng=np.random.default_rng(2))
    rng = np.random.default_rng(2)
    for row in found[:5]:
        targets = np.repeat(np.arange(10), rng.multinomial(10, np.full(10, 0.1)))
        records = np.repeat(np.arange(3000), rng.multinomial(3000, np.full(3000, 1 / 3000)))
        drawn = np.ix_(targets, records)
        exact = roc_curve(scores[drawn], membership[drawn]).tpr_at(FPR)
        assert np.all(np.abs(row - exact) <= 0.004)


def test_same_generator_same_replicates() -> None:
    scores, membership = population(3, 4, 30)
    twice = [
        tpr_replicates(scores, membership, FPR, replicates=5, rng=np.random.default_rng(1))
        for _ in range(2)
    ]
    assert np.array_equal(*twice)


def test_large_populations_use_fewer_replicates_but_enough() -> None:
    assert replicates_for(10_000, 300) == 300
    assert replicates_for(3_000_000, 300) == 100
    assert replicates_for(3_000_000, 50) == 50
