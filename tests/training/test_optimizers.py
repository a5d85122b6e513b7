"""The optimiser of a whole population against ``torch.optim`` on each model alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ppml_core.training.optimizers import build_optimizer
from ppml_core.training.recipe import TrainingRecipe

RECIPES = [
    TrainingRecipe(optimizer="sgd", momentum=0.0),
    TrainingRecipe(optimizer="sgd", momentum=0.9, weight_decay=0.1),
    TrainingRecipe(optimizer="adam"),
    TrainingRecipe(optimizer="adam", weight_decay=0.3),
]


def reference(recipe: TrainingRecipe, parameter: torch.Tensor, rate: float):
    if recipe.optimizer == "sgd":
        return torch.optim.SGD(
            [parameter], lr=rate, momentum=recipe.momentum, weight_decay=recipe.weight_decay
        )
    return torch.optim.AdamW([parameter], lr=rate, weight_decay=recipe.weight_decay)


@pytest.mark.parametrize("rates", [(0.01, 0.2, 0.01), (0.05, 0.05, 0.05)], ids=str)
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda r: f"{r.optimizer}-{r.weight_decay}")
def test_steps_equal_torch(recipe, rates):
    torch.manual_seed(0)
    flat, gradient = torch.randn(3, 30), torch.empty(3, 30)
    ours = build_optimizer(recipe, flat, gradient, np.array(rates))
    theirs = [row.clone().requires_grad_() for row in flat]
    optimisers = [reference(recipe, p, r) for p, r in zip(theirs, rates, strict=True)]
    for _ in range(25):
        gradient.normal_()
        for own, parameter, optimiser in zip(gradient, theirs, optimisers, strict=True):
            parameter.grad = own.clone()
            optimiser.step()
        ours.step()
    torch.testing.assert_close(flat, torch.stack(theirs).detach(), rtol=1e-4, atol=1e-5)
