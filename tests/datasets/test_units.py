"""Copies and rows of one person are found, kept together, and shared out evenly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.files import open_dataset, save_dataset
from ppml_core.datasets.split import Split, SplitSizes, make_split
from ppml_core.datasets.units import _hashed, contents, even_out, shared, together
from ppml_core.errors import InvalidValue
from ppml_core.training.membership import audit_membership, balanced_membership, unit_membership

FEW = npst.arrays(
    np.float32,
    st.tuples(st.integers(1, 30), st.integers(1, 3)),
    elements=st.sampled_from([0.0, -0.0, 0.5, 1.0]),
)


def partition(numbers: np.ndarray) -> np.ndarray:
    """Which pairs are together, ``(n, n)``."""
    return np.asarray(numbers[:, None] == numbers[None, :])


@given(FEW)
def test_contents_are_equal_exactly_where_rows_are(features: np.ndarray) -> None:
    same = (features[:, None] == features[None]).all(axis=-1)
    assert (partition(contents(features)) == same).all()


def test_contents_do_not_trust_a_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    features = np.array([[1], [2], [1], [-0.0], [0.0]], dtype=np.float32)
    monkeypatch.setattr("ppml_core.datasets.units._hashed", lambda m: np.zeros(len(m), np.uint64))
    assert contents(features).tolist() == [0, 1, 0, 2, 2]


def test_the_hash_tells_columns_apart() -> None:
    swapped = np.array([[1, 2], [2, 1], [0, 3], [3, 0]], dtype=np.float32)
    assert len(np.unique(_hashed(swapped))) == 4


@given(st.data())
def test_units_are_the_closure_of_copies_and_persons(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 15))
    numbers = st.lists(st.integers(0, 9), min_size=n, max_size=n).map(np.array)
    copies, persons = data.draw(numbers), data.draw(numbers)
    reached = partition(copies) | partition(persons)
    for _ in range(n):
        reached = (reached.astype(int) @ reached.astype(int)) > 0
    assert (partition(together(copies, persons)) == reached).all()
    assert (partition(together(copies)) == partition(copies)).all()


@given(st.lists(st.integers(1, 9), min_size=2, max_size=25), st.data())
def test_even_out_keeps_numbers_and_comes_nearer(sizes: list[int], data: st.DataObject) -> None:
    size = np.array(sizes)
    inside = np.array(data.draw(st.lists(st.booleans(), min_size=len(size), max_size=len(size))))
    usable = np.array(data.draw(st.lists(st.booleans(), min_size=len(size), max_size=len(size))))
    kinds = np.arange(len(size)) % 2
    target = data.draw(st.integers(0, int(size.sum())))
    found = even_out(inside, usable, size, target, np.random.default_rng(0), kinds)
    assert (found == inside)[~usable].all()
    for kind in (0, 1):
        assert found[kinds == kind].sum() == inside[kinds == kind].sum()
    assert abs(size[found].sum() - target) <= abs(size[inside].sum() - target)


UNITS = st.integers(20, 60).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 25), min_size=n, max_size=n).map(np.array),
        st.lists(st.integers(0, 2), min_size=n, max_size=n).map(np.array),
    )
)


def drawn(units: np.ndarray, labels: np.ndarray, seed: int) -> Split | None:
    """A split, or None where the units are too few for three parts."""
    try:
        return make_split(labels, SplitSizes(), seed, units)
    except InvalidValue:
        assert len(np.unique(units)) < 20
        return None


@settings(deadline=None)
@given(UNITS, st.integers(0, 99))
def test_no_unit_is_on_two_sides(case: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    units, labels = case
    split = drawn(units, labels, seed)
    if split is None:
        return
    parts = [set(units[part]) for part in (split.members, split.nonmembers, split.auxiliary)]
    assert not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])
    total = len(np.unique(units))
    for part, share in zip(parts, (0.4, 0.4, 0.2), strict=True):
        assert abs(len(part) - share * total) < 2
    rows = audit_membership(split, len(units), 6, seed, units)
    for unit in np.unique(units):
        assert (rows[:, units == unit] == rows[:, units == unit][:, :1]).all()
    assert (np.flatnonzero(rows[0]) == split.members).all()
    assert not rows[:, split.auxiliary].any()
    pool = np.concatenate([split.members, split.nonmembers])
    counts = rows[:, pool].sum(axis=0)
    assert counts.max() - counts.min() <= 1  # balanced a unit, as it is a record without units
    by_unit = [len(set(units[row])) for row in rows]
    assert len(set(by_unit)) == 1


@given(st.integers(20, 80), st.integers(0, 99))
def test_without_copies_nothing_changes(n: int, seed: int) -> None:
    labels, units = np.arange(n) % 3, np.random.default_rng(seed).permutation(n)
    plain, split = (make_split(labels, SplitSizes(), seed, given) for given in (None, units))
    for name in ("members", "nonmembers", "auxiliary"):
        assert (getattr(plain, name) == getattr(split, name)).all()
    one, other = (audit_membership(plain, n, 5, seed, given) for given in (None, units))
    assert (one == other).all()
    assert (unit_membership(units, n, 9, 3, 1) == balanced_membership(n, 9, 3, 1)).all()


def test_rows_have_equally_many_records_where_sizes_allow_it() -> None:
    """Models with equally many records are trained side by side."""
    rng = np.random.default_rng(0)
    units = np.repeat(np.arange(200), rng.choice([1, 1, 1, 2, 3], 200))
    labels = rng.integers(0, 2, 200)[units]
    split = make_split(labels, SplitSizes(), 0, units)
    rows = audit_membership(split, len(units), 16, 0, units)
    assert abs(len(split.members) - len(split.nonmembers)) <= 1
    assert len(set(rows.sum(axis=1).tolist())) <= 2


def test_each_unit_is_as_often_a_member_whatever_its_size() -> None:
    """Evening out must not favour large or small units: else size betrays membership."""
    units = np.repeat(np.arange(40), np.where(np.arange(40) < 8, 6, 1))
    labels = np.zeros(len(units), np.int64)
    shares = np.zeros(40)
    for seed in range(400):
        split = make_split(labels, SplitSizes(), seed, units)
        shares += np.isin(np.arange(40), units[split.members])
    large, small = shares[:8].mean() / 400, shares[8:].mean() / 400
    assert abs(large - 0.4) < 0.03 and abs(small - 0.4) < 0.03


def test_a_unit_on_both_sides_is_refused() -> None:
    units = np.array([0, 1, 0, 2])
    split = Split(members=np.array([0, 1]), nonmembers=np.array([2]), auxiliary=np.array([3]))
    with pytest.raises(InvalidValue, match="one side"):
        audit_membership(split, 4, 4, 0, units)


def people(persons: np.ndarray | None) -> Dataset:
    """Twelve records, six contents."""
    return Dataset(
        name="people",
        features=np.repeat(np.arange(6, dtype=np.float32), 2).reshape(-1, 1),
        labels=np.arange(12) % 2,
        feature_names=("x",),
        label_names=("no", "yes"),
        record_ids=np.arange(12),
        persons=persons,
    )


def test_a_dataset_knows_its_units(tmp_path: Path) -> None:
    plain, owned = people(None), people(np.arange(12) // 3)
    assert plain.distinct == owned.distinct == 6
    assert plain.units.max() == 5  # copies, whatever their labels
    assert owned.units.tolist() == [0] * 6 + [1] * 6
    assert plain.sha256 != owned.sha256
    for dataset, version in ((plain, b'"format_version": 1'), (owned, b'"format_version": 2')):
        save_dataset(dataset, tmp_path / "d.npz")
        assert version in (tmp_path / "d.npz").read_bytes()
        again = open_dataset(tmp_path / "d.npz")
        assert again.sha256 == dataset.sha256
        assert (again.units == dataset.units).all()


@pytest.mark.parametrize("persons", [np.arange(5), np.arange(12.0), np.zeros((12, 1), np.int64)])
def test_persons_are_one_whole_number_a_record(persons: np.ndarray) -> None:
    with pytest.raises(InvalidValue):
        people(persons)


def test_shared_is_none_where_nobody_shares() -> None:
    assert shared(np.array([4, 2, 9])) is None
    found = shared(np.array([4, 2, 4]))
    assert found is not None and found.tolist() == [1, 0, 1]
