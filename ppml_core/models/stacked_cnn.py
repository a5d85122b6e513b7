"""A small convolutional network, M models in one batched product.

A convolution is a linear layer applied to every window of its input, so windows laid
out as rows make it the same products as in ``stacked_mlp``, with the same exact
per-example norms. Everything is kept with channels last, and what the first convolution
gives in blocks of 2 x 2 places: a window of the second is then one whole block and parts
of three neighbours, copied in long runs.
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
TAPS = torch.tensor([4, 5, 7, 8, 1, 2, 3, 6, 0])
"""Places of a 3 x 3 window, row by row, in the order of :func:`cut`."""

UNTAPS = torch.argsort(TAPS)
FORWARD_EXAMPLES = 8192
"""Most (model, example) pairs whose windows are in memory at once in ``forward``."""


Layers = list[tuple[torch.Tensor, torch.Tensor]]


class Run(NamedTuple):
    """What a forward pass leaves: the rows that go into each layer ``(M, B, places, in)``,
    what comes out of each ReLU ``(M, B, h, w, 2, 2, out)`` and ``(M, B, h, w, out)``, and the
    logits ``(M, B, K)``."""

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
        last = prod(self.sides[-1])
        # Of the larger convolution: what the other one left waits outside the cache.
        self.example_floats = max(
            4 * last * (SIDE**2 * first + second), last * (SIDE**2 * second + third)
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
        return self._windows(features[None])[0]

    def forward(self, flat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """See ``Network.forward``."""
        shared = x.dim() == len(self.input_shape) + 1
        stacked = x.expand(len(flat), *x.shape) if shared else x
        models = max(1, FORWARD_EXAMPLES // max(1, stacked.shape[1]))
        parts = zip(flat.split(models), stacked.split(models), strict=True)
        return torch.cat(
            [
                self._run(self._layers(weights), self._windows(part)).logits
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

    def _windows(self, x: torch.Tensor) -> torch.Tensor:
        """The first convolution's, of pictures ``(M, B, h, w[, C])``."""
        return windows(x[..., None] if len(self.input_shape) == 2 else x, self.sides[-1])

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
        shape = (*rows.shape[:2], *self.sides[-1])
        (w1, b1), (w2, b2), (weight, bias) = layers
        one = _convolved(rows, w1.flatten(2), b1).view(*shape, STRIDE, STRIDE, -1)
        self._outside(one)
        one = one.relu_()
        between = cut(one).flatten(2, 3)
        two = _convolved(between, tapped(w2), b2).relu_().view(*shape, -1)
        last = two.flatten(2)
        logits = torch.baddbmm(bias[:, :, None], weight.flatten(2), last.transpose(1, 2))
        return Run(
            inputs=[rows, between, last[:, :, None, :]],
            hidden=[one, two],
            logits=logits.transpose(1, 2),
        )

    def _outside(self, one: torch.Tensor) -> None:
        """Zeros where the last blocks reach beyond a picture of odd height or width."""
        height, width = self.sides[1]
        if height % STRIDE:
            one[:, :, -1, :, 1].zero_()
        if width % STRIDE:
            one[:, :, :, -1, :, 1].zero_()

    def _errors(
        self, layers: Layers, hidden: list[torch.Tensor], last: torch.Tensor
    ) -> list[torch.Tensor]:
        """Derivative of each example's loss by each layer's output, ``(M, B, places, out)``."""
        _, (second, _), (third, _) = layers
        one, two = hidden
        error = torch.bmm(last, third.flatten(2)).view_as(two)
        after = torch.ops.aten.threshold_backward(error, two, 0)
        own, others = tapped(second).split([4 * one.shape[-1], 5 * one.shape[-1]], dim=2)
        rows = after.flatten(1, 3)
        before = torch.bmm(rows, own).view_as(one)
        fold_into(before, torch.bmm(rows, others).view(*two.shape[:4], -1))
        before = torch.ops.aten.threshold_backward(before, one, 0)
        return [before.flatten(2, 5), after.flatten(2, 3), last[:, :, None, :]]

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
        products = [
            torch.bmm(error.flatten(1, 2).transpose(1, 2), rows.flatten(1, 2))
            for rows, error in zip(inputs, errors, strict=True)
        ]
        products[1] = untapped(products[1])
        layers = self._views.of(out, self._layers)
        for (w, b), product, error in zip(layers, products, errors, strict=True):
            w.copy_(product.view(w.shape))
            torch.sum(error, dim=(1, 2), out=b)
        return out


