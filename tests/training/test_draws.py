"""Poisson batches and shuffled epochs against what they are by definition."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare, kstest

from ppml_core.training.draws import ModelDraws


@given(n=st.integers(1, 200), seed=st.integers(0, 9))
def test_a_shuffled_epoch_visits_every_record_once(n, seed):
    assert sorted(ModelDraws(seed, n).shuffled_epoch()) == list(range(n))


@given(
    n=st.integers(1, 60),
    rate=st.floats(0.01, 1.0),
    steps=st.integers(1, 30),
    seed=st.integers(0, 99),
)
def test_poisson_batches_hold_each_record_at_most_once(n, rate, steps, seed):
    batches = ModelDraws(seed, n).poisson_epoch(rate, steps)
    assert len(batches) == steps
    for batch in batches:
        assert len(np.unique(batch)) == len(batch)
        assert ((batch >= 0) & (batch < n)).all()


def test_poisson_rate_one_takes_everybody():
    assert all(len(b) == 7 for b in ModelDraws(0, 7).poisson_epoch(1.0, 4))


def test_poisson_inclusion_is_independent_with_the_given_rate():
    n, rate, steps = 50, 0.07, 4000
    hits = np.zeros((steps, n), dtype=bool)
    for step, batch in enumerate(ModelDraws(5, n).poisson_epoch(rate, steps)):
        hits[step, batch] = True
    assert binomtest(int(hits.sum()), hits.size, rate).pvalue > 1e-3
    assert chisquare(hits.sum(axis=0)).pvalue > 1e-3  # no record is favoured
    sizes = hits.sum(axis=1)
    assert sizes.var() == pytest.approx(n * rate * (1 - rate), rel=0.1)  # binomial, not fixed
    both = (hits[:-1] & hits[1:]).sum()  # the same record in consecutive steps
    assert binomtest(int(both), (steps - 1) * n, rate**2).pvalue > 1e-3
    neighbours = (hits[:, :-1] & hits[:, 1:]).sum()
    assert binomtest(int(neighbours), steps * (n - 1), rate**2).pvalue > 1e-3


def test_empty_poisson_batches_occur():
    sizes = [len(b) for b in ModelDraws(0, 3).poisson_epoch(0.05, 200)]
    assert sizes.count(0) == pytest.approx(200 * 0.95**3, abs=30)


def test_streams_do_not_shift_each_other():
    plain, other = ModelDraws(1, 10), ModelDraws(1, 10)
    row = torch.empty(5)
    other.noise_into(row)
    other.initial.random(3)
    np.testing.assert_array_equal(plain.shuffled_epoch(), other.shuffled_epoch())


def test_noise_is_standard_normal_and_fresh():
    rows = torch.empty(2, 4001)
    draws = ModelDraws(3, 10)
    for row in rows:
        draws.noise_into(row)
    assert kstest(rows.flatten().numpy(), "norm").pvalue > 1e-3
    assert abs(np.corrcoef(rows.numpy())[0, 1]) < 0.06  # four standard errors


@pytest.mark.parametrize("size", [1, 7, 15, 16, 17, 4001])
def test_noise_does_not_depend_on_the_number_of_threads(size):
    threads, drawn = torch.get_num_threads(), []
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            drawn.append(torch.empty(size))
            ModelDraws(3, 10).noise_into(drawn[-1])
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(*drawn)
