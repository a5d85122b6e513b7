"""What a client does to a gradient before it sends it: clip, then add Gaussian noise."""

from __future__ import annotations

import numpy as np


def clipped(gradient: np.ndarray, clip: float | None) -> np.ndarray:
    """Scaled down to Euclidean norm ``clip`` if it is longer; None leaves it alone.

    Clipping keeps the direction, so by itself it hides nothing but the length.

    >>> clipped(np.array([3.0, 4.0]), 1.0).round(9).tolist()
    [0.6, 0.8]
    """
    if clip is None:
        return gradient
    norm = float(np.linalg.norm(gradient))
    return gradient * min(1.0, clip / norm) if norm > 0 else gradient


def shared(
    gradient: np.ndarray, clip: float | None, noise: float, standard: np.ndarray
) -> np.ndarray:
    """What is sent: the clipped gradient plus ``noise`` times the draws ``standard``.

    ``noise`` is the standard deviation in every coordinate; ``standard`` are standard
    normal draws of the gradient's shape, so that settings can share one draw.
    """
    return clipped(gradient, clip) + noise * standard
