"""The two-way variance against simulation of known variance components."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core.statistics.clustered import mean_interval, spread


def simulate(seed: int, by_target: float, by_record: float, own: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, own, (20, 50)) if own else np.zeros((20, 50))
    return rng.normal(0, by_target, (20, 1)) + rng.normal(0, by_record, 50) + noise


@pytest.mark.parametrize("parts", [(0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1, 1, 1)])
def test_estimates_the_variance_of_the_mean(parts: tuple[float, float, float]) -> None:
    draws = [simulate(seed, *parts) for seed in range(300)]
    truth = parts[0] ** 2 / 20 + parts[1] ** 2 / 50 + parts[2] ** 2 / 1000
    estimates = [spread((d - d.mean()) / d.size).variance for d in draws]
    # The floor (never below the larger one-way variance) costs about 10 % where nothing clusters.
    assert 0.85 * truth <= np.mean(estimates) <= 1.25 * truth
    covered = [low <= 0 <= high for low, high in map(_interval, draws)]
    assert 0.92 <= np.mean(covered) <= 0.99


def _interval(draw: np.ndarray) -> tuple[float, float]:
    mean = float(draw.mean())
    return mean_interval(mean, spread((draw - mean) / draw.size))


def test_one_target_is_the_variance_of_a_mean_of_records() -> None:
    values = np.random.default_rng(0).normal(size=(1, 40))
    found = spread((values - values.mean()) / 40)
    assert found.variance == pytest.approx(values.var(ddof=1) / 40)


def test_inflation_is_three_for_unclustered_pairs_and_none_for_pure_clusters() -> None:
    noise = simulate(1, 0, 0, 1)
    records = simulate(1, 0, 1, 0)
    assert spread((noise - noise.mean()) / 1000).inflation == pytest.approx(3, rel=0.3)
    assert spread((records - records.mean()) / 1000).inflation == pytest.approx(1.05, abs=0.05)


def test_few_targets_that_differ_have_few_degrees_of_freedom() -> None:
    differing = np.random.default_rng(0).normal(size=(4, 1)) * np.ones((4, 500))
    alike = np.random.default_rng(0).normal(size=500) * np.ones((4, 1))
    assert spread(differing - differing.mean()).degrees == pytest.approx(3, rel=0.05)
    assert spread(alike - alike.mean()).degrees > 300
