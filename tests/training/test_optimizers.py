"""The stacked optimisers against ``torch.optim`` on the same gradients."""

from __future__ import annotations

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


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda r: f"{r.optimizer}-{r.weight_decay}")
def test_steps_equal_torch(recipe):
    torch.manual_seed(0)
    rates = torch.tensor([[0.01], [0.2]])
    flat = torch.randn(2, 30)
    ours = build_optimizer(recipe, rates)
    theirs = [flat[m].clone().requires_grad_() for m in range(2)]
    optimisers = [reference(recipe, p, float(rates[m])) for m, p in enumerate(theirs)]
    for _ in range(25):
        gradient = torch.randn(2, 30)
        for m, optimiser in enumerate(optimisers):
            theirs[m].grad = gradient[m].clone()
            optimiser.step()
        ours.step(flat, gradient.clone())
    torch.testing.assert_close(flat, torch.stack(theirs).detach(), rtol=1e-4, atol=1e-5)
