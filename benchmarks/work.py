"""The work that every contestant does: data, memberships and recipes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

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
    few: int = 1

    @cached_property
    def _halves(self) -> np.ndarray:
        n = len(self.dataset)
        return balanced_membership(n, n // 2, self.models, seed=0)

    def membership(self, models: int) -> np.ndarray:
        """Random halves of the records, ``(models, n)``."""
        return self._halves[:models]

    @property
    def private(self) -> bool:
        """Whether it is trained by DP-SGD."""
        return self.recipe.privacy is not None

    @property
    def record(self) -> tuple[int, ...]:
        """Shape of one record."""
        return self.dataset.features.shape[1:]


def tasks(epochs: int = 20) -> list[Work]:
    """Digits, mnist-5k by MLP and CNN, and an Adult-sized table; without DP and with it."""
    digits, mnist, table = load_dataset("digits"), load_dataset("mnist-5k"), adult_sized()
    plain = [
        _work("digits MLP 64-32-10", digits, "mlp", (32,), 64, epochs),
        _work("mnist-5k MLP 784-128-10", mnist, "mlp", (128,), 128, epochs),
        _work("mnist-5k CNN 8-16", mnist, "cnn", (8, 16), 128, epochs, models=16),
        _work("table MLP 100-64-64-2", table, "mlp", (64, 64), 256, epochs, models=16),
    ]
    return [*plain, *(_with_dp(work) for work in plain)]


def adult_sized(records: int = 48_000, columns: int = 100) -> Dataset:
    """Random numbers of the size of the encoded Adult census; two classes by a noisy plane."""
    rng = np.random.default_rng(0)
    features = rng.random((records, columns), dtype=np.float32)
    plane = (features - 0.5) @ rng.standard_normal(columns) + rng.standard_normal(records)
    return Dataset(
        name="adult-sized",
        features=features,
        labels=(plane > 0).astype(np.int64),
        feature_names=tuple(map(str, range(columns))),
        label_names=("below", "above"),
        record_ids=np.arange(records),
    )


def _work(
    title: str,
    dataset: Dataset,
    kind: str,
    hidden: tuple[int, ...],
    batch_size: int,
    epochs: int,
    models: int = 64,
) -> Work:
    """One task without DP."""
    recipe = TrainingRecipe(
        architecture=Architecture(kind=kind, hidden=hidden),
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=1e-3,
    )
    return Work(title=f"{title}, {epochs} epochs", dataset=dataset, recipe=recipe, models=models)


def _with_dp(work: Work) -> Work:
    """The same by DP-SGD, over fewer epochs: its rivals are slow."""
    epochs = max(1, work.recipe.epochs // 5)
    private = DPSGDConfig(noise_multiplier=1.0)
    title = work.title.rsplit(",", 1)[0] + f", {epochs} epochs, DP-SGD"
    return replace(work, title=title, recipe=replace(work.recipe, epochs=epochs, privacy=private))
