"""One attack from start to end, as whoever receives a gradient would carry it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ppml_core._validate import one_of
from ppml_core.attacks.gradient.analytic import recover_batch
from ppml_core.attacks.gradient.client import ClientModel
from ppml_core.attacks.gradient.labels import recover_labels
from ppml_core.attacks.gradient.matching import Target, match_cosine, match_l2


@dataclass(frozen=True, kw_only=True, eq=False)
class Observation:
    """What the receiver has: the model, its weights ``(P,)``, the gradient that was shared
    ``(P,)``, and the protocol's public settings (batch size, clipping norm, noise).

    ``expected`` ``(classes,)`` and ``usual_norm`` are the mean softmax output and the
    gradient's usual length, which the receiver takes from pictures of their own.
    """

    model: ClientModel
    weights: np.ndarray
    shared: np.ndarray
    batch: int
    clip: float | None
    noise: float
    expected: np.ndarray
    usual_norm: float

    def parts(self) -> list[np.ndarray]:
        """The shared gradient, parameter by parameter."""
        return [part.numpy() for part in self.model.split(torch.from_numpy(self.shared))]

    def labels(self) -> np.ndarray:
        """The labels as the last bias gives them away, int64 ``(batch,)``."""
        scale = 1.0 if self.clip is None else min(1.0, self.clip / max(self.usual_norm, 1e-12))
        last = self.parts()[-1]
        return recover_labels(last, self.batch, expected=self.expected, scale=scale)


def reconstruct(
    seen: Observation,
    method: str,
    rng: np.random.Generator,
    *,
    steps: int | None = None,
    check: Callable[[], None] = lambda: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures ``(batch, *input_shape)`` in any order, and labels ``(batch,)``.

    Analytic ones may leave [0, 1] under noise: clip them to show them, not to compare them.

    ``method``: ``analytic`` (models that start with a linear layer), ``l2`` or ``cosine``,
    which search for ``steps`` steps with the recovered labels.
    """
    one_of("method", method, ("analytic", "l2", "cosine"))
    labels = seen.labels()
    if method == "analytic":
        weights, bias = seen.parts()[:2]
        found = recover_batch(weights, bias, seen.batch, noise=seen.noise)
        return found.reshape(seen.batch, *seen.model.input_shape), labels
    target = Target(
        model=seen.model, weights=seen.weights, shared=seen.shared, labels=labels, clip=seen.clip
    )
    if method == "l2":
        return match_l2(target, rng, iterations=steps or 400, restarts=1, check=check), labels
    return match_cosine(target, rng, iterations=steps or 600, check=check), labels
