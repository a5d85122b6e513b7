from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.jobs.rate import WINDOW_SECONDS, Rate


@given(
    speed=st.floats(0.01, 1000),
    total=st.integers(2, 10_000),
    start=st.floats(0, 1e6),
    steps=st.lists(st.integers(0, 100), min_size=1, max_size=50),
)
def test_at_a_steady_speed_the_time_left_is_exact(speed, total, start, steps):
    rate, done = Rate(), 0
    assert rate.eta(0, total, at=start) is None
    for step in steps:
        done = min(total, done + step)
        eta = rate.eta(done, total, at=start + done / speed)
        if eta is None:
            assert done == 0 or start + done / speed == start
        elif done / speed > 1e-3:  # beyond the rounding of large clock readings
            assert eta == pytest.approx((total - done) / speed, rel=1e-4, abs=1e-3)


def test_a_change_of_speed_is_noticed():
    rate = Rate()
    for second in range(101):  # one a second
        rate.eta(second, 1000, at=float(second))
    for second in range(1, 61):  # then ten a second
        eta = rate.eta(100 + 10 * second, 1000, at=100.0 + second)
    assert WINDOW_SECONDS < 60
    assert eta == pytest.approx((1000 - 700) / 10, rel=0.05)


def test_standing_still_takes_longer_and_longer():
    rate = Rate()
    rate.eta(0, 10, at=0.0)
    etas = [rate.eta(5, 10, at=float(t)) for t in (5, 6, 7, 8)]
    assert etas == sorted(etas)
    assert etas[0] < etas[-1]


def test_other_work_starts_afresh():
    rate = Rate()
    rate.eta(0, 10, at=0.0)
    assert rate.eta(5, 10, at=1.0) == 1.0
    assert rate.eta(5, 100, at=2.0) is None
    assert rate.eta(3, 100, at=3.0) is None
    assert rate.eta(100, 100, at=4.0) == 0.0
