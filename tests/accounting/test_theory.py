"""The region that (epsilon, delta)-DP leaves to a membership test."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from ppml_core.accounting import pld
from ppml_core.accounting.theory import max_advantage, max_auc, max_tpr
from ppml_core.errors import InvalidValue

epsilons = st.floats(0, 5_000)
fractions = st.floats(0, 1)


@given(fpr=fractions, epsilon=st.floats(0, 500), delta=fractions)
def test_equals_the_formula_where_that_can_be_evaluated(fpr, epsilon, delta):
    steep = math.exp(epsilon) * fpr + delta
    flat = 1 - math.exp(-epsilon) * (1 - delta - fpr)
    assert float(max_tpr(fpr, epsilon, delta)) == pytest.approx(min(steep, flat, 1.0))


@given(epsilon=epsilons, delta=fractions)
def test_advantage_is_the_largest_gap_of_the_region(epsilon, delta):
    corner = (1 - delta) / (math.exp(min(epsilon, 700)) + 1)
    fpr = np.append(np.linspace(0, 1, 101), corner)
    gaps = max_tpr(fpr, epsilon, delta) - fpr
    assert gaps.max() == pytest.approx(float(max_advantage(epsilon, delta)), abs=1e-9)


@given(epsilon=epsilons, delta=fractions, fpr=fractions)
def test_never_worse_than_guessing_and_never_above_one(epsilon, delta, fpr):
    assert fpr - 1e-12 <= float(max_tpr(fpr, epsilon, delta)) <= 1
    assert 0 <= float(max_advantage(epsilon, delta)) <= 1


def test_the_ends():
    assert max_tpr([0.0, 0.3, 1.0], 0.0, 0.0).tolist() == [0.0, 0.3, 1.0]
    assert max_tpr([0.0, 1e-9, 1.0], math.inf, 1e-5).tolist() == [1.0, 1.0, 1.0]
    assert float(max_tpr(0.0, 100.0, 1e-5)) == pytest.approx(1e-5)
    assert float(max_advantage(math.inf, 1e-5)) == 1.0
    assert float(max_advantage(0.0, 1e-5)) == pytest.approx(1e-5)


def test_arguments_broadcast():
    assert max_tpr(np.zeros((3, 1)), np.arange(4.0), 1e-5).shape == (3, 4)
    assert max_advantage([1.0, 2.0], 1e-5).shape == (2,)


def test_the_optimal_test_against_a_gaussian_stays_inside_and_touches():
    """Neyman and Pearson's test of N(0, 1) against N(mu, 1) is the strongest there is."""
    mu, delta = 1.0, 1e-3
    fpr = np.logspace(-8, 0, 2_000)
    tpr = norm.sf(norm.isf(fpr) - mu)
    slack = max_tpr(fpr, pld.epsilon(1 / mu, 1.0, 1, delta), delta) - tpr
    assert 0 <= slack.min() < 1e-4


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((-0.1, 1, 0), "fpr"),
        ((0.1, -1, 0), "epsilon"),
        ((0.1, math.nan, 0), "epsilon"),
        ((0.1, 1, 2), "delta"),
    ],
)
def test_values_out_of_range_are_named(arguments, name):
    with pytest.raises(InvalidValue, match=f"Expected {name}"):
        max_tpr(*arguments)


@given(epsilon=st.floats(0.0, 20.0), delta=st.floats(0.0, 0.2))
def test_auc_ceiling_is_the_area_under_the_highest_roc(epsilon, delta):
    fpr = np.unique(np.concatenate([np.linspace(0, 1, 4001), np.geomspace(1e-12, 1, 4001)]))
    area = np.trapezoid(max_tpr(fpr, epsilon, delta), fpr)
    assert math.isclose(max_auc(epsilon, delta), area, abs_tol=2e-4)
