"""Intervals at other levels than 95 %, from those at 95 %."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from scipy.stats import t as student

from ppml_core.statistics.intervals import clopper_pearson
from ppml_core.statistics.widen import widened, widened_share, widening


def test_half_widths_are_those_of_the_other_quantile() -> None:
    z95, z999 = norm.isf(0.025), norm.isf(0.0005)
    assert widened(1.0, (1 - z95, 1 + z95), 0.0005) == pytest.approx((1 - z999, 1 + z999))
    assert widening(0.001, 4.0) == pytest.approx(student.isf(0.001, 4) / student.isf(0.025, 4))


@given(n=st.integers(1, 5000), tail=st.floats(1e-6, 0.4))
def test_all_or_nothing_is_exact(n: int, tail: float) -> None:
    for found, value in ((n, 1.0), (0, 0.0)):
        ends = widened_share(value, clopper_pearson(found, n), tail)
        assert ends == pytest.approx(clopper_pearson(found, n, 1 - 2 * tail), abs=1e-9)


@given(value=st.floats(0.01, 0.99), half=st.floats(0.001, 0.3), tail=st.floats(1e-9, 0.0249))
def test_asking_for_more_never_narrows(value: float, half: float, tail: float) -> None:
    ci = (max(0.0, value - half), min(1.0, value + half))
    low, high = widened_share(value, ci, tail)
    assert 0 <= low <= ci[0] + 1e-12
    assert ci[1] - 1e-12 <= high <= 1
