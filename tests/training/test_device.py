"""Where a population is trained."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ppml_core.errors import InvalidValue
from ppml_core.training.device import training_device
from ppml_core.training.population import train_population
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

HALVES = np.arange(90) % 2 == np.array([[0], [1]])


def test_the_processor_where_there_is_no_gpu(monkeypatch):
    monkeypatch.delenv("PPML_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert training_device() == torch.device("cpu")


@pytest.mark.parametrize("name", ["cuda:77", "toaster"])
def test_a_device_that_is_not_there_is_named(monkeypatch, name):
    monkeypatch.setenv("PPML_DEVICE", name)
    with pytest.raises(InvalidValue, match=f"Expected PPML_DEVICE a device .* {name!r}"):
        training_device()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="No GPU on this machine")
@pytest.mark.parametrize("privacy", [None, DPSGDConfig(noise_multiplier=1.0)], ids=("plain", "dp"))
def test_a_gpu_gives_the_same_models(monkeypatch, blobs, privacy):
    recipe = TrainingRecipe(epochs=3, batch_size=16, privacy=privacy)
    trained = []
    for name in ("cpu", "cuda"):
        monkeypatch.setenv("PPML_DEVICE", name)
        trained.append(train_population(blobs, HALVES, recipe).weights)
    np.testing.assert_allclose(*trained, rtol=1e-3, atol=1e-4)
