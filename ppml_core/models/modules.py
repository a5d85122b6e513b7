"""The same architectures as ordinary ``torch.nn`` modules, for reference paths and export.

``torch.nn.utils.vector_to_parameters(row, module.parameters())`` puts a row of a
population's weights into the module.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from torch import nn

from ppml_core.models.architecture import Architecture


class ImageInput(nn.Module):
    """``(B, h, w)`` or ``(B, h, w, 3)`` to ``(B, channels, h, w)``."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Channels first."""
        return x.unsqueeze(1) if x.dim() == 3 else x.permute(0, 3, 1, 2)


def build_module(
    architecture: Architecture, input_shape: tuple[int, ...], n_classes: int
) -> nn.Module:
    """An untrained module; its parameters are in the order of ``Network``'s rows."""
    if architecture.kind == "cnn":
        return _cnn(architecture.hidden, input_shape, n_classes)
    widths = (int(np.prod(input_shape)), *architecture.hidden, n_classes)
    layers: list[nn.Module] = [nn.Flatten()]
    for index, (inputs, outputs) in enumerate(pairwise(widths)):
        layers += [nn.ReLU()] if index else []
        layers.append(nn.Linear(inputs, outputs))
    return nn.Sequential(*layers)


def _cnn(channels: tuple[int, ...], input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """Two 3 x 3 convolutions with ReLU, each halving the sides, and a linear layer."""
    depth = 1 if len(input_shape) == 2 else input_shape[2]
    height, width = ((side + 3) // 4 for side in input_shape[:2])
    return nn.Sequential(
        ImageInput(),
        nn.Conv2d(depth, channels[0], 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(channels[0], channels[1], 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(channels[1] * height * width, n_classes),
    )
