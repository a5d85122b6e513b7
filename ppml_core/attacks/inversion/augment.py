"""Copies of a picture as another photograph of the same thing might have come out."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import affine_transform

TURN, SCALE, SHIFT = 0.04, 0.04, 0.04
"""Most rotation (radians), most scaling, and most shift as a share of the side."""

GAIN, BIAS, NOISE = 0.15, 0.05, 0.02
"""Most change of contrast and of brightness; standard deviation of a pixel's noise."""


def augmented(picture: np.ndarray, copies: int, rng: np.random.Generator) -> np.ndarray:
    """``(copies, h, w[, 3])`` float32 in [0, 1]: all changed, none the picture itself.

    Each is turned, scaled and shifted about its centre (bilinear, the border repeated),
    then changed in contrast and brightness, then noise is added.
    """
    return np.stack([_changed(picture, rng) for _ in range(copies)])


def _changed(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One copy."""
    turn, scale = rng.uniform(-TURN, TURN), 1 + rng.uniform(-SCALE, SCALE)
    size = np.array(picture.shape[:2])
    shift = rng.uniform(-SHIFT, SHIFT, 2) * size
    gain, bias = 1 + rng.uniform(-GAIN, GAIN), rng.uniform(-BIAS, BIAS)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centre = (size - 1) / 2
    offset = centre - matrix @ centre + shift
    planes = picture[..., None] if picture.ndim == 2 else picture
    moved = [
        affine_transform(planes[..., c], matrix, offset, order=1, mode="nearest")
        for c in range(planes.shape[-1])
    ]
    found = gain * np.stack(moved, axis=-1).reshape(picture.shape) + bias
    found = found + rng.normal(0, NOISE, picture.shape)
    return np.clip(found, 0.0, 1.0).astype(np.float32)
