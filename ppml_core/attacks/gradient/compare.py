"""How near reconstructions come to the pictures themselves."""

from __future__ import annotations

import numpy as np

PSNR_CAP = 120.0
"""Decibels; a root mean square error of a millionth counts as exact."""


def psnr(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio in decibels of pictures in [0, 1], at most ``PSNR_CAP``.

    The last axis runs over pixels, the others are broadcast.

    >>> float(psnr(np.zeros(4), np.full(4, 0.1)).round(6))
    20.0
    """
    error = np.square(np.asarray(first, np.float64) - second).mean(axis=-1)
    return np.asarray(-10 * np.log10(np.maximum(error, 10 ** (-PSNR_CAP / 10))))


def correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pearson's, over the last axis; 0 where a picture has one colour only.

    >>> float(correlation(np.array([0.0, 1.0]), np.array([0.2, 0.4])).round(6))
    1.0
    """
    return np.asarray((_standard(first) * _standard(second)).sum(axis=-1))


def rank_among(found: np.ndarray, truth: np.ndarray, others: np.ndarray) -> np.ndarray:
    """In a line-up of the truth and ``others``: which place has the truth, 1 being most like?

    Likeness is correlation, so brightness and contrast do not count. ``found`` and ``truth``
    ``(..., d)``, ``others`` ``(A, d)``; whole numbers 1 to A + 1, a tie counting against the
    truth. If ``found`` knows nothing of the truth beyond what it knows of the others, all
    places are equally likely: the first comes with probability at most 1 / (A + 1).

    >>> others = np.array([[1.0, 0.0], [0.5, 0.5]])
    >>> rank_among(np.array([[0.1, 0.2]]), np.array([[0.0, 1.0]]), others).tolist()
    [1]
    """
    own = correlation(found, truth)
    crowd = _standard(others)
    likeness = _standard(found) @ crowd.T
    return np.asarray(1 + (likeness >= own[..., None]).sum(axis=-1))


def _standard(pictures: np.ndarray) -> np.ndarray:
    """Mean 0 and length 1, over the last axis; 0 where a picture has one colour only."""
    centred = pictures - pictures.mean(axis=-1, keepdims=True)
    length = np.sqrt(np.square(centred).sum(axis=-1, keepdims=True))
    return np.asarray(centred / np.where(length > 0, length, 1.0))


def assigned(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """``found`` in the order of ``truth``, so that the sum of correlations is greatest.

    Both ``(batch, d)``. A gradient is a sum and says nothing of the order of its pictures.

    >>> assigned(np.array([[0.9, 0.1], [0.2, 0.4]]), np.array([[0.0, 1.0], [1.0, 0.0]])).tolist()
    [[0.2, 0.4], [0.9, 0.1]]
    """
    from scipy.optimize import linear_sum_assignment

    _, order = linear_sum_assignment(-_standard(truth) @ _standard(found).T)
    return np.asarray(found[order])
