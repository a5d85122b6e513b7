"""Cross-fitted advantage: closed form, no gain from noise, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm

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
    assert np.mean(covered) >= 0.95


@pytest.mark.parametrize(
    ("shape", "by_record"), [((1, 60), 0.0), ((1, 300), 0.0), ((2, 100), 0.0), ((8, 80), 0.6)]
)
@pytest.mark.parametrize("d", [0.0, 0.5, 1.0, 2.0])
def test_intervals_cover_the_best_threshold_s_advantage(
    shape: tuple[int, int], by_record: float, d: float
) -> None:
    """Gaussian scores: 2 Phi(d / 2) - 1. An interval at the fitted thresholds missed it in 9
    to 14 of 100 runs with one target, on either side."""
    truth = 2 * norm.cdf(d / 2) - 1
    below, above, runs = 0, 0, 300
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        half = rng.random((-(-shape[0] // 2), shape[1])) < 0.5
        membership = np.concatenate([half, ~half])[: shape[0]]
        noise = np.sqrt(1 - by_record**2) * rng.normal(size=shape)
        scores = noise + by_record * rng.normal(size=shape[1]) + d * membership
        low, high = advantage(scores, membership, rng=rng).ci
        below, above = below + (high < truth), above + (low > truth)
    # Nominal is 2.5 % on each side; binomial noise of the simulation on top.
    assert below <= binom.ppf(0.999, runs, 0.025)
    assert above <= binom.ppf(0.999, runs, 0.025)
    assert below + above <= binom.ppf(0.99, runs, 0.05)


def test_nobody_is_called_where_nothing_is_gained_infinite_scores_or_not() -> None:
    membership = np.arange(40).reshape(1, 40) % 2 == 0
    scores = np.where(membership, -np.inf, np.inf)
    found = advantage(scores, membership, rng=np.random.default_rng(0))
    assert found.value == 0
    assert found.ci[0] < 0 < found.ci[1]


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
