"""Softmax regression and ReLU networks of any depth, M models in one batched product."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from ppml_core.models.classes import class_errors, factors, product_into, squared_norms
from ppml_core.models.views import Views

Layers = list[tuple[torch.Tensor, torch.Tensor]]


class StackedMLP:
    """A record is flattened to d features. Row layout: W1 (out x in), b1, W2, b2, ..."""

    def __init__(
        self, input_shape: tuple[int, ...], hidden: tuple[int, ...], n_classes: int
    ) -> None:
        self.input_shape = input_shape
        self.widths = widths = (int(np.prod(input_shape)), *hidden, n_classes)
        self.n_parameters = sum(i * o + o for i, o in pairwise(widths))
        self.example_floats = sum(widths)
        self._views: Views[Layers] = Views()

    def initial(self, rng: np.random.Generator) -> np.ndarray:
        """Uniform in +-1/sqrt(fan_in), weights and biases, as ``torch.nn.Linear`` does."""
        layers = [
            rng.uniform(-1, 1, i * o + o).astype(np.float32) / np.float32(np.sqrt(i))
            for i, o in pairwise(self.widths)
        ]
        return np.concatenate(layers)

    def layers(self, flat: torch.Tensor) -> Layers:
        """Views ``W (M, out, in)`` and ``b (M, out)`` of each layer."""
        views, at = [], 0
        for i, o in pairwise(self.widths):
            weight = flat[:, at : at + i * o].view(-1, o, i)
            views.append((weight, flat[:, at + i * o : at + i * o + o]))
            at += i * o + o
        return views

    def prepared(self, features: torch.Tensor) -> torch.Tensor:
        """See ``Network.prepared``: flat records."""
        return features.flatten(1)

    def forward(self, flat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """See ``Network.forward``."""
        return self._activations(self.layers(flat), self._stack(flat, x))[-1]

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
        """See ``Network.gradient``.

        The gradient of one example in a linear layer is the outer product of the
        error ``delta`` and the input ``a``, so its squared norm is
        ``|delta|^2 (|a|^2 + 1)`` (the 1 is the bias) and needs no per-example
        gradient in memory (Goodfellow 2015, "Efficient per-example gradient
        computations"). Scaling ``delta`` scales the example's gradient.
        """
        layers = self._views.of(flat, self.layers)
        out = torch.empty_like(flat) if out is None else out
        activations, norms = self._activations(layers, x), torch.empty(0)
        error = class_errors(activations[-1], y)
        if clip is None:  # the other layers' errors are linear in the last one's
            errors = self._errors(layers, activations, error.mul_(factors(None, None, mask, scale)))
        else:
            errors = self._errors(layers, activations, error)
            norms = self._norms(activations, errors)
            weight = factors(norms, clip, mask, scale)
            for error in errors:
                error.mul_(weight)
        return self._products(activations, errors, out), norms

    def _stack(self, flat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """``(B, ...)`` shared by all models becomes ``(M, B, d)`` without a copy."""
        shared = x.dim() == len(self.input_shape) + 1
        return x.flatten(1).expand(len(flat), -1, -1) if shared else x.flatten(2)

    def _activations(self, layers: Layers, x: torch.Tensor) -> list[torch.Tensor]:
        """The input, each hidden layer after its ReLU, and the logits, each ``(M, B, width)``.

        The logits' examples lie next to each other in memory: with few classes that is
        what makes their softmax and their products fast.
        """
        found = [x]
        *hidden, (weight, bias) = layers
        for w, b in hidden:
            found.append(torch.baddbmm(b[:, None, :], found[-1], w.transpose(1, 2)).relu_())
        logits = torch.baddbmm(bias[:, :, None], weight, found[-1].transpose(1, 2))
        return [*found, logits.transpose(1, 2)]

    def _errors(
        self, layers: Layers, activations: list[torch.Tensor], error: torch.Tensor
    ) -> list[torch.Tensor]:
        """Derivative of each example's loss by each layer's output, last layer first; given
        the last one."""
        errors = [error]
        for index in range(len(layers) - 1, 0, -1):
            error = torch.bmm(error, layers[index][0])
            # Zero where the ReLU's result was: one pass, where a comparison needs two.
            error = torch.ops.aten.threshold_backward(error, activations[index], 0)
            errors.append(error)
        return errors

    def _norms(self, activations: list[torch.Tensor], errors: list[torch.Tensor]) -> torch.Tensor:
        """Exact norm of each example's whole gradient, ``(M, B)``."""
        squares = [
            squared_norms(error) * (squared_norms(inputs) + 1.0)
            for inputs, error in zip(activations, reversed(errors), strict=False)
        ]
        return torch.stack(squares).sum(0).sqrt()

    def _products(
        self, activations: list[torch.Tensor], errors: list[torch.Tensor], out: torch.Tensor
    ) -> torch.Tensor:
        """Sum over examples of error times input, written into one ``(M, P)`` tensor."""
        layers = zip(self._views.of(out, self.layers), activations, reversed(errors), strict=False)
        for (w, b), inputs, error in layers:
            product_into(w, error.transpose(1, 2), inputs)
            torch.sum(error, dim=1, out=b)
        return out
