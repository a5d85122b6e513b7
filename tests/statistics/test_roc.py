"""The ROC curve against scikit-learn, ties and the step function."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_curve as reference_curve

from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.auditing.membership import summarise
from ppml_core.errors import InvalidValue
from ppml_core.statistics.advantage import advantage
from ppml_core.statistics.auc import auc_interval
from ppml_core.statistics.histogram import histogram
from ppml_core.statistics.roc import roc_curve


def draw(seed: int, n: int = 200, decimals: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    membership = rng.random(n) < 0.4
    membership[:2] = [True, False]
    return np.round(rng.normal(size=n) + membership, decimals), membership


@given(seed=st.integers(0, 10_000), decimals=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_agrees_with_scikit_learn(seed: int, decimals: int) -> None:
    scores, membership = draw(seed, decimals=decimals)
    curve = roc_curve(scores, membership)
    fpr, tpr, thresholds = reference_curve(membership, scores, drop_intermediate=False)
    assert np.allclose(curve.fpr, fpr[1:])
    assert np.allclose(curve.tpr, tpr[1:])
    assert np.array_equal(curve.thresholds, thresholds[1:])


@given(seed=st.integers(0, 10_000), fpr=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_step_function_equals_trying_every_threshold(seed: int, fpr: float) -> None:
    scores, membership = draw(seed, n=60)
    best = 0.0
    for threshold in scores:
        # A rate is allowed what a float loses of it.
        if (scores[~membership] >= threshold).mean() <= fpr * (1 + 1e-12):
            best = max(best, (scores[membership] >= threshold).mean())
    assert roc_curve(scores, membership).tpr_at(np.array([fpr]))[0] == pytest.approx(best)


def test_constant_score_finds_nobody_below_full_false_alarms() -> None:
    curve = roc_curve(np.ones(10), np.arange(10) < 5)
    assert curve.tpr_at(np.array([0.0, 0.5, 0.999, 1.0])).tolist() == [0, 0, 0, 1]
    assert curve.counts_at(0.9) == (0, 0)


def test_two_valued_score_has_one_useful_point() -> None:
    membership = np.array([True] * 10 + [False] * 10)
    scores = np.array([1.0] * 6 + [0.0] * 4 + [1.0] * 2 + [0.0] * 8)
    curve = roc_curve(scores, membership)
    assert curve.tpr_at(np.array([0.19, 0.2, 0.5])).tolist() == [0.0, 0.6, 0.6]


def test_a_false_positive_rate_that_is_exact_in_decimals_is_reached() -> None:
    # 0.07 * 100 is 7.000000000000001 and 0.29 * 100 is 28.999999999999996.
    scores, membership = np.arange(200.0), np.arange(200) % 2 == 0
    curve = roc_curve(scores, membership)
    assert curve.counts_at(0.07)[1] == 7
    assert curve.counts_at(0.29)[1] == 29


@pytest.mark.parametrize(
    ("scores", "membership"),
    [
        (np.array([np.nan, 1.0]), np.array([True, False])),
        (np.array([0.0, 1.0]), np.array([True, True])),
        (np.array([0.0, 1.0]), np.array([True, False, True])),
    ],
)
def test_refuses(scores: np.ndarray, membership: np.ndarray) -> None:
    with pytest.raises(InvalidValue):
        roc_curve(scores, membership)


@pytest.mark.parametrize("kind", ["some", "all", "equal", "huge"])
@pytest.mark.parametrize("targets", [1, 4])
def test_infinite_scores_count_by_their_rank_and_warn_nowhere(kind: str, targets: int) -> None:
    """Warnings are errors here. What is compared is the same scores as ranks."""
    rng = np.random.default_rng(0)
    member = rng.random((targets, 1200)) < 0.5
    scores = np.clip(rng.normal(size=member.shape) + member, -1.7, 1.7)
    if kind == "some":
        scores[rng.random(member.shape) < 0.2] = np.inf
        scores[rng.random(member.shape) < 0.1] = -np.inf
    elif kind == "all":
        scores = np.where(member, np.inf, -np.inf)
    elif kind == "equal":
        scores[:] = np.inf
    else:
        scores *= 1e308
        scores[0, :9] = np.inf
    ranks = np.unique(scores, return_inverse=True)[1].reshape(scores.shape).astype(float)
    assert auc_interval(scores, member) == auc_interval(ranks, member)
    curve, expected = roc_curve(scores, member), roc_curve(ranks, member)
    assert curve.true_positives.tolist() == expected.true_positives.tolist()
    gained = [advantage(s, member, rng=np.random.default_rng(1)) for s in (scores, ranks)]
    assert gained[0] == gained[1]
    assert sum(histogram(scores, member)[1]) == member.sum()
    told = [
        summarise(
            MembershipResult(name="x", scores=s, membership=member, record_ids=np.arange(1200)),
            replicates=20,
            curves=False,
        )
        for s in (scores, ranks)
    ]
    assert told[0].auc_ci == told[1].auc_ci
    assert told[0].verdict == told[1].verdict
    assert told[0].tpr_at_fpr[1].ci == pytest.approx(told[1].tpr_at_fpr[1].ci)
