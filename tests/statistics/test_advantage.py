"""Cross-fitted advantage: closed form, no gain from noise, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from ppml_core.statistics.advantage import advantage, crossfit_decisions


def draw(seed: int, shape: tuple[int, int], shift: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    membership = rng.random(shape) < 0.5
    return rng.normal(size=shape) + shift * membership, membership


@pytest.mark.parametrize("d", [0.5, 1.0, 3.0])
def test_gaussian_shift_has_a_closed_form(d: float) -> None:
    scores, membership = draw(0, (1, 100_000), d)
    found = advantage(scores, membership, rng=np.random.default_rng(0))
    truth = 2 * norm.cdf(d / 2) - 1
    assert found.value == pytest.approx(truth, abs=0.008)


@pytest.mark.parametrize("shape", [(1, 100), (8, 60)])
def test_noise_gains_nothing_on_average_and_the_interval_covers_zero(
    shape: tuple[int, int],
) -> None:
    values, covered = [], []
    for seed in range(200):
        found = advantage(*draw(seed, shape, 0.0), rng=np.random.default_rng(seed))
        values.append(found.value)
        covered.append(found.ci[0] <= 0 <= found.ci[1])
    # Fitting and judging on the same pairs would average about 0.1 here.
    assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(200)
    assert np.mean(covered) >= 0.9


def test_interval_of_one_target_covers_the_truth_it_is_about() -> None:
    covered, d = [], 1.0
    for seed in range(200):
        found = advantage(*draw(seed, (1, 400), d), rng=np.random.default_rng(seed))
        covered.append(found.ci[0] <= 2 * norm.cdf(d / 2) - 1 <= found.ci[1])
    assert np.mean(covered) >= 0.88  # a fitted threshold is a little below the best


def test_decisions_equal_fitting_each_fold_by_trying_every_threshold() -> None:
    scores, membership = draw(4, (3, 40), 0.5)
    scores = scores.round(1)
    found = crossfit_decisions(scores, membership, rng=np.random.default_rng(1))
    fold = np.random.default_rng(1).permutation(np.arange(40) % 5)
    for number in range(5):
        fit_scores, fit_members = scores[:, fold != number], membership[:, fold != number]
        best, threshold = 0.0, np.inf
        for candidate in np.unique(fit_scores)[::-1]:
            called = fit_scores >= candidate
            gain = called[fit_members].mean() - called[~fit_members].mean()
            if gain > best + 1e-12:
                best, threshold = gain, candidate
        judged = scores[:, fold == number] >= threshold
        assert np.array_equal(found[:, fold == number], judged)


def test_constant_scores_have_no_advantage_but_an_interval() -> None:
    membership = np.tile(np.arange(40) % 2 == 0, (4, 1))
    found = advantage(np.zeros((4, 40)), membership, rng=np.random.default_rng(0))
    assert found.value == 0
    assert found.ci[0] < -0.1 < 0.1 < found.ci[1]
