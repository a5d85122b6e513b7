"""Pictures inside reports: plain text, so that they travel as JSON."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Picture:
    """``height x width`` pixels of 1 (grey) or 3 (RGB) channels; ``pixels`` are the bytes,
    row by row, in base64."""

    height: int
    width: int
    channels: int
    pixels: str


def picture(image: np.ndarray) -> Picture:
    """From ``(h, w)`` or ``(h, w, 3)`` in [0, 1]; values outside are clipped.

    >>> picture(np.array([[0.0, 1.0]])).pixels
    'AP8='
    """
    bytes_ = np.round(np.clip(image, 0.0, 1.0) * 255).astype(np.uint8)
    channels = 1 if image.ndim == 2 else image.shape[2]
    text = base64.b64encode(bytes_.tobytes()).decode()
    return Picture(height=image.shape[0], width=image.shape[1], channels=channels, pixels=text)


def pixels(shown: Picture) -> np.ndarray:
    """Back to uint8 ``(h, w)`` or ``(h, w, 3)``.

    >>> pixels(picture(np.array([[0.0, 1.0]]))).tolist()
    [[0, 255]]
    """
    shape = (shown.height, shown.width) + ((shown.channels,) if shown.channels > 1 else ())
    return np.frombuffer(base64.b64decode(shown.pixels), dtype=np.uint8).reshape(shape)
