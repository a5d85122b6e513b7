"""Group privacy against the lemma applied one record at a time."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.accounting.group import group_privacy
from ppml_core.errors import InvalidValue


@given(st.floats(0, 3), st.floats(1e-12, 1e-6), st.integers(1, 12))
def test_it_is_the_chain_of_single_records(epsilon, delta, records):
    """P(S) <= e^eps P'(S) + delta, put into itself: delta (1 + e^eps + e^2eps + ...)."""
    chained = sum(delta * math.exp(step * epsilon) for step in range(records))
    found, grown = group_privacy(epsilon, delta, records)
    assert found == pytest.approx(records * epsilon)
    if chained < 0.999:
        assert grown == pytest.approx(chained, rel=1e-9)
    elif chained > 1.001:
        assert grown is None


def test_vacuous_and_extreme():
    assert group_privacy(0.0, 0.2, 4) == (0.0, pytest.approx(0.8))
    assert group_privacy(0.0, 0.2, 5) == (0.0, None)
    assert group_privacy(1000.0, 1e-5, 7) == (7000.0, None)
    with pytest.raises(InvalidValue):
        group_privacy(1.0, 1e-5, 0)
