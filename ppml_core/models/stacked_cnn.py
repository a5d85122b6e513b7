"""A small convolutional network, M models in one batched product.

A convolution is a linear layer applied to every window of its input, so windows laid
out as rows make it the same products as in ``stacked_mlp``, with the same exact
per-example norms. Everything is kept with channels last: a window is then copied in
runs of several numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import pad

from ppml_core.models.architecture import Architecture
from ppml_core.models.classes import class_errors, factors

SIDE, STRIDE = 3, 2
FORWARD_EXAMPLES = 8192
"""Most (model, example) pairs whose windows are in memory at once in ``forward``."""


class Run(NamedTuple):
    """What a forward pass leaves: the rows that go into each layer ``(M, B, places, in)``,
    what comes out of each ReLU ``(M, B, places, out)``, and the logits ``(M, B, K)``."""

    inputs: list[torch.Tensor]
    hidden: list[torch.Tensor]
    logits: torch.Tensor


class StackedCNN:
    """Two 3 x 3 convolutions of stride 2 with ReLU, and a linear layer; rows as in
    ``modules``: weight (out x in x 3 x 3) and bias of each convolution, then the linear
    layer's, whose inputs run over channels, rows and columns."""

    def __init__(
        self, architecture: Architecture, input_shape: tuple[int, ...], n_classes: int
    ) -> None:
        self.input_shape = input_shape
        depth = 1 if len(input_shape) == 2 else input_shape[2]
        self.channels = (depth, *architecture.hidden)
        self.sides = [input_shape[:2]]
        for _ in architecture.hidden:
            height, width = self.sides[-1]
            self.sides.append(((height + 1) // STRIDE, (width + 1) // STRIDE))
        first, second, third = self.channels
        self.shapes = (
            (second, first, SIDE, SIDE),
            (third, second, SIDE, SIDE),
            (n_classes, third, *self.sides[-1]),
        )
        self.n_parameters = sum(prod(shape) + shape[0] for shape in self.shapes)
        places = [prod(side) for side in self.sides]
        self.example_floats = places[0] * first + sum(
            place * (SIDE**2 * before + after)
            for place, before, after in zip(
                places[1:], (first, second), (second, third), strict=True
            )
        )

    def initial(self, rng: np.random.Generator) -> np.ndarray:
        """Uniform in +-1/sqrt(fan_in), weights and biases, as torch's layers do."""
        rows = [
            rng.uniform(-1, 1, prod(shape) + shape[0]).astype(np.float32)
            / np.float32(prod(shape[1:]) ** 0.5)
            for shape in self.shapes
        ]
        return np.concatenate(rows)

    def forward(self, flat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """See ``Network.forward``."""
        shared = x.dim() == len(self.input_shape) + 1
        stacked = x.expand(len(flat), *x.shape) if shared else x
        models = max(1, FORWARD_EXAMPLES // max(1, stacked.shape[1]))
        parts = zip(flat.split(models), stacked.split(models), strict=True)
        return torch.cat([self._run(weights, part).logits for weights, part in parts])

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
        inputs, hidden, logits = self._run(flat, x)
        errors = self._errors(flat, hidden, class_errors(logits, y))
        norms = self._norms(inputs, errors) if clip is not None else torch.empty(0)
        weight = factors(norms, clip, mask, scale)
        for error in errors:
            error.mul_(weight[..., None] if isinstance(weight, torch.Tensor) else weight)
        return self._products(inputs, errors, torch.empty_like(flat) if out is None else out), norms

    def _layers(self, flat: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Weight with channels last, ``(M, out, ., ., in)``, a view; and bias ``(M, out)``."""
        at = 0
        for shape in self.shapes:
            end = at + prod(shape)
            yield (
                flat[:, at:end].view(-1, *shape).permute(0, 1, 3, 4, 2),
                flat[:, end:][:, : shape[0]],
            )
            at = end + shape[0]

    def _run(self, flat: torch.Tensor, x: torch.Tensor) -> Run:
        """From ``(M, B, h, w[, 3])`` to the logits."""
        models, batch = x.shape[:2]
        found: list[torch.Tensor] = []
        hidden: list[torch.Tensor] = []
        value = x if x.dim() == 5 else x[..., None]
        *convolutions, (weight, bias) = self._layers(flat)
        for (w, b), side in zip(convolutions, self.sides[1:], strict=True):
            rows = windows(value)
            found.append(rows)
            flat_rows = rows.flatten(1, 2)
            value = torch.baddbmm(b[:, None, :], flat_rows, w.flatten(2).transpose(1, 2)).relu_()
            hidden.append(value.view(models, batch, -1, value.shape[-1]))
            value = value.view(models, batch, *side, -1)
        rows = value.flatten(2)
        found.append(rows[:, :, None, :])
        logits = torch.baddbmm(bias[:, :, None], weight.flatten(2), rows.transpose(1, 2))
        return Run(inputs=found, hidden=hidden, logits=logits.transpose(1, 2))

    def _errors(
        self, flat: torch.Tensor, hidden: list[torch.Tensor], last: torch.Tensor
    ) -> list[torch.Tensor]:
        """Derivative of each example's loss by each layer's output, ``(M, B, places, out)``."""
        _, (second, _), (third, _) = self._layers(flat)
        first_values, second_values = hidden
        error = torch.bmm(last, third.flatten(2)).view_as(second_values)
        after = torch.ops.aten.threshold_backward(error, second_values, 0)
        spread = torch.bmm(after.flatten(1, 2), second.flatten(2))
        before = folded(spread.view(*last.shape[:2], *self.sides[2], -1), self.sides[1])
        before = before.reshape(first_values.shape)
        before = torch.ops.aten.threshold_backward(before, first_values, 0)
        return [before, after, last[:, :, None, :]]

    def _norms(self, inputs: list[torch.Tensor], errors: list[torch.Tensor]) -> torch.Tensor:
        """Exact norm of each example's whole gradient, ``(M, B)``."""
        total = errors[-1].square().sum((2, 3)) * (inputs[-1].square().sum((2, 3)) + 1.0)
        for rows, error in zip(inputs[:-1], errors[:-1], strict=True):
            each = torch.bmm(error.flatten(0, 1).transpose(1, 2), rows.flatten(0, 1))
            total += each.square().sum((1, 2)).view_as(total)
            total += error.sum(2).square().sum(2)
        return total.sqrt()

    def _products(
        self, inputs: list[torch.Tensor], errors: list[torch.Tensor], out: torch.Tensor
    ) -> torch.Tensor:
        """Sum over examples and places of error times input, written into ``(M, P)``."""
        for (w, b), rows, error in zip(self._layers(out), inputs, errors, strict=True):
            product = torch.bmm(error.flatten(1, 2).transpose(1, 2), rows.flatten(1, 2))
            w.copy_(product.view(w.shape))
            torch.sum(error, dim=(1, 2), out=b)
        return out


def windows(value: torch.Tensor) -> torch.Tensor:
    """The 3 x 3 windows, stride 2, of ``(M, B, h, w, C)`` padded by one: rows
    ``(M, B, places, 9 C)``.

    >>> windows(torch.ones(1, 1, 5, 4, 2)).shape
    torch.Size([1, 1, 6, 18])
    """
    padded = pad(value, (0, 0, 1, 1, 1, 1))
    places = padded.unfold(2, SIDE, STRIDE).unfold(3, SIDE, STRIDE)
    return places.permute(0, 1, 2, 3, 5, 6, 4).flatten(4).flatten(2, 3)


def folded(rows: torch.Tensor, sides: tuple[int, ...]) -> torch.Tensor:
    """The transpose of :func:`windows`: ``(M, B, h', w', 9 C)`` added up where they overlap,
    ``(M, B, h, w, C)``."""
    models, batch, down, across = rows.shape[:4]
    height, width = sides
    each = rows.view(models, batch, down, across, SIDE, SIDE, -1)
    total = rows.new_zeros(models, batch, height + 2, width + 2, each.shape[-1])
    for i, j in np.ndindex(SIDE, SIDE):
        total[:, :, i : i + 2 * down : 2, j : j + 2 * across : 2] += each[:, :, :, :, i, j]
    return total[:, :, 1 : height + 1, 1 : width + 1]
