"""How sure a model stays of a picture when the picture is changed a little."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import affine_grid, grid_sample

from ppml_core._seeds import generator
from ppml_core.attacks.inversion.target import Target

COPIES = 8
TURN, SCALE, SHIFT = 0.06, 0.06, 0.06
"""Most rotation in radians, scaling, and shift as a share of the picture's side."""

GAIN, BIAS, NOISE = 0.1, 0.05, 0.02
"""Most change of contrast and brightness; standard deviation of the pixels' noise."""

SAME = 3
"""Decimals to which stabilities are compared: float rounding must not choose a restart."""


class Wobble:
    """Fixed small changes of a picture: the same for all pictures, so that they compare.

    Each turns, scales and shifts the picture (bilinear, the border repeated), changes
    contrast and brightness, and adds noise, all drawn once from ``seed``.
    """

    def __init__(self, shape: tuple[int, ...], seed: int, copies: int = COPIES) -> None:
        rng = generator(seed, "inversion", "wobble")
        turn, scale = (rng.uniform(-most, most, copies) for most in (TURN, SCALE))
        shift = rng.uniform(-2 * SHIFT, 2 * SHIFT, (copies, 2))  # the grid goes from -1 to 1
        zoom = 1 + scale
        matrix = np.zeros((copies, 2, 3), dtype=np.float32)
        matrix[:, 0, 0] = matrix[:, 1, 1] = zoom * np.cos(turn)
        matrix[:, 0, 1], matrix[:, 1, 0] = -zoom * np.sin(turn), zoom * np.sin(turn)
        matrix[:, :, 2] = shift
        self.shape, self.copies = shape, copies
        size = [copies, 1, *shape[:2]]
        self.grid = affine_grid(torch.from_numpy(matrix), size, align_corners=False)
        self.gain = _column(rng.uniform(1 - GAIN, 1 + GAIN, copies))
        self.bias = _column(rng.uniform(-BIAS, BIAS, copies))
        self.noise = torch.from_numpy(
            rng.normal(0, NOISE, (copies, int(np.prod(shape)))).astype(np.float32)
        )

    def __call__(self, pictures: torch.Tensor) -> torch.Tensor:
        """``(..., d)`` to ``(..., copies, d)``, in [0, 1]."""
        flat = pictures.reshape(-1, *self.shape)
        if flat.dim() == 3:
            flat = flat[..., None]
        planes = flat.permute(0, 3, 1, 2).reshape(1, -1, *self.shape[:2])
        moved = grid_sample(
            planes.expand(self.copies, -1, -1, -1),
            self.grid,
            padding_mode="border",
            align_corners=False,
        )
        moved = moved.view(self.copies, len(flat), -1, *self.shape[:2]).permute(1, 0, 3, 4, 2)
        changed = self.gain * moved.flatten(2) + self.bias + self.noise
        return changed.clamp(0, 1).reshape(*pictures.shape[:-1], self.copies, -1)


def _column(values: np.ndarray) -> torch.Tensor:
    """One number a copy, beside the pixels."""
    return torch.from_numpy(values.astype(np.float32))[:, None]


def stability(target: Target, pictures: torch.Tensor, wobble: Wobble) -> np.ndarray:
    """Mean probability of the class over the changes, float64 ``(m, R, S)`` in [0, 1].

    A picture that only hits a spike of the model loses it when it is moved by a pixel;
    one that shows what the class looks like does not (An et al. 2022, "MIRROR",
    section 3, and Struppek et al. 2022, "Plug & Play Attacks", section 3.3, select so).
    """
    found = [
        target.confidence(wobble(pictures[:, :, s])).mean(axis=-1) for s in range(pictures.shape[2])
    ]
    return np.stack(found, axis=-1)


def label_stability(target: Target, pictures: torch.Tensor, wobble: Wobble) -> np.ndarray:
    """Share of the changes that keep the label, ``(m, R, S)``: for who sees only labels."""
    found = [
        target.hits(wobble(pictures[:, :, s])).double().mean(-1).numpy()
        for s in range(pictures.shape[2])
    ]
    return np.stack(found, axis=-1)


def most_stable(stabilities: np.ndarray) -> np.ndarray:
    """The restart ``(m, R)`` of the highest stability ``(m, R, S)``, the first of equal ones.

    >>> most_stable(np.array([[[0.2, 0.90001, 0.90002]]])).tolist()
    [[1]]
    """
    return stabilities.round(SAME).argmax(axis=-1)
