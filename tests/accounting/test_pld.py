"""The PLD accountant against closed forms, golden numbers and its own order relations."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import norm

from ppml_core import limits
from ppml_core.accounting import pld, rdp
from ppml_core.accounting.registry import ACCOUNTANTS, accountant
from ppml_core.errors import InvalidValue, UnknownName

GOLDEN = [
    # n, batch, epochs, sigma, delta, rdp, pld
    (60_000, 256, 15, 1.3, 1e-5, 0.955, 0.865),
    (50_000, 1_024, 30, 1.0, 1e-5, 5.371, 4.882),
    (1_437, 64, 20, 1.0, 1 / 1_437, 5.206, 4.517),
]


def gaussian_epsilon(mu: float, delta: float) -> float:
    """Exact epsilon of a Gaussian mechanism with sensitivity / sigma = mu (Balle and Wang 2018)."""

    def excess(epsilon: float) -> float:
        upper = norm.cdf(mu / 2 - epsilon / mu)
        return upper - math.exp(epsilon + norm.logcdf(-mu / 2 - epsilon / mu)) - delta

    return brentq(excess, 0.0, 50 + 10 * mu**2, xtol=1e-12)


@pytest.mark.parametrize(("n", "batch", "epochs", "sigma", "delta", "rdp_", "pld_"), GOLDEN)
def test_golden_numbers(n, batch, epochs, sigma, delta, rdp_, pld_):
    steps = math.ceil(epochs * n / batch)
    assert pld.epsilon(sigma, batch / n, steps, delta) == pytest.approx(pld_, abs=6e-4)
    assert rdp.epsilon(sigma, batch / n, steps, delta) == pytest.approx(rdp_, rel=1e-3)


@pytest.mark.parametrize("delta", [1e-3, 1e-5, 1e-10])
@pytest.mark.parametrize(
    ("mu", "steps"), [(0.01, 1), (0.1, 1_000), (1.0, 1), (1.0, 1_000), (3.0, 50), (20.0, 10)]
)
def test_full_batches_equal_the_exact_gaussian_mechanism(mu, steps, delta):
    """Without sampling, T steps with sigma are one Gaussian with sigma / sqrt(T)."""
    exact = gaussian_epsilon(mu, delta)
    computed = pld.epsilon(math.sqrt(steps) / mu, 1.0, steps, delta)
    assert exact <= computed <= exact * (1 + 2e-4)


@settings(max_examples=8, deadline=None)
@given(
    sigma=st.floats(0.8, 20),
    rate=st.floats(0.001, 1),
    steps=st.integers(1, 1_000),
    delta=st.floats(1e-8, 1e-3),
)
def test_pld_is_not_above_rdp(sigma, rate, steps, delta):
    tight = pld.epsilon(sigma, rate, steps, delta, pld.SEARCH)
    assert tight <= rdp.epsilon(sigma, rate, steps, delta) + 1e-3


def test_an_epsilon_whose_exponential_overflows_is_bounded_all_the_same():
    setting = (0.625, 0.625, 1_724, 8.3e-4)
    assert 700 < pld.epsilon(*setting, pld.SEARCH) <= rdp.epsilon(*setting)


def test_one_sampled_step_equals_the_hockey_stick_divergence():
    """One step: delta(eps) of (1-q) N(0) + q N(1) against N(0), removed, by its closed form."""
    sigma, q, delta = 0.8, 0.1, 1e-4
    epsilon = pld.epsilon(sigma, q, 1, delta)
    cut = sigma**2 * math.log((math.exp(epsilon) - (1 - q)) / q) + 0.5
    removed = (1 - q) * norm.sf(cut / sigma) + q * norm.sf((cut - 1) / sigma)
    assert removed - math.exp(epsilon) * norm.sf(cut / sigma) == pytest.approx(delta, rel=1e-3)


def test_more_noise_fewer_steps_and_rarer_sampling_spend_less():
    base = pld.epsilon(1.0, 0.05, 200, 1e-5)
    assert pld.epsilon(1.1, 0.05, 200, 1e-5) < base
    assert pld.epsilon(1.0, 0.04, 200, 1e-5) < base
    assert pld.epsilon(1.0, 0.05, 180, 1e-5) < base
    assert pld.epsilon(1.0, 0.05, 200, 1e-4) < base


def test_coarser_discretisation_is_still_an_upper_bound():
    fine = pld.epsilon(1.0, 0.05, 400, 1e-5)
    coarse = pld.epsilon(1.0, 0.05, 400, 1e-5, 1e-2)
    assert fine < coarse < 1.05 * fine


@pytest.mark.parametrize(("rate", "steps"), [(0.1, 10_000), (1.0, 100_000), (1e-4, 1)])
def test_the_smallest_noise_keeps_the_grid_small(rate, steps, monkeypatch):
    """At sigma 0.05 a grid of 1e-4 would have up to 1e9 points: the grid must coarsen."""
    from dp_accounting.pld.pld_pmf import DensePLDPmf

    sizes = []
    original = DensePLDPmf.__init__

    def spy(self, discretization, lower_loss, probs, infinity_mass, pessimistic_estimate):
        sizes.append(len(probs))
        original(self, discretization, lower_loss, probs, infinity_mass, pessimistic_estimate)

    monkeypatch.setattr(DensePLDPmf, "__init__", spy)
    assert pld.epsilon.__wrapped__(limits.NOISE_MIN, rate, steps, 1e-5) > 100
    assert sizes
    assert max(sizes) <= 1.1 * pld.MAX_BINS


def test_tiny_losses_over_many_steps_are_not_rounded_up():
    """A grid much coarser than one step's loss would report several times RDP's epsilon."""
    setting = (10_000.0, 0.05, 100_000, 1e-5)
    assert pld.epsilon(*setting) < rdp.epsilon(*setting)


@pytest.mark.parametrize("epsilon", [entry.epsilon for entry in ACCOUNTANTS.values()])
@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((0.0, 0.1, 1, 1e-5), "noise_multiplier"),
        ((0.01, 0.1, 1, 1e-5), "noise_multiplier"),
        ((math.nan, 0.1, 1, 1e-5), "noise_multiplier"),
        ((1.0, 0.0, 1, 1e-5), "sample_rate"),
        ((1.0, 1.1, 1, 1e-5), "sample_rate"),
        ((1.0, 0.1, 0, 1e-5), "steps"),
        ((1.0, 0.1, 1, 0.0), "delta"),
        ((1.0, 0.1, 1, 1e-11), "delta"),
        ((1.0, 0.1, 1, 1.0), "delta"),
    ],
)
def test_arguments_out_of_range_are_named(epsilon, arguments, name):
    with pytest.raises(InvalidValue, match=f"Expected {name}"):
        epsilon(*arguments)


def test_registry_holds_upper_bounds_only():
    assert set(ACCOUNTANTS) == {"pld", "rdp"}
    assert accountant("pld").epsilon is pld.epsilon
    with pytest.raises(UnknownName, match="Known: pld, rdp"):
        accountant("gdp")


def test_the_central_limit_approximation_would_under_report():
    """Why GDP is not offered: its epsilon is below the proven one."""
    sigma, q, steps, delta = 1.3, 256 / 60_000, 3_516, 1e-5
    mu = q * math.sqrt(steps * math.expm1(1 / sigma**2))  # Bu et al. 2020, corollary 5.4
    assert gaussian_epsilon(mu, delta) < 0.97 * pld.epsilon(sigma, q, steps, delta)


@pytest.mark.parametrize(("sigma", "steps"), [(200.0, 1_000_000), (70.4, 122_955)])
def test_rounding_does_not_take_the_bound_below_the_exact_value(sigma, steps):
    """A small delta and many steps: the convolution's rounding is no longer small beside it.

    How large it is, and so how much is given away, differs between processors."""
    exact = gaussian_epsilon(math.sqrt(steps) / sigma, 1e-10)
    assert exact <= pld.epsilon(sigma, 1.0, steps, 1e-10) <= 1.04 * exact


def test_a_delta_that_rounding_would_use_up_is_refused():
    with pytest.raises(InvalidValue, match="Expected delta > 1e-10 for 2000000 steps"):
        pld.epsilon(1_000.0, 0.01, 2_000_000, 1e-10)
