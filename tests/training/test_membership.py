"""Who trains on what."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.datasets.split import SplitSizes, make_split
from ppml_core.errors import InvalidValue
from ppml_core.training.membership import audit_membership, balanced_membership


@given(n=st.integers(2, 60), share=st.floats(0.05, 0.95), models=st.integers(1, 20))
def test_rows_have_k_members_and_columns_are_balanced(n, share, models):
    k = int(np.clip(round(n * share), 1, n - 1))
    rows = balanced_membership(n, k, models, seed=1)
    assert (rows.sum(axis=1) == k).all()
    assert np.ptp(rows.sum(axis=0)) <= 1


def test_halves_come_in_complementary_pairs():
    rows = balanced_membership(20, 10, 8, seed=2)
    for first, second in zip(rows[::2], rows[1::2], strict=True):
        np.testing.assert_array_equal(first, ~second)
    assert len({row.tobytes() for row in rows}) == 8


def test_everybody_a_member_is_refused():
    with pytest.raises(InvalidValue, match=r"Expected members in \[1, 4\], got 5"):
        balanced_membership(5, 5, 2, seed=0)


@given(sizes=st.sampled_from([(0.4, 0.4, 0.2), (0.2, 0.5, 0.2), (0.6, 0.2, 0.2)]))
def test_the_first_model_is_the_split_and_auxiliary_records_are_in_no_model(sizes):
    labels = np.arange(200) % 3
    split = make_split(
        labels, SplitSizes(members=sizes[0], nonmembers=sizes[1], auxiliary=sizes[2])
    )
    rows = audit_membership(split, 200, 6, seed=0)
    np.testing.assert_array_equal(np.flatnonzero(rows[0]), np.sort(split.members))
    assert not rows[:, split.auxiliary].any()
    assert (rows.sum(axis=1) == len(split.members)).all()
