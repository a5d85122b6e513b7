"""Noise of many models: their own streams, whoever draws them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ppml_core.training import noise
from ppml_core.training.draws import ModelDraws

MULTIPLIERS = np.array([1.0, 0.0, 2.0, 1.0])


def drawn(steps: int) -> torch.Tensor:
    """A few steps of noise of four models, ``(steps, 4, 50)``."""
    source = noise.Noise([ModelDraws(seed, 10) for seed in range(4)], MULTIPLIERS, 50)
    return torch.stack([source.draw().clone() for _ in range(steps)])


@pytest.mark.parametrize("threads", [1, 2])
def test_every_model_draws_its_own_whichever_thread_draws(monkeypatch, threads):
    monkeypatch.setattr(noise, "SHARED_NORMALS", 1)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    found = drawn(3)
    torch.set_num_threads(before)
    for model, seed in enumerate(range(4)):
        alone, row = ModelDraws(seed, 10), torch.empty(50)
        for step in found:
            alone.noise_into(row)
            assert torch.equal(step[model], row if MULTIPLIERS[model] else torch.zeros(50))
