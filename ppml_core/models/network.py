"""What the trainer needs of a model, and the registry of those there are.

A network never holds weights. It computes on ``flat``: the parameters of M models
as one ``(M, P)`` float32 tensor, row m being model m's parameters in the order of
the equivalent module's ``parameters()``. Everything elementwise (optimiser,
clipping noise) then is one operation on one tensor.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch

from ppml_core.errors import InvalidValue
from ppml_core.models.architecture import Architecture


class Network(Protocol):
    """Pure functions of stacked weights."""

    n_parameters: int
    example_floats: int
    """Numbers of one example that a step has in use at a time."""

    def initial(self, rng: np.random.Generator) -> np.ndarray:
        """One model's initial parameters, float32 ``(P,)``."""

    def prepared(self, features: torch.Tensor) -> torch.Tensor:
        """What can be computed of records ``(n, ...)`` once, before the first step; a row a
        record."""

    def forward(self, flat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """Logits ``(M, B, K)`` of ``x``: ``(M, B, ...)``, or ``(B, ...)`` shared by all models."""

    def gradient(
        self,
        flat: torch.Tensor,
        x: torch.Tensor,
        y: torch.Tensor,
        mask: torch.Tensor | None = None,
        clip: torch.Tensor | None = None,
        *,
        scale: float = 1.0,
        out: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Sum over the batch of per-example cross-entropy gradients, ``(M, P)``.

        ``x (M, B, ...)`` of prepared records, ``y (M, B)`` int64; ``mask (M, B)`` zeroes
        padding. With ``clip (M,)`` every example's whole gradient is scaled to at most
        that norm first. The sum is multiplied by ``scale`` and written into ``out`` where
        that is given. Second result: the norms before clipping, ``(M, B)``; empty
        without ``clip``.
        """


def build_network(
    architecture: Architecture, input_shape: tuple[int, ...], n_classes: int
) -> Network:
    """The network for records of ``input_shape`` (without the record axis)."""
    from ppml_core.models.stacked_cnn import StackedCNN
    from ppml_core.models.stacked_mlp import StackedMLP

    if architecture.kind == "cnn":
        if len(input_shape) < 2:
            raise InvalidValue("input for a cnn", "as images (h, w) or (h, w, 3)", input_shape)
        return StackedCNN(architecture, input_shape, n_classes)
    return StackedMLP(input_shape, architecture.hidden, n_classes)
