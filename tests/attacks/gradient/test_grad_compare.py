"""Likeness, assignment and the line-up, against formulas, brute force and pure chance."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from ppml_core._seeds import generator
from ppml_core.attacks.gradient.compare import assigned, correlation, psnr, rank_among


@given(st.floats(1e-5, 1.0))
def test_psnr_of_a_constant_error_is_its_formula(error):
    assert psnr(np.zeros(9), np.full(9, error)) == pytest.approx(-20 * np.log10(error), abs=1e-6)


def test_psnr_stops_at_120():
    assert psnr(np.ones(4), np.ones(4)) == 120.0


def test_correlation_is_numpys_and_zero_for_one_colour():
    first, second = generator(0, "test-corr").uniform(size=(2, 50))
    assert correlation(first, second) == pytest.approx(np.corrcoef(first, second)[0, 1])
    assert correlation(first, np.ones(50)) == 0.0


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_assignment_is_the_best_of_all_orders(seed, batch):
    found, truth = generator(seed, "test-assign").uniform(size=(2, batch, 12))
    best = max(correlation(found[list(o)], truth).sum() for o in permutations(range(batch)))
    assert correlation(assigned(found, truth), truth).sum() == pytest.approx(best)


def test_the_truth_itself_comes_first_and_its_negative_last():
    truth, *others = generator(1, "test-line-up").uniform(size=(20, 30))
    others = np.stack(others)
    assert rank_among(truth, truth, others) == 1
    assert rank_among(-truth, truth, others) == 20
    assert rank_among(2 * truth + 1, truth, others) == 1


def test_a_tie_counts_against_the_truth():
    truth = np.array([0.0, 1.0, 0.5])
    assert rank_among(truth, truth, np.stack([truth, 1 - truth])) == 2


def test_what_knows_nothing_comes_first_as_often_as_chance_says():
    rng = generator(2, "test-null")
    pictures, trials = rng.uniform(size=(10, 40)), 2000
    firsts = 0
    for _ in range(trials):
        order = rng.permutation(10)
        guess = pictures.mean(axis=0) + rng.normal(size=40)
        firsts += int(rank_among(guess, pictures[order[0]], pictures[order[1:]]) == 1)
    low, high = binom.ppf([0.001, 0.999], trials, 0.1)
    assert low <= firsts <= high
