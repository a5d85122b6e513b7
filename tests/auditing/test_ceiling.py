"""The epsilon ceiling: from the same Clopper-Pearson bounds, and rising with n."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.accounting.theory import max_tpr
from ppml_core.auditing.ceiling import epsilon_ceiling
from ppml_core.errors import InvalidValue
from ppml_core.statistics.intervals import clopper_pearson


@given(members=st.integers(1, 10_000), others=st.integers(1, 10_000))
def test_equals_clopper_pearson_at_a_flawless_attack(members: int, others: int) -> None:
    tpr, _ = clopper_pearson(members, members)
    _, fpr = clopper_pearson(0, others)
    assert epsilon_ceiling(members, others) == pytest.approx(max(0.0, math.log(tpr / fpr)))


def test_at_the_ceiling_the_theory_line_just_allows_the_bounds() -> None:
    epsilon = epsilon_ceiling(300, 300, delta=1e-3)
    tpr, fpr = clopper_pearson(300, 300)[0], clopper_pearson(0, 300)[1]
    assert float(max_tpr(fpr, epsilon, 1e-3)) == pytest.approx(tpr)


@given(n=st.integers(1, 5000))
def test_rises_with_n_and_falls_with_confidence_and_delta(n: int) -> None:
    ceiling = epsilon_ceiling(n, n)
    assert 0 <= ceiling <= epsilon_ceiling(n + 1, n + 1)
    assert epsilon_ceiling(n, n, confidence=0.99) <= ceiling
    assert epsilon_ceiling(n, n, delta=0.1) <= ceiling


def test_refuses_no_records() -> None:
    with pytest.raises(InvalidValue):
        epsilon_ceiling(0, 10)
