"""What training a group needed is let go when the group is done, not when Python looks around."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
import torch

from ppml_core.datasets.catalogue import load_dataset
from ppml_core.models.architecture import Architecture
from ppml_core.training.membership import balanced_membership
from ppml_core.training.population import train_population
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Python's search for circles of objects is off."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def tensors() -> int:
    """How many are alive."""
    return sum(type(found) is torch.Tensor for found in gc.get_objects())


@pytest.mark.parametrize("privacy", [None, DPSGDConfig(noise_multiplier=1.0)], ids=["plain", "dp"])
@pytest.mark.parametrize(
    "architecture",
    [
        Architecture(kind="softmax"),
        Architecture(hidden=(5,)),
        Architecture(kind="cnn", hidden=(2, 3)),
    ],
    ids=lambda a: a.kind,
)
@pytest.mark.usefixtures("no_collection")
def test_no_tensor_outlives_its_group(architecture, privacy):
    data = load_dataset("digits")
    recipe = TrainingRecipe(architecture=architecture, epochs=1, privacy=privacy)
    membership = balanced_membership(len(data), 200, 4, seed=0)
    train_population(data, membership[:1], recipe)
    before = tensors()
    train_population(data, membership, recipe, group_size=2)
    assert tensors() == before
