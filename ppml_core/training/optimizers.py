"""torch's own fused update rules over the flat weights of many models.

They are called as functions: the optimiser objects around them look their state up anew
in every step, which takes longer than the update of a small population.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch

from ppml_core.training.recipe import TrainingRecipe

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""Of Adam, as ``torch.optim.AdamW`` has them (Kingma and Ba 2015)."""


class Optimizer(Protocol):
    """What the trainer needs of an update rule."""

    def step(self) -> None:
        """Update the weights by what the gradient holds now."""


def build_optimizer(
    recipe: TrainingRecipe, flat: torch.Tensor, gradient: torch.Tensor, rates: np.ndarray
) -> Optimizer:
    """An optimiser whose ``step()`` updates ``flat (M, P)`` in place by ``gradient (M, P)``.

    Both stay the caller's: write the gradient, then step. ``rates``: the learning rate
    of each model, ``(M,)``. One pass over the memory serves all models of one rate.
    """
    rule = _Adam if recipe.optimizer == "adam" else _SGD
    parts: list[Optimizer] = []
    for rate in np.unique(rates):
        rows = np.flatnonzero(rates == rate)
        # Models in a row are one tensor; otherwise one each.
        places = [slice(None)] if len(rows) == len(rates) else [slice(m, m + 1) for m in rows]
        parts.append(
            rule(recipe, [flat[p] for p in places], [gradient[p] for p in places], float(rate))
        )
    return parts[0] if len(parts) == 1 else _Each(parts)


class _Each:
    """One after another, where models have different learning rates."""

    def __init__(self, parts: list[Optimizer]) -> None:
        self._parts = parts

    def step(self) -> None:
        for part in self._parts:
            part.step()


class _Adam:
    """AdamW (Loshchilov and Hutter 2019): the decay of weights is apart from the gradient."""

    def __init__(
        self,
        recipe: TrainingRecipe,
        weights: list[torch.Tensor],
        gradients: list[torch.Tensor],
        rate: float,
    ) -> None:
        self._weights, self._gradients = weights, gradients
        self._means = [torch.zeros_like(w) for w in weights]
        self._squares = [torch.zeros_like(w) for w in weights]
        self._steps = [torch.zeros((), device=w.device) for w in weights]
        self._rate, self._decay = rate, recipe.weight_decay

    def step(self) -> None:
        torch._foreach_add_(self._steps, 1)
        torch._fused_adamw_(
            self._weights,
            self._gradients,
            self._means,
            self._squares,
            [],
            self._steps,
            amsgrad=False,
            lr=self._rate,
            beta1=BETA1,
            beta2=BETA2,
            weight_decay=self._decay,
            eps=EPSILON,
            maximize=False,
        )


class _SGD:
    """Gradient descent with momentum; the decay of weights is part of the gradient."""

    def __init__(
        self,
        recipe: TrainingRecipe,
        weights: list[torch.Tensor],
        gradients: list[torch.Tensor],
        rate: float,
    ) -> None:
        self._weights, self._gradients = weights, gradients
        self._first = True
        self._velocities = [torch.zeros_like(w) for w in weights] if recipe.momentum else []
        self._rate, self._recipe = rate, recipe

    def step(self) -> None:
        torch._fused_sgd_(
            self._weights,
            self._gradients,
            self._velocities,
            weight_decay=self._recipe.weight_decay,
            momentum=self._recipe.momentum,
            lr=self._rate,
            dampening=0.0,
            nesterov=False,
            maximize=False,
            is_first_step=self._first,
        )
        self._first = False
