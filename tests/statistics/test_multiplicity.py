"""Corrections keep the family-wise error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.statistics.multiplicity import bonferroni, holm


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_is_between_nothing_and_bonferroni(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    for raw, now in zip(p_values, adjusted, strict=True):
        assert raw <= now <= min(1.0, raw * len(p_values)) + 1e-12
    assert min(adjusted) == pytest.approx(bonferroni(p_values))


def test_holm_follows_the_order_of_its_input() -> None:
    assert holm([0.9, 0.001]) == pytest.approx([0.9, 0.002])


def test_false_alarms_over_many_families_stay_nominal() -> None:
    rng = np.random.default_rng(0)
    alarms = [min(holm(rng.random(4).tolist())) <= 0.05 for _ in range(4000)]
    assert 0.035 <= np.mean(alarms) <= 0.06


def test_nothing_tested_nothing_adjusted() -> None:
    assert holm([]) == []
