"""Calibration: a round trip that never overshoots, and clear ends of the range."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppml_core import limits
from ppml_core.accounting import pld, rdp
from ppml_core.accounting.calibrate import noise_multiplier_for
from ppml_core.errors import CalibrationFailed, InvalidValue


@settings(max_examples=5, deadline=None)
@given(
    target=st.floats(0.1, 10),
    batches=st.integers(1, 200),
    epochs=st.integers(1, 20),
    delta=st.sampled_from([1e-7, 1e-5, 1e-3]),
)
def test_round_trip_never_overshoots_and_wastes_little(target, batches, epochs, delta):
    rate, steps = 1 / batches, batches * epochs
    sigma = noise_multiplier_for(target, sample_rate=rate, steps=steps, delta=delta)
    assert pld.epsilon(sigma, rate, steps, delta) <= target
    smaller = max(0.95 * sigma, limits.NOISE_MIN)
    wasteful = pld.epsilon(smaller, rate, steps, delta, pld.SEARCH) <= target
    assert sigma == limits.NOISE_MIN or not wasteful


def test_smaller_targets_need_more_noise():
    sigmas = [noise_multiplier_for(e, sample_rate=1 / 23, steps=460, delta=1e-5) for e in (4, 2, 1)]
    assert sigmas == sorted(sigmas)
    assert len(set(sigmas)) == 3


def test_the_same_question_is_answered_from_the_cache():
    arguments = {"sample_rate": 1 / 23, "steps": 460, "delta": 1e-5}
    first = noise_multiplier_for(4.0, **arguments)
    hits = noise_multiplier_for.cache_info().hits
    assert noise_multiplier_for(4.0, **arguments) == first
    assert noise_multiplier_for.cache_info().hits == hits + 1


def test_tiny_losses_are_calibrated_without_waste():
    """Where the search's grid is coarse against a step's loss."""
    rate, steps, delta = 1e-3, 2_000, 1e-5
    sigma = noise_multiplier_for(0.2, sample_rate=rate, steps=steps, delta=delta)
    assert 0.98 * 0.2 < pld.epsilon(sigma, rate, steps, delta) <= 0.2


def test_a_target_that_any_noise_keeps_gives_the_smallest():
    sigma = noise_multiplier_for(1000.0, sample_rate=1.0, steps=1, delta=1e-5)
    assert sigma == limits.NOISE_MIN


@pytest.mark.parametrize(
    ("target", "rate", "steps", "delta"),
    [(289.63, 1.0, 1, 1e-5), (330.39, 1.0, 1, 1e-10), (1000.0, 1e-4, 10, 1e-10)],
)
def test_where_only_the_tighter_accountant_keeps_the_target_at_the_smallest_noise(
    target, rate, steps, delta
):
    """RDP says that more noise is needed there, PLD that none is."""
    assert rdp.epsilon(limits.NOISE_MIN, rate, steps, delta) > target
    found = noise_multiplier_for(target, sample_rate=rate, steps=steps, delta=delta)
    assert found == limits.NOISE_MIN


@settings(max_examples=4, deadline=None)
@given(target=st.floats(270, 310), steps=st.integers(1, 2))
def test_large_targets_around_the_smallest_noise_are_kept(target, steps):
    sigma = noise_multiplier_for(target, sample_rate=1.0, steps=steps, delta=1e-5)
    assert pld.epsilon(sigma, 1.0, steps, 1e-5) <= target
    least = pld.epsilon(limits.NOISE_MIN, 1.0, steps, 1e-5, pld.SEARCH)
    assert (sigma == limits.NOISE_MIN) == (least <= target)


def test_a_large_epsilon_stays_affordable():
    sigma = noise_multiplier_for(1000.0, sample_rate=1.0, steps=10, delta=1e-5)
    assert 990 < pld.epsilon(sigma, 1.0, 10, 1e-5) <= 1000


def test_no_noise_reaches_the_target():
    with pytest.raises(CalibrationFailed, match="larger epsilon, fewer epochs"):
        noise_multiplier_for(0.01, sample_rate=1.0, steps=1_000_000, delta=1e-10)


@pytest.mark.parametrize(
    ("target", "changed", "name"),
    [
        (0.0, {}, "epsilon"),
        (float("inf"), {}, "epsilon"),
        (1.0, {"sample_rate": 0.0}, "sample_rate"),
        (1.0, {"steps": 0}, "steps"),
        (1.0, {"delta": 0.0}, "delta"),
    ],
)
def test_arguments_out_of_range_are_named(target, changed, name):
    arguments = {"sample_rate": 0.1, "steps": 10, "delta": 1e-5} | changed
    with pytest.raises(InvalidValue, match=f"Expected {name}"):
        noise_multiplier_for(target, **arguments)
