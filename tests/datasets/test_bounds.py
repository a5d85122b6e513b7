"""Scaling by bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.datasets.bounds import outside, pixel_names, scale

numbers = st.floats(-1e12, 1e12)


@given(st.lists(numbers, min_size=1, max_size=20), numbers, numbers)
def test_scaled_values_are_in_the_unit_interval_and_ordered(
    values: list[float], a: float, b: float
) -> None:
    low, high = min(a, b), max(a, b)
    scaled = scale(np.array(values)[:, None], [(low, high)])[:, 0]
    assert ((scaled >= 0) & (scaled <= 1)).all()
    order = np.argsort(values)
    assert (np.diff(scaled[order]) >= 0).all()


def test_closed_form_clipping_and_extremes() -> None:
    values = np.array([[-10.0, 3.0, 0.0], [30.0, 3.0, 1.7e308], [40.0, 3.0, -1.7e308]])
    scaled = scale(values, [(0.0, 40.0), (3.0, 3.0), (-1.7e308, 1.7e308)])
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, [[0, 0, 0.5], [0.75, 0, 1], [1, 0, 0]])


def test_outside_counts_what_is_clipped() -> None:
    assert outside(np.array([-1.0, 0.0, 5.0, 5.1]), (0.0, 5.0)) == 2


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 3)])
def test_a_name_for_every_pixel(shape: tuple[int, ...]) -> None:
    names = pixel_names(shape)
    assert len(names) == len(set(names)) == np.prod(shape)
