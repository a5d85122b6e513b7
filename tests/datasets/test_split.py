"""Splits: disjoint, seeded, stratified, and within rounding of the fractions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppml_core.datasets.split import Split, SplitSizes, make_split
from ppml_core.errors import InvalidValue

fractions = st.tuples(*[st.integers(5, 33)] * 3).map(
    lambda parts: SplitSizes(
        members=parts[0] / 100, nonmembers=parts[1] / 100, auxiliary=parts[2] / 100
    )
)
GOLDEN_MEMBERS = [2, 3, 4, 5, 6, 9, 10, 13, 20, 24, 28, 29]
GOLDEN_AUXILIARY = [0, 7, 8, 12, 17, 19]
PARTS = ("members", "nonmembers", "auxiliary")


@st.composite
def some_labels(draw: st.DrawFn) -> np.ndarray:
    """At least 60 labels, some classes with a single record."""
    counts = draw(st.lists(st.integers(1, 40), min_size=1, max_size=40))
    labels = np.repeat(np.arange(len(counts)), counts)
    labels = np.concatenate([labels, np.zeros(max(0, 60 - len(labels)), np.int64)])
    return np.random.default_rng(draw(st.integers(0, 99))).permutation(labels)


@settings(deadline=None, max_examples=80)
@given(some_labels(), fractions, st.integers(0, 10_000))
def test_disjoint_stratified_and_within_rounding(
    labels: np.ndarray, sizes: SplitSizes, seed: int
) -> None:
    split = make_split(labels, sizes, seed)
    together = np.concatenate([split.members, split.nonmembers, split.auxiliary])
    assert len(np.unique(together)) == len(together)
    assert together.min() >= 0
    assert together.max() < len(labels)
    counts = np.bincount(labels)
    for part in PARTS:
        rows, fraction = getattr(split, part), getattr(sizes, part)
        assert abs(len(rows) - fraction * len(labels)) <= 2 + 1e-6
        in_class = np.bincount(labels[rows], minlength=len(counts))
        assert (np.abs(in_class - fraction * counts) < 1 + 1e-6).all()
        assert (np.diff(rows) > 0).all()


@settings(deadline=None, max_examples=25)
@given(some_labels(), st.integers(0, 10_000))
def test_the_full_split_leaves_nobody_out(labels: np.ndarray, seed: int) -> None:
    split = make_split(labels, SplitSizes(), seed)
    assert sum(len(getattr(split, part)) for part in PARTS) == len(labels)


def test_same_seed_same_split_and_another_seed_another() -> None:
    labels = np.arange(300) % 7
    first, again, other = (make_split(labels, SplitSizes(), seed) for seed in (5, 5, 6))
    for part in PARTS:
        assert np.array_equal(getattr(first, part), getattr(again, part))
    assert not np.array_equal(first.members, other.members)


def test_golden_split() -> None:
    split = make_split(np.array([0, 1, 2] * 10), SplitSizes(), seed=7)
    assert split.members.tolist() == GOLDEN_MEMBERS
    assert split.auxiliary.tolist() == GOLDEN_AUXILIARY


def test_every_record_is_a_member_equally_often() -> None:
    labels = np.repeat([0, 1], [30, 10])
    count = sum(
        np.isin(np.arange(40), make_split(labels, SplitSizes(), seed).members)
        for seed in range(600)
    )
    # Binomial(600, 0.4) has a standard deviation of 12: five of them on either side.
    assert (np.abs(count - 240) < 60).all()


def test_classes_of_one_record_are_shared_out_at_random() -> None:
    labels = np.arange(50)
    splits = [make_split(labels, SplitSizes(), seed) for seed in range(2)]
    assert [len(getattr(splits[0], part)) for part in PARTS] == [20, 20, 10]
    assert not np.array_equal(splits[0].members, splits[1].members)


def test_an_empty_part_is_refused() -> None:
    with pytest.raises(InvalidValue, match="auxiliary"):
        make_split(np.zeros(20, np.int64), SplitSizes(members=0.5, nonmembers=0.49, auxiliary=0.01))


def test_a_split_with_shared_rows_is_refused() -> None:
    rows = np.arange(3)
    with pytest.raises(InvalidValue, match="disjoint"):
        Split(members=rows, nonmembers=rows + 2, auxiliary=rows + 10)


def test_sizes_above_the_whole_are_refused() -> None:
    with pytest.raises(InvalidValue, match="members"):
        SplitSizes(members=0.6, nonmembers=0.4, auxiliary=0.2)
