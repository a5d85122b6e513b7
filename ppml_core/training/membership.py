"""Which model is trained on which record."""

from __future__ import annotations

import numpy as np

from ppml_core._seeds import generator
from ppml_core._validate import in_range, positive
from ppml_core.datasets.split import Split
from ppml_core.datasets.units import even_out, shared
from ppml_core.errors import InvalidValue


def balanced_membership(
    n: int,
    k: int,
    models: int,
    seed: int,
    *,
    sizes: np.ndarray | None = None,
    first: np.ndarray | None = None,
) -> np.ndarray:
    """Bool ``(models, n)`` with k members a row and every record in nearly equally many rows.

    Each row takes the k records that are in the fewest rows so far, ties at random.
    For ``k = n / 2`` the rows are complementary pairs of random halves, so every
    record is IN exactly ``models / 2`` times (Carlini et al. 2022, section V).
    Where columns are units of several records, ``sizes`` ``(n,)`` are these numbers, and
    ties are resolved so that rows have equally many records, as far as that goes.
    ``first``: bool ``(n,)`` with k members, the first row where it is settled already.

    >>> balanced_membership(6, 3, 4, seed=0).sum(axis=0).tolist()
    [2, 2, 2, 2, 2, 2]
    """
    positive("models", models)
    in_range("members", k, 1, n - 1)
    rng, count = generator(seed, "membership"), np.zeros(n)
    rows = np.zeros((models, n), dtype=bool)
    for number, row in enumerate(rows):
        order = np.argsort(count + rng.uniform(0, 0.5, n))
        row[order[:k] if first is None or number else first] = True
        if sizes is not None and number:
            tied = count == count[order[k - 1]]
            row[:] = even_out(row, tied, sizes, int(sizes[rows[0]].sum()), rng)
        count += row
    return rows


def unit_membership(units: np.ndarray | None, n: int, k: int, models: int, seed: int) -> np.ndarray:
    """Bool ``(models, n)``, balanced over units: all records of a unit are in the same rows.

    ``units``: whole numbers ``(n,)``, or None where each record is one. ``k`` is how many
    *records* a row should have; it has the share of the units that comes nearest.
    """
    together = shared(units)
    if together is None:
        return balanced_membership(n, k, models, seed)
    total = int(together.max()) + 1
    wanted = min(max(round(k * total / n), 1), total - 1)
    sizes = np.bincount(together)
    return balanced_membership(total, wanted, models, seed, sizes=sizes)[:, together]


def audit_membership(
    split: Split, n: int, models: int, seed: int, units: np.ndarray | None = None
) -> np.ndarray:
    """Bool ``(models, n)`` for an audit: row 0 is the split's own members, the others
    are drawn from members and non-members alike; auxiliary records are in no row.

    ``units``: whole numbers ``(n,)``, equal for records that the split did not part. They
    are drawn as one: a copy IN and its twin OUT would make the OUT models know the record.
    """
    pool = np.concatenate([split.members, split.nonmembers])
    together = None if units is None else shared(units[pool])
    membership = np.zeros((models, n), dtype=bool)
    if together is None:
        rows = balanced_membership(len(pool), len(split.members), models, seed)
        membership[:, pool] = rows[:, _split_first(rows[0])]
        return membership
    member = np.zeros(int(together.max()) + 1, dtype=bool)
    member[together[: len(split.members)]] = True
    if member[together[len(split.members) :]].any():
        raise InvalidValue("units", "on one side of the split each", "some on both")
    sizes, k = np.bincount(together), int(member.sum())
    rows = balanced_membership(len(member), k, models, seed, sizes=sizes, first=member)
    membership[:, pool] = rows[:, together]
    return membership


def _split_first(first: np.ndarray) -> np.ndarray:
    """Renumbers the pool so that the random first row becomes the split's members."""
    return np.concatenate([np.flatnonzero(first), np.flatnonzero(~first)])
