"""A small convolutional network: one model after another, behind the stacked interface."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.nn.functional import cross_entropy

from ppml_core.models.architecture import Architecture
from ppml_core.models.modules import build_module
from ppml_core.models.stacked_mlp import TINY

Parameters = dict[str, torch.Tensor]


class LoopedCNN:
    """Convolutions have no closed form for the per-example norm as cheap as a linear
    layer's, so DP steps take per-example gradients by ``vmap(grad)`` in chunks."""

    CHUNK = 64
    """Examples whose per-example gradients are in memory at once."""

    def __init__(
        self, architecture: Architecture, input_shape: tuple[int, ...], n_classes: int
    ) -> None:
        self.module = build_module(architecture, input_shape, n_classes).requires_grad_(False)
        self.input_shape = input_shape
        self.shapes = {name: p.shape for name, p in self.module.named_parameters()}
        self.n_parameters = sum(shape.numel() for shape in self.shapes.values())

    def initial(self, rng: np.random.Generator) -> np.ndarray:
        """Uniform in +-1/sqrt(fan_in), weights and biases, as torch's layers do."""
        rows = []
        for layer in self.module.children():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                fan_in = layer.weight[0].numel()
                size = layer.weight.numel() + layer.weight.shape[0]
                rows.append(rng.uniform(-1, 1, size).astype(np.float32) / np.float32(fan_in**0.5))
        return np.concatenate(rows)

    def forward(self, flat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """See ``Network.forward``."""
        shared = x.dim() == len(self.input_shape) + 1
        return torch.stack(
            [
                functional_call(self.module, self._parameters(row), (x if shared else x[m],))
                for m, row in enumerate(flat)
            ]
        )

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
        """See ``Network.gradient``."""
        total = torch.empty_like(flat) if out is None else out
        norms = torch.zeros(y.shape if clip is not None else 0)
        for m, row in enumerate(flat):
            weight = torch.ones(y.shape[1]) if mask is None else mask[m]
            if clip is None:
                total[m] = self._batch_gradient(row, x[m], y[m], weight)
            else:
                total[m], norms[m] = self._clipped(row, x[m], y[m], weight, clip[m])
        return total.mul_(scale), norms

    def _parameters(self, row: torch.Tensor) -> Parameters:
        """Views of one row under the module's names."""
        parts = row.split([shape.numel() for shape in self.shapes.values()])
        return {
            name: part.view(shape)
            for (name, shape), part in zip(self.shapes.items(), parts, strict=True)
        }

    def _loss(
        self, row: torch.Tensor, x: torch.Tensor, y: torch.Tensor, weight: torch.Tensor
    ) -> torch.Tensor:
        """Weighted sum of the examples' cross-entropies."""
        logits = functional_call(self.module, self._parameters(row), (x,))
        return (cross_entropy(logits, y, reduction="none") * weight).sum()

    def _batch_gradient(
        self, row: torch.Tensor, x: torch.Tensor, y: torch.Tensor, weight: torch.Tensor
    ) -> torch.Tensor:
        """Gradient of the weighted sum, ``(P,)``."""
        row = row.detach().requires_grad_(True)
        (gradient,) = torch.autograd.grad(self._loss(row, x, y, weight), row)
        return gradient

    def _clipped(
        self,
        row: torch.Tensor,
        x: torch.Tensor,
        y: torch.Tensor,
        weight: torch.Tensor,
        clip: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Sum of clipped per-example gradients ``(P,)``, and the norms ``(B,)``."""
        one = torch.ones(1)

        def single(r: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
            return self._loss(r, a[None], b[None], one)

        total, norms = torch.zeros_like(row), torch.zeros(len(y))
        for at in range(0, len(y), self.CHUNK):
            part = slice(at, at + self.CHUNK)
            each = vmap(grad(single), in_dims=(None, 0, 0))(row, x[part], y[part])
            norms[part] = each.norm(dim=1)
            factor = (clip / norms[part].clamp_min(TINY)).clamp_max(1.0) * weight[part]
            total += factor @ each
        return total, norms
