"""The noise of a step: standard normals of every model, from its own stream."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from ppml_core.training.draws import ModelDraws

SHARED_NORMALS = 200_000
"""Normals a step from which it pays to draw different models' noise on different cores.
One stream cannot be shared, and for wide networks drawing takes longer than the products."""


class Noise:
    """Noise of M models with P parameters each, drawn anew in every step.

    ``multipliers (M,)``: models with 0 draw nothing, and have no noise.
    """

    def __init__(
        self, draws: Sequence[ModelDraws], multipliers: np.ndarray, parameters: int
    ) -> None:
        self._rows = torch.zeros(len(draws), parameters)
        self._noisy = [(draws[m], self._rows[m]) for m in map(int, np.flatnonzero(multipliers))]
        cores, normals = torch.get_num_threads(), len(self._noisy) * parameters
        shared = cores > 1 and normals >= SHARED_NORMALS
        self._pool = ThreadPoolExecutor(cores) if shared else None

    def draw(self) -> torch.Tensor:
        """``(M, P)``; overwritten by the next call."""
        if self._pool is None:
            for draws, row in self._noisy:
                draws.noise_into(row)
        else:
            for _ in self._pool.map(_draw, self._noisy):
                pass
        return self._rows


def _draw(one: tuple[ModelDraws, torch.Tensor]) -> None:
    """One model's."""
    draws, row = one
    draws.noise_into(row)
