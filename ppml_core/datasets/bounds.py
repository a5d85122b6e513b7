"""Affine scaling to [0, 1] by bounds that are public, declared, or (last resort) observed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Bounds = tuple[float, float]


def scale(values: np.ndarray, bounds: Sequence[Bounds]) -> np.ndarray:
    """Map each column's ``(low, high)`` to ``(0, 1)``, clipping what lies outside.

    ``values``: float64 ``(n, d)``; returns float32 ``(n, d)``. Clipping is what keeps
    the scaling independent of the records. A column with ``low == high`` becomes 0.

    >>> scale(np.array([[5.0], [20.0]]), [(0.0, 10.0)]).tolist()
    [[0.5], [1.0]]
    """
    low, high = np.asarray(bounds, dtype=np.float64).reshape(-1, 2).T
    # Halves first: high - low overflows for bounds near the largest float.
    width = high / 2 - low / 2
    scaled = (values / 2 - low / 2) / np.where(width > 0, width, 1.0)
    return np.where(width > 0, np.clip(scaled, 0.0, 1.0), 0.0).astype(np.float32)


def outside(values: np.ndarray, bounds: Bounds) -> int:
    """How many finite values lie outside ``bounds``."""
    return int(((values < bounds[0]) | (values > bounds[1])).sum())


def pixel_names(shape: tuple[int, ...]) -> tuple[str, ...]:
    """A name for each value of an image, in the order ``reshape`` gives.

    >>> pixel_names((1, 2))
    ('row 0, column 0', 'row 0, column 1')
    """
    cells = [f"row {r}, column {c}" for r in range(shape[0]) for c in range(shape[1])]
    if len(shape) == 2:
        return tuple(cells)
    return tuple(f"{cell}, {colour}" for cell in cells for colour in ("red", "green", "blue"))
