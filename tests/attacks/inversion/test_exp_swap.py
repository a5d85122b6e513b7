"""The swap test against its exact null, and against what certainly leaks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from ppml_core.attacks.inversion.swap import (
    coins,
    margins,
    person_test,
    side_by_side_test,
    sign_flip_p,
    swap_test,
)

TESTS = pytest.mark.parametrize("test", [swap_test, side_by_side_test])


def test_coins_are_fair_independent_and_complementary():
    holds = coins(4000, 3, seed=1)
    assert (holds[::2] == ~holds[1::2]).all()
    heads = holds[::2]
    low, high = binom.interval(0.999, 4000, 0.5)
    assert ((heads.sum(axis=0) > low) & (heads.sum(axis=0) < high)).all()
    for a, b in itertools.combinations(range(3), 2):
        assert low < (heads[:, a] == heads[:, b]).sum() < high


@TESTS
def test_reconstructions_that_ignore_the_coins_win_half_and_are_covered(test):
    """Any dependence between reconstructions and candidates, as long as coins play no part."""
    rng = np.random.default_rng(0)
    results = []
    for seed in range(400):
        near = rng.normal(size=(60, 2, 2)) + rng.normal(size=(1, 2, 2))
        results.append(test(near, coins(60, 1, seed)[::2, 0], seed))
    wins = sum(result.wins for result in results)
    low, high = binom.interval(0.999, 400 * 60, 0.5)
    assert low < wins < high
    covered = sum(result.ci[0] <= 0.5 <= result.ci[1] for result in results)
    assert covered >= binom.ppf(0.001, 400, 0.93)
    assert covered < 400
    false = sum(result.p_value <= 0.025 for result in results)
    assert false <= binom.ppf(0.999, 400, 0.025)


@TESTS
def test_reconstructions_that_are_the_person_always_win(test):
    holds = coins(30, 1, seed=2)[:, 0]
    near = np.stack([holds, ~holds], axis=1).astype(float).reshape(30, 2, 2)
    found = test(near, holds[::2], seed=0)
    assert (found.wins, found.pairs, found.rate) == (30, 30, 1.0)
    assert found.ci[0] > 0.85
    assert found.p_value == pytest.approx(2.0**-30)


@TESTS
def test_equal_reconstructions_are_decided_by_coins_not_for_the_attack(test):
    near = np.full((2000, 2, 2), 0.3)
    low, high = binom.interval(0.999, 2000, 0.5)
    assert low < test(near, coins(2000, 1, 3)[::2, 0], seed=4).wins < high


def test_what_both_pictures_share_hides_a_trace_from_one_but_not_from_two():
    """All are nearer A, and those of models with A a little more so: one picture alone is
    right as often as A was in, which is by a coin; beside its twin it is always right."""
    holds = coins(2000, 1, 6)[:, 0]
    near = np.stack([0.5 + 0.01 * holds, np.full(4000, 0.3)], axis=1).reshape(2000, 2, 2)
    alone, together = (test(near, holds[::2], seed=0) for test in (swap_test, side_by_side_test))
    low, high = binom.interval(0.999, 2000, 0.5)
    assert low < alone.wins < high
    assert together.rate == 1.0


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4), st.booleans())
def test_a_pair_is_won_by_both_lost_by_neither_and_else_a_coin(values, first_holds_a):
    near = np.array(values).reshape(1, 2, 2)
    sides = np.where(
        np.abs(near[0, :, 0] - near[0, :, 1]) > 1e-12, near[0, :, 0] - near[0, :, 1], 0
    )
    votes = np.sign(sides) * ((1, -1) if first_holds_a else (-1, 1))
    found = {swap_test(near, np.array([first_holds_a]), seed).wins for seed in range(30)}
    expected = {1} if votes.sum() > 0 else {0} if votes.sum() < 0 else {0, 1}
    assert found == expected


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4), st.floats(-5, 5))
def test_brightness_of_a_candidate_or_a_model_does_not_count(values, shift):
    """What one candidate or one model adds to every comparison cancels."""
    near, a = np.array(values).reshape(1, 2, 2), np.array([True])
    by_candidate, by_model = near.copy(), near.copy()
    by_candidate[..., 0] += shift
    by_model[:, 1] += shift
    expected = margins(near, a)
    assert margins(by_candidate, a) == pytest.approx(expected, abs=1e-9)
    assert margins(by_model, a) == pytest.approx(expected, abs=1e-9)
    assert margins(near, ~a) == pytest.approx(-expected)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=7))
def test_sign_flips_are_counted_exactly(differences):
    seen = sum(differences)
    flips = itertools.product((1, -1), repeat=len(differences))
    sums = [sum(s * d for s, d in zip(signs, differences, strict=True)) for signs in flips]
    assert sign_flip_p(np.array(differences)) == np.mean([total >= seen for total in sums])


def test_sign_flip_p_keeps_its_level():
    rng = np.random.default_rng(5)
    ps = np.array([sign_flip_p(rng.standard_t(2, size=8)) for _ in range(1000)])
    for level in (0.05, 0.2):
        assert (ps <= level).sum() <= binom.ppf(0.999, 1000, level)
    assert ps.min() >= 1 / 256


def test_too_many_pairs_to_enumerate_is_said():
    with pytest.raises(ValueError, match="at most"):
        sign_flip_p(np.zeros(20))


def test_a_person_who_was_chosen_by_the_first_pair_is_no_false_alarm():
    """The first model is the better one whoever is in it, so its picture is nearer to
    everybody. Its coin chose the person: that pair is always won, and may not count."""
    rng, ps = np.random.default_rng(6), []
    for _ in range(4000):
        near = rng.normal(size=(7, 2, 2))  # pair, model, candidate: no coin plays a part
        near[0, 0] += 50
        holds_a = rng.random(7) < 0.5
        who = 0 if holds_a[0] else 1
        wins, trials, p_value = person_test(near[..., who], holds_a == (who == 0))
        assert trials == 6
        assert 0 <= wins <= 6
        ps.append(p_value)
    for level in (1 / 64, 0.05, 0.2):
        assert (np.array(ps) <= level).sum() <= binom.ppf(0.999, 4000, level)
    assert min(ps) == 1 / 64


def test_one_pair_alone_says_nothing_about_the_person_it_chose():
    assert person_test(np.array([[0.9, 0.1]]), np.array([True])) == (0, 0, None)
