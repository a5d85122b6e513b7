"""Optimisers over the flat weights of many models; elementwise, in place.

The update rules are those of ``torch.optim.SGD`` and ``torch.optim.AdamW`` with
their default constants.
"""

from __future__ import annotations

from typing import Protocol

import torch

from ppml_core.training.recipe import TrainingRecipe


class Optimizer(Protocol):
    """Holds the state of M models."""

    def step(self, flat: torch.Tensor, gradient: torch.Tensor) -> None:
        """Update ``flat (M, P)`` in place by ``gradient (M, P)``, which it may overwrite."""


class SGD:
    """Momentum and L2 weight decay."""

    def __init__(self, recipe: TrainingRecipe, rates: torch.Tensor) -> None:
        self.rates, self.momentum, self.decay = rates, recipe.momentum, recipe.weight_decay
        self.velocity: torch.Tensor | None = None

    def step(self, flat: torch.Tensor, gradient: torch.Tensor) -> None:
        """See ``Optimizer.step``."""
        if self.decay:
            gradient.add_(flat, alpha=self.decay)
        if self.momentum:
            if self.velocity is None:
                self.velocity = torch.zeros_like(flat)
            gradient = self.velocity.mul_(self.momentum).add_(gradient)
        flat.addcmul_(gradient, self.rates, value=-1.0)


class Adam:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, recipe: TrainingRecipe, rates: torch.Tensor) -> None:
        self.rates, self.decay = rates, recipe.weight_decay
        self.steps = 0
        self.mean: torch.Tensor | None = None
        self.square: torch.Tensor | None = None

    def step(self, flat: torch.Tensor, gradient: torch.Tensor) -> None:
        """See ``Optimizer.step``."""
        if self.mean is None or self.square is None:
            self.mean, self.square = torch.zeros_like(flat), torch.zeros_like(flat)
        self.steps += 1
        if self.decay:
            flat.mul_(1.0 - self.rates * self.decay)
        self.mean.lerp_(gradient, 1.0 - self.BETA1)
        self.square.mul_(self.BETA2).addcmul_(gradient, gradient, value=1.0 - self.BETA2)
        root = torch.sqrt(self.square, out=gradient)
        root.mul_((1.0 - self.BETA2**self.steps) ** -0.5).add_(self.EPSILON)
        flat.addcdiv_(self.mean * self.rates, root, value=-1.0 / (1.0 - self.BETA1**self.steps))


_KINDS: dict[str, type[SGD] | type[Adam]] = {"sgd": SGD, "adam": Adam}


def build_optimizer(recipe: TrainingRecipe, rates: torch.Tensor) -> Optimizer:
    """``rates``: the learning rate of each model, ``(M, 1)``."""
    return _KINDS[recipe.optimizer](recipe, rates)