def _convolved(rows: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """A convolution of windows ``(M, B, places, in)`` by ``(M, out, in)``: ``(M, B * places,
    out)``."""
    return torch.baddbmm(bias[:, None, :], rows.flatten(1, 2), weight.transpose(1, 2))


def tapped(weight: torch.Tensor) -> torch.Tensor:
    """The second convolution's weight ``(M, out, 3, 3, in)`` in the order of :func:`cut`,
    ``(M, out, 9 in)``."""
    return weight.flatten(2, 3)[:, :, TAPS].flatten(2)


def untapped(product: torch.Tensor) -> torch.Tensor:
    """The inverse of :func:`tapped`, but for the shape: ``(M, out, 9, in)``.

    >>> weight = torch.arange(36.0).view(1, 2, 3, 3, 2)
    >>> torch.equal(untapped(tapped(weight)).view_as(weight), weight)
    True
    """
    return product.unflatten(2, (SIDE**2, -1))[:, :, UNTAPS]


def windows(value: torch.Tensor, blocks: tuple[int, ...]) -> torch.Tensor:
    """The 3 x 3 windows, stride 2, of ``(M, B, h, w, C)`` padded by one: rows
    ``(M, B, places, 9 C)``, the places in ``blocks`` of 2 x 2, row by row.

    >>> windows(torch.ones(1, 1, 5, 4, 2), (2, 1)).shape
    torch.Size([1, 1, 8, 18])
    """
    down, across = blocks
    below, beyond = 4 * down - value.shape[2], 4 * across - value.shape[3]
    whole = pad(value, (0, 0, 1, beyond, 1, below))
    places = whole.unfold(2, SIDE, STRIDE).unfold(3, SIDE, STRIDE)
    each = places.unflatten(3, (across, STRIDE)).unflatten(2, (down, STRIDE))
    return each.permute(0, 1, 2, 4, 3, 5, 7, 8, 6).flatten(6).flatten(2, 5)


def cut(one: torch.Tensor) -> torch.Tensor:
    """The 3 x 3 windows, stride 2, of ``(M, B, h, w, 2, 2, C)`` padded by one:
    ``(M, B, h, w, 9 C)``, each with its whole block first, then the lower half of the block
    above, the right half of the one to the left, and the last place of the one between."""
    size = one.shape[-1]
    found = one.new_empty(*one.shape[:4], SIDE**2 * size)
    own, above, left, between = _parts(found, size)
    own.copy_(one)
    above[:, :, 1:].copy_(one[:, :, :-1, :, 1])
    left[:, :, :, 1:].copy_(one[:, :, :, :-1, :, 1])
    between[:, :, 1:, 1:].copy_(one[:, :, :-1, :-1, 1, 1])
    for nothing in (above[:, :, 0], left[:, :, :, 0], between[:, :, 0], between[:, :, :, 0]):
        nothing.zero_()
    return found


def fold_into(total: torch.Tensor, others: torch.Tensor) -> None:
    """The transpose of :func:`cut`: to the blocks ``(M, B, h, w, 2, 2, C)`` add what windows
    ``(M, B, h, w, 5 C)`` say of the blocks around."""
    size = total.shape[-1]
    above, left, between = _around(others, size)
    total[:, :, :-1, :, 1] += above[:, :, 1:]
    total[:, :, :, :-1, :, 1] += left[:, :, :, 1:]
    total[:, :, :-1, :-1, 1, 1] += between[:, :, 1:, 1:]


def _parts(rows: torch.Tensor, size: int) -> tuple[torch.Tensor, ...]:
    """Of a window: its own block ``(..., 2, 2, C)``, and of the blocks around."""
    own = rows[..., : 4 * size].unflatten(-1, (STRIDE, STRIDE, size))
    return own, *_around(rows[..., 4 * size :], size)


def _around(rows: torch.Tensor, size: int) -> tuple[torch.Tensor, ...]:
    """Above and to the left, ``(..., 2, C)``, and between, ``(..., C)``."""
    above, left = rows[..., : 2 * size], rows[..., 2 * size : 4 * size]
    pair = (STRIDE, size)
    return above.unflatten(-1, pair), left.unflatten(-1, pair), rows[..., 4 * size :]
