"""How alike two pictures are: one measure that counts, and two of appearance."""

from __future__ import annotations

import numpy as np

FLAT = 1e-9
"""A picture whose deviation from its mean has a smaller norm shows nothing."""


def normalised(pictures: np.ndarray) -> np.ndarray:
    """``(..., d)`` of ``(..., h, w)`` flattened by the caller: mean 0 and norm 1 each, float64.

    A flat picture becomes zeros. What is removed, brightness and contrast, an attacker
    can set at will and tells nothing of a person.

    >>> normalised(np.array([[0.0, 1.0], [3.0, 3.0]])).round(3).tolist()
    [[-0.707, 0.707], [0.0, 0.0]]
    """
    centred = pictures.astype(np.float64) - pictures.mean(axis=-1, keepdims=True, dtype=np.float64)
    norm = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.where(norm > FLAT, centred / np.maximum(norm, FLAT), 0.0)


def correlations(pictures: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Pearson's correlation ``(a, b)`` of every one of ``a`` pictures with each of ``b``.

    Both ``(n, h, w)`` or ``(n, h, w, 3)``; between -1 and 1; 0 with a flat picture.

    >>> step = np.array([[[0.0, 1.0]]])
    >>> correlations(step, np.concatenate([0.2 * step + 0.5, -step])).round(6).tolist()
    [[1.0, -1.0]]
    """
    rows = normalised(pictures.reshape(len(pictures), -1))
    columns = normalised(others.reshape(len(others), -1))
    return np.clip(rows @ columns.T, -1.0, 1.0)


def nearness(pictures: np.ndarray, records: np.ndarray) -> np.ndarray:
    """``(a,)``: the correlation of each picture with the nearest of somebody's records."""
    return correlations(pictures, records).max(axis=1)


def ssim(picture: np.ndarray, truth: np.ndarray) -> float:
    """Structural similarity (Wang et al. 2004) of pictures in [0, 1]: appearance, no proof."""
    from skimage.metrics import structural_similarity

    side = min(7, *picture.shape[:2])
    axis = None if picture.ndim == 2 else 2
    window = side - (side + 1) % 2
    return float(
        structural_similarity(picture, truth, data_range=1.0, win_size=window, channel_axis=axis)
    )


def psnr(picture: np.ndarray, truth: np.ndarray, most: float = 100.0) -> float:
    """Peak signal-to-noise ratio in decibels of pictures in [0, 1], at most ``most``.

    >>> round(psnr(np.zeros((2, 2)), np.full((2, 2), 0.1)), 6)
    20.0
    """
    error = float(np.mean(np.square(picture.astype(np.float64) - truth)))
    return most if error <= 10 ** (-most / 10) else float(-10 * np.log10(error))
