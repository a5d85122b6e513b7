"""Which records each model sees in each step, and how they get from memory to the step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from ppml_core.accounting.dpsgd import schedule
from ppml_core.training.draws import ModelDraws
from ppml_core.training.recipe import TrainingRecipe

Batch = tuple[torch.Tensor, torch.Tensor | None]
"""Record rows ``(M, B)`` and, where batches are padded, a mask ``(M, B)``."""


class Batches:
    """The batches of M models, an epoch at a time.

    ``members (M, n)``: row numbers of each model's training records. Shuffled slices
    without privacy; Poisson batches, padded to the longest, with it.
    """

    def __init__(
        self, recipe: TrainingRecipe, members: np.ndarray, draws: list[ModelDraws]
    ) -> None:
        self._recipe, self._members, self._draws = recipe, members, draws

    def epoch(self) -> Iterator[Batch]:
        """One epoch of batches for all models at once."""
        return self._shuffled() if self._recipe.privacy is None else self._poisson()

    def _shuffled(self) -> Iterator[Batch]:
        """Slices of a shuffled pass over the records; the last may be short."""
        orders = np.stack([d.shuffled_epoch() for d in self._draws])
        rows = torch.from_numpy(np.take_along_axis(self._members, orders, axis=1))
        for batch in rows.split(self._recipe.batch_size, dim=1):
            yield batch, None

    def _poisson(self) -> Iterator[Batch]:
        """Batches of different sizes in one array; the mask is 0 on padding."""
        models, n = self._members.shape
        rate, steps = schedule(n, self._recipe.batch_size, 1)
        drawn = [d.inclusions(rate, steps) for d in self._draws]
        sizes = np.stack([np.bincount(step, minlength=steps) for step, _ in drawn], axis=1)
        rows = np.zeros((steps, models, max(1, int(sizes.max()))), dtype=np.int64)
        for m, (step, position) in enumerate(drawn):
            first = np.cumsum(sizes[:, m]) - sizes[:, m]
            rows[step, m, np.arange(len(step)) - first[step]] = self._members[m, position]
        masks = (np.arange(rows.shape[2]) < sizes[..., None]).astype(np.float32)
        longest = np.maximum(sizes.max(axis=1), 1)
        for length, row, mask in zip(longest, torch.from_numpy(rows), masks, strict=True):
            yield row[:, :length], torch.from_numpy(mask[:, :length])


class Records:
    """Prepared features ``(n, ...)`` and labels ``(n,)`` on a device, gathered into memory
    that is used again."""

    def __init__(self, features: torch.Tensor, labels: torch.Tensor, device: torch.device) -> None:
        self._features, self._labels = features.to(device), labels.to(device)
        self._buffer = self._features.new_empty(0, *features.shape[1:])

    def take(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Features ``(M, B, ...)`` and labels ``(M, B)`` of ``rows (M, B)``; the features are
        overwritten by the next call."""
        index = rows.reshape(-1).to(self._labels.device)
        if len(index) > len(self._buffer):
            self._buffer = self._features.new_empty(len(index), *self._features.shape[1:])
        taken = torch.index_select(self._features, 0, index, out=self._buffer[: len(index)])
        return taken.view(*rows.shape, *taken.shape[1:]), torch.index_select(
            self._labels, 0, index
        ).view(rows.shape)
