"""Which records belong together: exact copies, and the rows of one person.

What a model has seen of one of them it has seen of all, so they stay on one side of every
split, and only one of them counts where an interval asks how much data there is.
"""

from __future__ import annotations

import numpy as np

_PRIME = np.uint64(0x9E3779B97F4A7C15)


def contents(features: np.ndarray) -> np.ndarray:
    """Numbers ``0 .. d - 1`` int64 ``(n,)``, equal exactly for records with equal ``features``
    ``(n, ...)`` float32; in order of first appearance. Labels play no part: a copy with
    another label is a copy of what the model sees.

    >>> contents(np.array([[1, 2], [0, 3], [1, 2]], dtype=np.float32)).tolist()
    [0, 1, 0]
    """
    matrix = np.ascontiguousarray(features.reshape(len(features), -1))
    found = _numbered(_hashed(matrix))
    first = np.unique(found, return_index=True)[1]
    if len(first) == len(matrix):
        return found
    repeated = np.flatnonzero(np.bincount(found)[found] > 1)
    if (matrix[repeated] == matrix[first[found[repeated]]]).all():
        return found
    # Two contents of one hash: compared whole, which takes longer.
    rows = matrix + np.float32(0)
    return _numbered(rows.view(f"V{rows.shape[1] * rows.itemsize}").reshape(-1))


def together(copies: np.ndarray, persons: np.ndarray | None = None) -> np.ndarray:
    """Unit numbers int64 ``(n,)`` in order of first appearance: the smallest groups of which
    none shares a copy or a person with another. Both arguments int64 ``(n,)``.

    >>> together(np.array([0, 1, 0, 2]), np.array([5, 6, 7, 7])).tolist()
    [0, 1, 0, 0]
    """
    if persons is None:
        return _numbered(copies)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right = _numbered(copies), _numbered(persons)
    width = int(left.max()) + 1
    size = width + int(right.max()) + 1
    edges = coo_array((np.ones(len(left), bool), (left, width + right)), shape=(size, size))
    return _numbered(connected_components(edges, directed=False)[1][left])


def shared(units: np.ndarray | None) -> np.ndarray | None:
    """The same numbers ``0 .. u - 1``, or None where every record is a unit of its own."""
    if units is None:
        return None
    found, numbered = np.unique(units, return_inverse=True)
    return None if len(found) == len(units) else numbered.reshape(-1).astype(np.int64)


def one_each(rows: np.ndarray, units: np.ndarray) -> np.ndarray:
    """``rows`` in their order, of each unit (``units`` of all records) only the first.

    >>> one_each(np.array([3, 0, 1, 2]), np.array([7, 8, 8, 7])).tolist()
    [3, 1]
    """
    first = np.unique(units[rows], return_index=True)[1]
    return np.asarray(rows[np.sort(first)])


def count(units: np.ndarray | None, records: int) -> int:
    """How many units there are among ``records`` records."""
    return records if units is None else len(np.unique(units))


def even_out(
    inside: np.ndarray,
    open_to_change: np.ndarray,
    sizes: np.ndarray,
    target: int,
    rng: np.random.Generator,
    kinds: np.ndarray | None = None,
) -> np.ndarray:
    """``inside`` bool ``(u,)`` with units swapped at random until their ``sizes`` add up to
    ``target``, or no swap brings the sum nearer.

    One unit comes in for each that goes out, both ``open_to_change`` and of one kind, so
    numbers stay as they are. Without it models would be trained on slightly different
    numbers of records and could not be trained side by side.
    """
    inside = inside.copy()
    kinds = np.zeros(len(inside), np.int64) if kinds is None else kinds
    missing = target - int(sizes[inside].sum())
    while missing:
        swaps = _swaps(inside, open_to_change, sizes, kinds, missing)
        if not len(swaps):
            break
        kind, small, large = swaps[rng.integers(len(swaps))]
        out, into = (small, large) if missing > 0 else (large, small)
        usable = open_to_change & (kinds == kind)
        inside[rng.choice(np.flatnonzero(usable & inside & (sizes == out)))] = False
        inside[rng.choice(np.flatnonzero(usable & ~inside & (sizes == into)))] = True
        missing -= into - out
    return inside


def _swaps(
    inside: np.ndarray, usable: np.ndarray, sizes: np.ndarray, kinds: np.ndarray, missing: int
) -> list[tuple[int, int, int]]:
    """(kind, smaller size, larger size) of the swaps that bring the sum nearer."""
    found = []
    for kind in np.unique(kinds[usable]):
        here = usable & (kinds == kind)
        ours, others = np.unique(sizes[here & inside]), np.unique(sizes[here & ~inside])
        small, large = (ours, others) if missing > 0 else (others, ours)
        gain = large[None, :] - small[:, None]
        for row, column in np.argwhere((gain > 0) & (gain < 2 * abs(missing))):
            found.append((int(kind), int(small[row]), int(large[column])))
    return found


def _numbered(values: np.ndarray) -> np.ndarray:
    """Equal values, equal numbers from 0 on, in order of first appearance."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse.reshape(-1)]


def _hashed(matrix: np.ndarray) -> np.ndarray:
    """A 64-bit number a row; 0.0 and -0.0 count as equal, as they are to a model."""
    total = np.zeros(len(matrix), dtype=np.uint64)
    for column in matrix.T:
        bits = (column + np.float32(0)).astype(np.float32).view(np.uint32).astype(np.uint64)
        total = (total ^ bits) * _PRIME
        total ^= total >> np.uint64(29)
    return total
