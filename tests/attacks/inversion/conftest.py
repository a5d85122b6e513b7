"""Models whose inversion is known: linear ones, and ones trained on a few faces."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch

from ppml_core import TrainingRecipe, load_dataset
from ppml_core.attacks.inversion.stability import Wobble
from ppml_core.datasets.dataset import Dataset
from ppml_core.models.architecture import Architecture
from ppml_core.training.population import Population, train_population

Linear = Callable[..., Population]
Trained = Callable[..., Population]


def population(weights: np.ndarray, shape: tuple[int, ...], classes: int, kind: str) -> Population:
    """Models with given weights ``(M, P)``, as if trained."""
    m = len(weights)
    return Population(
        weights=weights.astype(np.float32),
        membership=np.ones((m, 1), dtype=bool),
        recipes=(TrainingRecipe(architecture=Architecture(kind=kind)),) * m,
        seeds=tuple(range(m)),
        noise_multipliers=(0.0,) * m,
        input_shape=shape,
        n_classes=classes,
    )


@pytest.fixture
def linear() -> Linear:
    """Softmax regressions from ``W (M, K, d)`` and ``b (M, K)``."""

    def make(W: np.ndarray, b: np.ndarray, shape: tuple[int, ...]) -> Population:
        weights = np.concatenate([W.reshape(len(W), -1), b], axis=1)
        return population(weights, shape, W.shape[1], "softmax")

    return make


@pytest.fixture
def random_models() -> Callable[..., Population]:
    """Untrained models of random weights, of any kind."""

    def make(models: int, shape: tuple[int, ...], classes: int, kind: str) -> Population:
        blank = population(np.zeros((1, 1)), shape, classes, kind)
        rng = np.random.default_rng(7)
        rows = [3 * blank.network.initial(rng) for _ in range(models)]
        return population(np.stack(rows), shape, classes, kind)

    return make


@cache
def all_faces() -> np.ndarray:
    """The 100 faces, 25 x 25."""
    data = load_dataset("faces")
    return data.features[data.labels == 1]


@pytest.fixture
def people() -> np.ndarray:
    """Twelve persons: six and another six."""
    return all_faces()[:12]


@pytest.fixture
def strangers() -> np.ndarray:
    """Sixty faces that no model is trained on."""
    return all_faces()[40:]


@pytest.fixture
def train_on() -> Trained:
    """One model a list of persons: class k is person k, in 12 slightly changed copies."""
    return trained_on


@cache
def _trained(kind: str, shown: tuple[tuple[int, ...], ...]) -> Population:
    copies, classes = 12, len(shown[0])
    faces = all_faces()[:12]
    changed = Wobble(faces.shape[1:], 5, copies)(torch.tensor(faces).flatten(1)).numpy()
    slots = [changed[list(persons)].reshape(-1, 25, 25) for persons in shown]
    features = np.concatenate(slots)
    labels = np.tile(np.repeat(np.arange(classes), copies), len(shown))
    owner = np.repeat(np.arange(len(shown)), classes * copies)
    data = Dataset(
        name="persons",
        features=features,
        labels=labels,
        feature_names=tuple(map(str, range(625))),
        label_names=tuple(map(str, range(classes))),
        record_ids=np.arange(len(labels)),
    )
    hidden = (64,) if kind == "mlp" else ()
    recipe = TrainingRecipe(architecture=Architecture(kind=kind, hidden=hidden), epochs=40)
    return train_population(data, owner == np.arange(len(shown))[:, None], recipe)


def trained_on(kind: str, *shown: tuple[int, ...]) -> Population:
    """See ``train_on``."""
    return _trained(kind, shown)
