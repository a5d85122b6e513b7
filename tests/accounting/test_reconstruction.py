"""Bounds on reconstruction: the accountant's against the closed form, and properties."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from ppml_core.accounting import pld
from ppml_core.accounting.reconstruction import (
    gaussian_bound,
    gaussian_epsilon,
    mechanism_bounds,
)
from ppml_core.errors import InvalidValue

KAPPAS = (0.5, 0.2, 0.1, 0.05, 0.01)
PRIORS = st.floats(0.001, 0.9)
NOISES = st.floats(0.5, 200.0)


@pytest.mark.parametrize(
    ("sigma", "steps"),
    [(1.0, 1), (2.0, 1), (1.0, 10), (2.0, 60), (4.0, 60), (8.0, 60), (32.0, 60), (8.0, 400)],
)
def test_the_accountant_reproduces_the_closed_form(sigma, steps):
    found = mechanism_bounds(KAPPAS, sigma, 1.0, steps)
    exact = [gaussian_bound(kappa, sigma, steps) for kappa in KAPPAS]
    assert found == pytest.approx(exact, abs=1e-3)
    assert all(f >= e - 1e-9 for f, e in zip(found, exact, strict=True)), "never below the truth"


def test_weak_noise_bounds_nothing():
    assert mechanism_bounds([0.5, 0.05], 1.5, 1.0, 60, 1e-2) == pytest.approx((1, 1), abs=1e-3)


def test_the_closed_form_is_the_best_test_between_two_normals():
    """Monte Carlo of the worst case: a secret that adds exactly the clipping norm."""
    rng, sigma, steps, kappa = np.random.default_rng(1), 6.0, 20, 0.1
    shift = np.sqrt(steps) / sigma
    threshold = norm.isf(kappa)  # right with probability kappa without the record
    right = np.mean(rng.normal(shift, 1.0, 400_000) > threshold)
    assert right == pytest.approx(gaussian_bound(kappa, sigma, steps), abs=0.003)


def test_sampling_tightens_the_bound():
    full, half = (mechanism_bounds([0.5, 0.1], 4.0, rate, 60) for rate in (1.0, 0.5))
    assert all(h < f for h, f in zip(half, full, strict=True))


@given(kappa=PRIORS, sigma=NOISES, steps=st.integers(1, 500))
def test_between_guessing_and_certainty_and_monotone(kappa, sigma, steps):
    bound = gaussian_bound(kappa, sigma, steps)
    assert kappa <= bound <= 1
    assert gaussian_bound(kappa, sigma * 1.5, steps) <= bound
    assert gaussian_bound(kappa, sigma, steps + 1) >= bound
    assert gaussian_bound(min(0.95, kappa * 1.05), sigma, steps) >= bound
    assert gaussian_bound(kappa, sigma, steps, copies=3) >= bound


def test_more_noise_never_raises_the_accountants_bound():
    found = [mechanism_bounds(KAPPAS, sigma, 0.3, 40) for sigma in (2.0, 4.0, 8.0, 30.0)]
    assert all(np.less_equal(b, a).all() for a, b in pairwise(found))
    assert all(np.greater_equal(row, KAPPAS).all() and max(row) <= 1 for row in found)


@pytest.mark.parametrize(("sigma", "steps"), [(2.0, 1), (4.0, 60), (32.0, 60)])
def test_exact_epsilon_agrees_with_the_accountant(sigma, steps):
    exact = gaussian_epsilon(sigma, steps, 1e-3)
    assert pld.epsilon(sigma, 1.0, steps, 1e-3) == pytest.approx(exact, rel=1e-3)


def test_golden_epsilons():
    found = [gaussian_epsilon(sigma, 60, 1e-3) for sigma in (1, 2, 4, 8, 32)]
    assert found == pytest.approx([53.1, 18.74, 7.27, 3.02, 0.57], abs=0.01)


def test_a_person_with_k_pictures_is_one_with_a_kth_of_the_noise():
    assert gaussian_epsilon(8.0, 60, 1e-3, copies=4) == pytest.approx(
        gaussian_epsilon(2.0, 60, 1e-3)
    )
    assert gaussian_bound(0.1, 8.0, 60, copies=4) == pytest.approx(gaussian_bound(0.1, 2.0, 60))


@pytest.mark.parametrize("kappa", [0.0, 1.0, -0.1, float("nan")])
def test_a_prior_outside_the_unit_interval_is_refused(kappa):
    with pytest.raises(InvalidValue, match="kappa"):
        gaussian_bound(kappa, 1.0, 1)
    with pytest.raises(InvalidValue, match="kappa"):
        mechanism_bounds([kappa], 1.0, 1.0, 1)
