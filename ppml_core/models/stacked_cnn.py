"""A small convolutional network, M models in one batched product.

A convolution is a linear layer applied to every window of its input, so windows laid
out as rows make it the same products as in ``stacked_mlp``, with the same exact
per-example norms. Everything is kept with channels last: a window is then copied in
runs of several numbers.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import pad

from ppml_core.models.architecture import Architecture
from ppml_core.models.classes import class_errors, factors
from ppml_core.models.views import Views

SIDE, STRIDE = 3, 2
FORWARD_EXAMPLES = 8192
"""Most (model, example) pairs whose windows are in memory at once in ``forward``."""


Layers = list[tuple[torch.Tensor, torch.Tensor]]


class Run(NamedTuple):
    """What a forward pass leaves: the rows that go into each layer ``(M, B, places, in)``,
    what comes out of each ReLU ``(M, B, h', w', out)``, and the logits ``(M, B, K)``."""

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

        self._views: Views[Layers] = Views()

    def initial(self, rng: np.random.Generator) -> np.ndarray:
        """Uniform in +-1/sqrt(fan_in), weights and biases, as torch's layers do."""
        rows = [
            rng.uniform(-1, 1, prod(shape) + shape[0]).astype(np.float32)
            / np.float32(prod(shape[1:]) ** 0.5)
            for shape in self.shapes
        ]
        return np.concatenate(rows)

    def prepared(self, features: torch.Tensor) -> torch.Tensor:
        """See ``Network.prepared``: the windows of the first convolution, ``(n, places, in)``.

        They are the same in every step of every model, and take longer to cut out than to
        gather.
        """
        return windows(self._coloured(features)[None])[0]

    def forward(self, flat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """See ``Network.forward``."""
        shared = x.dim() == len(self.input_shape) + 1
        stacked = x.expand(len(flat), *x.shape) if shared else x
        models = max(1, FORWARD_EXAMPLES // max(1, stacked.shape[1]))
        parts = zip(flat.split(models), stacked.split(models), strict=True)
        return torch.cat(
            [
                self._run(self._layers(weights), windows(self._coloured(part))).logits
                for weights, part in parts
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
        layers = self._views.of(flat, self._layers)
        out = torch.empty_like(flat) if out is None else out
        (inputs, hidden, logits), norms = self._run(layers, x), torch.empty(0)
        error = class_errors(logits, y)
        if clip is None:  # the other layers' errors are linear in the last one's
            errors = self._errors(layers, hidden, error.mul_(factors(None, None, mask, scale)))
        else:
            errors = self._errors(layers, hidden, error)
            norms = self._norms(inputs, errors)
            weight = torch.as_tensor(factors(norms, clip, mask, scale))
            for error in errors:
                error.mul_(weight[..., None])
        return self._products(inputs, errors, out), norms

    def _coloured(self, x: torch.Tensor) -> torch.Tensor:
        """Pictures with an axis for their colours, also where they have one colour."""
        return x[..., None] if len(self.input_shape) == 2 else x

    def _layers(self, flat: torch.Tensor) -> Layers:
        """Weight with channels last, ``(M, out, ., ., in)``, a view; and bias ``(M, out)``."""
        found, at = [], 0
        for shape in self.shapes:
            end = at + prod(shape)
            weight = flat[:, at:end].view(-1, *shape).permute(0, 1, 3, 4, 2)
            found.append((weight, flat[:, end:][:, : shape[0]]))
            at = end + shape[0]
        return found

    def _run(self, layers: Layers, rows: torch.Tensor) -> Run:
        """From the first convolution's windows ``(M, B, places, in)`` to the logits."""
        models, batch = rows.shape[:2]
        first, second = self.sides[1:]
        (w1, b1), (w2, b2), (weight, bias) = layers
        one = padded(_convolved(rows, w1, b1).view(models, batch, *first, -1))
        between = cut(one)
        two = _convolved(between, w2, b2).relu_().view(models, batch, *second, -1)
        last = two.flatten(2)
        logits = torch.baddbmm(bias[:, :, None], weight.flatten(2), last.transpose(1, 2))
        return Run(
            inputs=[rows, between, last[:, :, None, :]],
            hidden=[one[:, :, 1:-1, 1:-1], two],
            logits=logits.transpose(1, 2),
        )

    def _errors(
        self, layers: Layers, hidden: list[torch.Tensor], last: torch.Tensor
    ) -> list[torch.Tensor]:
        """Derivative of each example's loss by each layer's output, ``(M, B, places, out)``."""
        _, (second, _), (third, _) = layers
        one, two = hidden
        error = torch.bmm(last, third.flatten(2)).view_as(two)
        after = torch.ops.aten.threshold_backward(error, two, 0)
        spread = torch.bmm(after.flatten(1, 3), second.flatten(2))
        before = folded(spread.view(*two.shape[:4], -1), self.sides[1])
        before = torch.ops.aten.threshold_backward(before, one, 0)
        return [before.flatten(2, 3), after.flatten(2, 3), last[:, :, None, :]]

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
        layers = self._views.of(out, self._layers)
        for (w, b), rows, error in zip(layers, inputs, errors, strict=True):
            product = torch.bmm(error.flatten(1, 2).transpose(1, 2), rows.flatten(1, 2))
            w.copy_(product.view(w.shape))
            torch.sum(error, dim=(1, 2), out=b)
        return out


def _convolved(rows: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """A convolution of windows ``(M, B, places, in)``: ``(M, B * places, out)``."""
    kernel = weight.flatten(2).transpose(1, 2)
    return torch.baddbmm(bias[:, None, :], rows.flatten(1, 2), kernel)


def padded(value: torch.Tensor) -> torch.Tensor:
    """The ReLU of ``(M, B, h, w, C)`` with a border of zeros, in one pass where it can be.

    >>> padded(torch.tensor([-1.0, 2.0]).view(1, 1, 1, 2, 1))[0, 0, 1, :, 0]
    tensor([0., 0., 2., 0.])
    """
    if value.requires_grad:
        return pad(value.relu(), (0, 0, 1, 1, 1, 1))
    height, width = value.shape[2:4]
    whole = value.new_empty(*value.shape[:2], height + 2, width + 2, value.shape[4])
    for border in (whole[:, :, 0], whole[:, :, -1], whole[:, :, :, 0], whole[:, :, :, -1]):
        border.zero_()
    torch.clamp_min(value, 0, out=whole[:, :, 1:-1, 1:-1])
    return whole


def windows(value: torch.Tensor) -> torch.Tensor:
    """The 3 x 3 windows, stride 2, of ``(M, B, h, w, C)`` padded by one: rows
    ``(M, B, places, 9 C)``.

    >>> windows(torch.ones(1, 1, 5, 4, 2)).shape
    torch.Size([1, 1, 6, 18])
    """
    return cut(pad(value, (0, 0, 1, 1, 1, 1)))


def cut(whole: torch.Tensor) -> torch.Tensor:
    """The windows of pictures that are padded already."""
    places = whole.unfold(2, SIDE, STRIDE).unfold(3, SIDE, STRIDE)
    return places.permute(0, 1, 2, 3, 5, 6, 4).flatten(4).flatten(2, 3)


def folded(rows: torch.Tensor, sides: tuple[int, ...]) -> torch.Tensor:
    """The transpose of :func:`windows`: ``(M, B, h', w', 9 C)`` added up where they overlap,
    ``(M, B, h, w, C)``."""
    models, batch, down, across = rows.shape[:4]
    height, width = sides
    each = rows.view(models, batch, down, across, SIDE, SIDE, -1)
    # Rows and columns in pairs: window (r, c) begins at pair (r, c), fills it with its first
    # two rows and columns, and reaches into the next pairs with its third ones.
    total = rows.new_empty(models, batch, down + 1, 2, across + 1, 2, each.shape[-1])
    total[:, :, down].zero_()
    total[:, :, :down, :, across].zero_()
    total[:, :, :down, :, :across] = each[..., :2, :2, :].transpose(3, 4)
    total[:, :, :down, :, 1:, 0] += each[..., :2, 2, :].transpose(3, 4)
    total[:, :, 1:, 0, :across] += each[..., 2, :2, :]
    total[:, :, 1:, 0, 1:, 0] += each[..., 2, 2, :]
    whole = total.view(models, batch, 2 * down + 2, 2 * across + 2, -1)
    return whole[:, :, 1 : height + 1, 1 : width + 1]
