"""The model whose gradient a client shares: small, float64, at its random start.

Gradient inversion asks what one update says, so the model is as small as published
demonstrations use, and in double precision: what stops a recovery then is the noise that was
added, not rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch.nn import functional

from ppml_core._validate import one_of

MODELS = ("softmax", "mlp", "lenet-sigmoid", "lenet-relu")
HIDDEN = 256
"""Neurons of the MLP's one hidden layer."""

CHANNELS, KERNEL = 12, 5
_STRIDES = (2, 2, 1)
_WIDE_START = 0.5


@dataclass(frozen=True, kw_only=True)
class ClientModel:
    """``softmax``, ``mlp`` (ReLU, one hidden layer) or a LeNet of three convolutions.

    ``lenet-sigmoid`` is the smooth network of Zhu et al. 2019: weights start uniform in
    +-0.5, as there, because with smaller ones sigmoids let too little of the picture
    through. All others start uniform in +-1/sqrt(fan_in).
    ``input_shape`` is ``(h, w)`` or ``(h, w, 3)``.
    """

    kind: str
    input_shape: tuple[int, ...]
    n_classes: int

    def __post_init__(self) -> None:
        one_of("model", self.kind, MODELS)

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Of all parameters, each layer's weights before its biases, first layer first."""
        if self.kind in ("softmax", "mlp"):
            inputs = int(np.prod(self.input_shape))
            widths = [inputs, *([HIDDEN] if self.kind == "mlp" else []), self.n_classes]
            return tuple(shape for a, b in pairwise(widths) for shape in ((b, a), (b,)))
        depth = 1 if len(self.input_shape) == 2 else self.input_shape[2]
        height, width = self.input_shape[:2]
        for stride in _STRIDES:
            height, width = -(-height // stride), -(-width // stride)
        kernels = [(CHANNELS, c, KERNEL, KERNEL) for c in (depth, CHANNELS, CHANNELS)]
        layers = [*kernels, (self.n_classes, CHANNELS * height * width)]
        return tuple(shape for layer in layers for shape in (layer, (layer[0],)))

    @property
    def n_parameters(self) -> int:
        """Coordinates of a gradient."""
        return sum(int(np.prod(shape)) for shape in self.shapes)

    def initial(self, rng: np.random.Generator) -> np.ndarray:
        """A random start, float64 ``(P,)``."""
        parts = []
        for weight, bias in zip(self.shapes[::2], self.shapes[1::2], strict=True):
            bound = _WIDE_START
            if self.kind != "lenet-sigmoid":
                bound = float(np.prod(weight[1:])) ** -0.5
            size = int(np.prod(weight)) + bias[0]
            parts.append(rng.uniform(-bound, bound, size))
        return np.concatenate(parts)

    def split(self, flat: torch.Tensor) -> list[torch.Tensor]:
        """``(P,)`` as the parameters, in the order of ``shapes``."""
        sizes = [int(np.prod(shape)) for shape in self.shapes]
        parts = zip(flat.split(sizes), self.shapes, strict=True)
        return [part.view(shape) for part, shape in parts]

    def logits(self, flat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """``(B, n_classes)`` of pictures ``(B, ...)``."""
        parameters = self.split(flat)
        if self.kind in ("softmax", "mlp"):
            x = x.flatten(1)
            if self.kind == "mlp":
                x = torch.relu(functional.linear(x, *parameters[:2]))
            return functional.linear(x, *parameters[-2:])
        act = torch.sigmoid if self.kind == "lenet-sigmoid" else torch.relu
        x = x.unsqueeze(1) if x.dim() == 3 else x.permute(0, 3, 1, 2)
        for layer, stride in enumerate(_STRIDES):
            weight, bias = parameters[2 * layer : 2 * layer + 2]
            x = act(functional.conv2d(x, weight, bias, stride=stride, padding=KERNEL // 2))
        return functional.linear(x.flatten(1), *parameters[-2:])

    def loss(self, flat: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy of the batch."""
        return functional.cross_entropy(self.logits(flat, x), y)

    def gradient(self, flat: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Of the mean loss of pictures ``x`` with labels ``y``, float64 ``(P,)``."""
        weights = torch.from_numpy(flat).requires_grad_(True)
        pictures = torch.from_numpy(np.array(x, np.float64))
        loss = self.loss(weights, pictures, torch.from_numpy(np.array(y, np.int64)))
        return np.asarray(torch.autograd.grad(loss, weights)[0].numpy())

    def probabilities(self, flat: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Softmax outputs ``(B, n_classes)``."""
        pictures = torch.from_numpy(np.array(x, np.float64))
        with torch.no_grad():
            return np.asarray(self.logits(torch.from_numpy(flat), pictures).softmax(1).numpy())

    def trained(
        self,
        flat: np.ndarray,
        x: np.ndarray,
        y: np.ndarray,
        *,
        steps: int,
        rng: np.random.Generator,
        check: Callable[[], None] = lambda: None,
    ) -> np.ndarray:
        """``flat`` after ``steps`` of plain SGD (rate 0.1) on batches of 64 of these records."""
        for _ in range(steps):
            check()
            rows = rng.choice(len(x), min(64, len(x)), replace=False)
            flat = flat - 0.1 * self.gradient(flat, x[rows], y[rows])
        return flat
