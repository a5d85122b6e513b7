"""p-values of TPR at low FPR are calibrated where nothing leaks."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core.auditing.rates import measure, tpr_at_fpr


def null_p_values(targets: int, records: int, runs: int) -> np.ndarray:
    found = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        membership = rng.random((targets, records)) < 0.5
        scores = rng.normal(size=membership.shape) + rng.normal(0, 1, records)
        rates = measure(scores, membership, replicates=60, rng=rng)
        found.append(tpr_at_fpr(rates, 0.01).p_value)
    return np.array(found, dtype=float)


@pytest.mark.parametrize(("targets", "records", "runs"), [(1, 3000, 300), (8, 400, 80)])
def test_small_p_values_are_as_rare_as_they_say(targets: int, records: int, runs: int) -> None:
    p_values = null_p_values(targets, records, runs)
    for level in (0.025, 0.1):
        slack = 3 * np.sqrt(level / runs)
        assert np.mean(p_values <= level) <= level + slack
    assert np.mean(p_values <= 0.5) >= 0.3


def test_ties_do_not_make_p_values_smaller() -> None:
    rng = np.random.default_rng(0)
    alarms = []
    for _ in range(200):
        membership = np.arange(3000)[None] % 2 == 0
        scores = rng.integers(0, 30, (1, 3000)).astype(float)
        rates = measure(scores, membership, replicates=20, rng=rng)
        p_value = tpr_at_fpr(rates, 0.05).p_value
        assert p_value is not None
        alarms.append(p_value <= 0.05)
    assert np.mean(alarms) <= 0.1


def test_a_real_leak_has_a_small_p_value() -> None:
    rng = np.random.default_rng(0)
    membership = rng.random((1, 4000)) < 0.5
    scores = rng.normal(size=membership.shape) + 1.0 * membership
    rates = measure(scores, membership, replicates=20, rng=rng)
    p_value = tpr_at_fpr(rates, 0.01).p_value
    assert p_value is not None
    assert p_value < 1e-4
