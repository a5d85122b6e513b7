"""Which model is trained on which record."""

from __future__ import annotations

import numpy as np

from ppml_core._seeds import generator
from ppml_core._validate import in_range, positive
from ppml_core.datasets.split import Split


def balanced_membership(n: int, k: int, models: int, seed: int) -> np.ndarray:
    """Bool ``(models, n)`` with k members a row and every record in nearly equally many rows.

    Each row takes the k records that are in the fewest rows so far, ties at random.
    For ``k = n / 2`` the rows are complementary pairs of random halves, so every
    record is IN exactly ``models / 2`` times (Carlini et al. 2022, section V).

    >>> balanced_membership(6, 3, 4, seed=0).sum(axis=0).tolist()
    [2, 2, 2, 2, 2, 2]
    """
    positive("models", models)
    in_range("members", k, 1, n - 1)
    rng, count = generator(seed, "membership"), np.zeros(n)
    rows = np.zeros((models, n), dtype=bool)
    for row in rows:
        row[np.argsort(count + rng.uniform(0, 0.5, n))[:k]] = True
        count += row
    return rows


def audit_membership(split: Split, n: int, models: int, seed: int) -> np.ndarray:
    """Bool ``(models, n)`` for an audit: row 0 is the split's own members, the others
    are drawn from members and non-members alike; auxiliary records are in no row."""
    pool = np.concatenate([split.members, split.nonmembers])
    k = len(split.members)
    rows = balanced_membership(len(pool), k, models, seed)
    # Renumber the pool so that the random first row becomes the split's members.
    order = np.concatenate([np.flatnonzero(rows[0]), np.flatnonzero(~rows[0])])
    membership = np.zeros((models, n), dtype=bool)
    membership[:, pool] = rows[:, order]
    return membership
