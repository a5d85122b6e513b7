"""The work that every contestant does: data, memberships and recipes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.dataset import Dataset
from ppml_core.models.architecture import Architecture
from ppml_core.training.membership import balanced_membership
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe


@dataclass(frozen=True, kw_only=True)
class Work:
    """One training task. ``few`` is how many models a slow contestant trains; its
    time a model is what is compared."""

    title: str
    dataset: Dataset
    recipe: TrainingRecipe
    models: int = 64
    few: int = 2

    def membership(self, models: int) -> np.ndarray:
        """Random halves of the records, ``(models, n)``."""
        n = len(self.dataset)
        return balanced_membership(n, n // 2, models, seed=0)


def tasks() -> list[Work]:
    """Digits and mnist-5k MLPs, with and without DP."""
    digits, mnist = load_dataset("digits"), load_dataset("mnist-5k")
    small, wide = Architecture(hidden=(32,)), Architecture(hidden=(128,))
    dp = DPSGDConfig(noise_multiplier=1.0)
    plain = {"epochs": 20, "batch_size": 64, "learning_rate": 1e-3}
    large = {**plain, "batch_size": 128}
    return [
        Work(
            title="digits MLP 64-32-10, 20 epochs",
            dataset=digits,
            recipe=TrainingRecipe(architecture=small, **plain),
        ),
        Work(
            title="mnist-5k MLP 784-128-10, 20 epochs",
            dataset=mnist,
            recipe=TrainingRecipe(architecture=wide, **large),
            models=16,
        ),
        Work(
            title="digits MLP 64-32-10, 10 epochs, DP-SGD",
            dataset=digits,
            recipe=TrainingRecipe(architecture=small, **{**plain, "epochs": 10}, privacy=dp),
        ),
        Work(
            title="mnist-5k MLP 784-128-10, 4 epochs, DP-SGD",
            dataset=mnist,
            recipe=TrainingRecipe(architecture=wide, **{**large, "epochs": 4}, privacy=dp),
            models=16,
        ),
    ]
