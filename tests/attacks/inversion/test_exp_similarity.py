"""Likeness: what it ignores, and what it agrees with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.attacks.inversion.nulls import auxiliary_mean, nearest_auxiliary, prior_samples
from ppml_core.attacks.inversion.similarity import correlations, nearness, psnr, ssim

RNG = np.random.default_rng(0)


def test_correlations_are_pearsons():
    a, b = RNG.random((3, 5, 4)), RNG.random((2, 5, 4))
    rows = np.concatenate([a, b]).reshape(5, -1)
    assert correlations(a, b) == pytest.approx(np.corrcoef(rows)[:3, 3:])


@given(st.floats(0.01, 10), st.floats(-5, 5))
def test_brightness_and_contrast_do_not_count(gain, bias):
    a, b = RNG.random((1, 6, 6, 3)), RNG.random((1, 6, 6, 3))
    assert correlations(gain * a + bias, b) == pytest.approx(correlations(a, b), abs=1e-7)


def test_a_flat_picture_is_like_nothing():
    assert correlations(np.full((1, 3, 3), 0.7), RNG.random((2, 3, 3))).tolist() == [[0.0, 0.0]]


def test_the_nearest_record_counts():
    records = RNG.random((4, 5, 5))
    assert nearness(records[2:3], records) == pytest.approx([1.0])


def test_appearance_of_equal_pictures():
    picture = RNG.random((8, 8))
    assert ssim(picture, picture) == pytest.approx(1.0)
    assert psnr(picture, picture) == 100.0
    colour = RNG.random((8, 8, 3))
    assert ssim(colour, 1 - colour) < 0.5


def test_nulls_know_only_the_auxiliary_pictures():
    auxiliary = RNG.random((30, 6, 6))
    assert auxiliary_mean(auxiliary) == pytest.approx(auxiliary.mean(0))
    assert nearest_auxiliary(auxiliary, 0.5 * auxiliary[7] + 0.1) is not None
    assert np.array_equal(nearest_auxiliary(auxiliary, 0.5 * auxiliary[7] + 0.1), auxiliary[7])
    samples = prior_samples(0.4 + 0.2 * auxiliary, 4000, np.random.default_rng(1))
    assert samples.shape == (4000, 6, 6)
    assert samples.mean(0) == pytest.approx((0.4 + 0.2 * auxiliary).mean(0), abs=0.01)
    assert samples.std(0) == pytest.approx((0.2 * auxiliary).std(0, ddof=1), rel=0.15)
