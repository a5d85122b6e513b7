"""A synthetic population whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ppml_core.attacks.membership.signals import Signals

MakeSignals = Callable[..., Signals]


def complementary(models: int, records: int, rng: np.random.Generator) -> np.ndarray:
    """Pairs of complementary random memberships."""
    half = rng.random((models // 2, records)) < 0.5
    return np.concatenate([half, ~half])


@pytest.fixture
def make_signals() -> MakeSignals:
    """Records differ in how easy they are and in how much training on them helps."""

    def make(
        models: int = 16, records: int = 60, *, leak: float = 1.0, seed: int = 0, z: int = 40
    ) -> Signals:
        rng = np.random.default_rng(seed)
        membership = complementary(models, records, rng)
        easy = rng.normal(2, 2, records)
        gain = leak * rng.exponential(1.0, records)
        return Signals(
            phi=easy + rng.normal(size=membership.shape) + gain * membership,
            membership=membership,
            record_ids=rng.permutation(10 * records)[:records],
            population_phi=rng.normal(2, 2, z) + rng.normal(size=(models, z)),
        )

    return make
