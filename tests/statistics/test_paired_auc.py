"""Paired AUCs against scikit-learn, DeLong's covariance written out, and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ppml_core.errors import InvalidValue
from ppml_core.statistics.paired_auc import mean_auc, mean_share


def everyone(n: int, targets: int = 1) -> np.ndarray:
    return np.ones((targets, n), dtype=bool)


@given(seed=st.integers(0, 10_000), decimals=st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_one_target_is_scikit_learns_auc_with_ties(seed: int, decimals: int) -> None:
    rng = np.random.default_rng(seed)
    truth = np.arange(50) % 3 == 0
    scores = (rng.normal(size=50) + truth).round(decimals)
    found = mean_auc(scores, truth, everyone(50))
    assert found.value == pytest.approx(roc_auc_score(truth, scores))


def test_the_mask_decides_which_pairs_count() -> None:
    rng = np.random.default_rng(0)
    truth, scores = rng.random(80) < 0.4, rng.normal(size=(3, 80))
    mask = rng.random((3, 80)) < 0.5
    each = [roc_auc_score(truth[m], s[m]) for s, m in zip(scores, mask, strict=True)]
    found = mean_auc(scores, truth, mask)
    assert found.value == pytest.approx(np.mean(each))
    assert found.pairs == mask.sum()
    assert not found.psi[~mask].any()


def delong_variance_of_difference(a: np.ndarray, b: np.ndarray, truth: np.ndarray) -> float:
    """DeLong et al. (1988), equations 4 to 6, pair by pair."""

    def placements(s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        wins = (s[truth][:, None] > s[~truth]) + 0.5 * (s[truth][:, None] == s[~truth])
        return wins.mean(axis=1), wins.mean(axis=0)

    (pos_a, neg_a), (pos_b, neg_b) = placements(a), placements(b)
    return (
        np.var(pos_a - pos_b, ddof=1) / truth.sum() + np.var(neg_a - neg_b, ddof=1) / (~truth).sum()
    )


def test_the_paired_difference_has_delongs_variance() -> None:
    rng = np.random.default_rng(1)
    truth = rng.random(400) < 0.5
    a = rng.normal(size=400) + truth
    b = a + 0.5 * rng.normal(size=400)
    gain = mean_auc(a, truth, everyone(400)) - mean_auc(b, truth, everyone(400))
    low, high = gain.interval()
    half = 1.966 * np.sqrt(delong_variance_of_difference(a, b, truth))  # t, 399 degrees
    assert gain.value == pytest.approx(roc_auc_score(truth, a) - roc_auc_score(truth, b))
    assert (high - low) / 2 == pytest.approx(half, rel=0.01)


@pytest.mark.parametrize("targets", [1, 6])
def test_null_differences_are_covered(targets: int) -> None:
    """Two guessers of equal skill, shared records, several targets: 95 % or more."""
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(200):
        truth = rng.random(60) < 0.5
        shared = rng.normal(size=60) + truth
        scores = [shared + rng.normal(size=(targets, 60)) for _ in range(2)]
        mask = everyone(60, targets)
        low, high = (mean_auc(scores[0], truth, mask) - mean_auc(scores[1], truth, mask)).interval()
        covered += low <= 0 <= high
    assert covered >= 184  # 200 at 95 %: 190; fewer than 184 happens in 3 of 10,000 such tests


def test_several_targets_share_what_a_record_is_like() -> None:
    """Repeating one target narrows nothing: its records are the same."""
    rng = np.random.default_rng(3)
    truth = rng.random(300) < 0.5
    scores = rng.normal(size=300) + truth
    one = mean_auc(scores, truth, everyone(300))
    eight = mean_auc(scores, truth, everyone(300, 8))
    widths = [np.diff(found.share_interval())[0] for found in (one, eight)]
    assert widths[1] == pytest.approx(widths[0], rel=0.02)


def test_identical_guessers_leave_what_the_records_could_have_missed() -> None:
    truth = np.arange(40) % 2 == 0
    same = mean_auc(truth.astype(float), truth, everyone(40))
    low, high = (same - same).interval()
    assert low == -high
    assert high == pytest.approx(1 - 0.025 ** (1 / 40))


def test_shares_are_means_over_targets() -> None:
    hits = np.array([[1, 1, 0, 0], [1, 0, 0, 0]], dtype=bool)
    mask = np.array([[1, 1, 1, 0], [1, 1, 0, 0]], dtype=bool)
    found = mean_share(hits, mask)
    assert found.value == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert found.psi.sum() == pytest.approx(0)


def test_no_records_of_a_kind_is_an_error() -> None:
    with pytest.raises(InvalidValue, match="records of each kind"):
        mean_auc(np.zeros(4), np.ones(4, bool), everyone(4))


def test_targets_that_differ_make_the_interval_wide() -> None:
    """Three models of many records: one is read perfectly and two not at all."""
    rng = np.random.default_rng(0)
    truth = np.arange(4000) % 2 == 0
    scores = rng.normal(size=(3, 4000))
    scores[0] += 10 * truth
    low, high = mean_auc(scores, truth, everyone(4000, 3)).interval()
    assert high - low > 0.5
    low, high = mean_share(rng.random((3, 4000)) < 0.5, everyone(4000, 3)).interval()
    assert high - low < 0.1
