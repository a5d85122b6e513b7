"""Intervals of proportions against scipy, published numbers and their own coverage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from ppml_core.errors import InvalidValue
from ppml_core.statistics.intervals import (
    clopper_pearson,
    difference,
    effective_trials,
    wilson,
)


@given(n=st.integers(1, 500), data=st.data(), confidence=st.sampled_from([0.9, 0.95, 0.99]))
@settings(max_examples=80, deadline=None)
def test_agree_with_scipy(n: int, data: st.DataObject, confidence: float) -> None:
    k = data.draw(st.integers(0, n))
    test = binomtest(k, n)
    exact = test.proportion_ci(confidence, method="exact")
    score = test.proportion_ci(confidence, method="wilson")
    assert clopper_pearson(k, n, confidence) == pytest.approx((exact.low, exact.high), abs=1e-9)
    assert wilson(k, n, confidence) == pytest.approx((score.low, score.high), abs=1e-9)


@pytest.mark.parametrize("p", [0.001, 0.01, 0.2, 0.5])
def test_clopper_pearson_covers_at_least_nominally(p: float) -> None:
    n, covered = 300, 0.0
    for k in range(n + 1):
        low, high = clopper_pearson(k, n)
        covered += float(binom.pmf(k, n, p)) * (low <= p <= high)
    assert covered >= 0.95


def test_difference_agrees_with_newcombes_table() -> None:
    # Newcombe 1998, table II, method 10, examples (b) and (d).
    assert difference((9, 10), (3, 10)) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert difference((5, 56), (0, 29)) == pytest.approx((-0.0381, 0.1926), abs=5e-5)


def test_effective_trials_of_independent_ones_is_their_number() -> None:
    assert effective_trials(0.3, 0.3 * 0.7 / 500, 500, distinct=50) == pytest.approx(500)
    assert effective_trials(0.3, 4 * 0.3 * 0.7 / 500, 500, distinct=50) == pytest.approx(125)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_without_variance_only_distinct_records_count(share: float) -> None:
    assert effective_trials(share, 0.0, 500, distinct=50) == 50


@pytest.mark.parametrize(("k", "n"), [(-1, 10), (11, 10), (0, 0)])
def test_refuses_impossible_counts(k: int, n: int) -> None:
    with pytest.raises(InvalidValue):
        clopper_pearson(k, n)
