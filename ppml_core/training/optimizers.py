"""torch's own optimisers, fused, over the flat weights of many models."""

from __future__ import annotations

import numpy as np
import torch

from ppml_core.training.recipe import TrainingRecipe


def build_optimizer(
    recipe: TrainingRecipe, flat: torch.Tensor, gradient: torch.Tensor, rates: np.ndarray
) -> torch.optim.Optimizer:
    """An optimiser whose ``step()`` updates ``flat (M, P)`` in place by ``gradient (M, P)``.

    Both stay the caller's: write the gradient, then step. ``rates``: the learning rate
    of each model, ``(M,)``. One pass over the memory serves all models of one rate.
    """
    groups = []
    for rate in np.unique(rates):
        rows = np.flatnonzero(rates == rate)
        # Models in a row are one tensor; otherwise one each.
        parts = [slice(None)] if len(rows) == len(rates) else [slice(m, m + 1) for m in rows]
        groups.append({"params": [_alias(flat[p], gradient[p]) for p in parts], "lr": float(rate)})
    if recipe.optimizer == "adam":
        return torch.optim.AdamW(groups, weight_decay=recipe.weight_decay, fused=True)
    decay, momentum = recipe.weight_decay, recipe.momentum
    return torch.optim.SGD(groups, weight_decay=decay, momentum=momentum, fused=True)


def _alias(values: torch.Tensor, gradient: torch.Tensor) -> torch.nn.Parameter:
    """The same memory as a parameter."""
    parameter = torch.nn.Parameter(values)
    parameter.grad = gradient
    return parameter
