"""The first principal components of many large pictures, without decomposing all of them."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh
from scipy.sparse.linalg import eigsh

from ppml_core._seeds import generator

TINY = 1e-6
"""Directions with less deviation than this share of the first one's are rounding."""

DENSE = 400
"""Smaller matrices are decomposed directly."""


def principal(
    rows: np.ndarray, most: int, smallest: float = TINY
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(mean ``(d,)``, standard deviations ``(q,)`` falling, orthonormal basis ``(q, d)``).

    ``rows (n, d)``, n >= 2; q is ``most`` or what there is, at most n - 1 and at least 1.
    Only the leading eigenvectors of the smaller of ``X X'`` and ``X' X`` are computed:
    a full decomposition of a thousand pictures of 64 x 64 takes half a minute.

    >>> mean, deviations, basis = principal(np.array([[0.0, 1.0], [2.0, 1.0]]), 5)
    >>> mean.tolist(), deviations.round(6).tolist(), (basis.round(6) + 0.0).tolist()
    ([1.0, 1.0], [1.414214], [[1.0, 0.0]])
    """
    rows = rows.astype(np.float64)
    mean = rows.mean(axis=0)
    centred = rows - mean
    n, d = centred.shape
    wide = n <= d
    product = centred @ centred.T if wide else centred.T @ centred
    values, vectors = _largest(product, min(most, n - 1, d))
    singular = np.sqrt(np.maximum(values[::-1], 0.0))
    kept = singular > smallest * max(singular[0], np.finfo(np.float64).tiny)
    if not kept.any():  # all pictures are the same
        return mean, np.zeros(1), np.eye(1, d)
    found = vectors[:, ::-1][:, kept].T
    basis = (found @ centred) / singular[kept, None] if wide else found
    return mean, singular[kept] / np.sqrt(n - 1), _signed(basis)


def _largest(product: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The ``count`` largest eigenvalues, rising, and their eigenvectors as columns: by Lanczos
    (ARPACK, from a fixed start) where they are few among many."""
    size = len(product)
    if size < DENSE or size < 8 * count:
        return eigh(product, subset_by_index=[size - count, size - 1])
    start = generator(0, "inversion", "lanczos").standard_normal(size)
    values, vectors = eigsh(product, k=count, which="LA", v0=start)
    order = np.argsort(values)
    return values[order], vectors[:, order]


def _signed(basis: np.ndarray) -> np.ndarray:
    """Each row with its largest entry above zero: which sign a solver gives is its own affair."""
    largest = np.take_along_axis(basis, np.abs(basis).argmax(axis=1)[:, None], axis=1)
    return basis * np.where(largest < 0, -1.0, 1.0)
