"""Attack results and summaries to judge."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.attacks.membership.signals import Signals

MakeResult = Callable[..., MembershipResult]


@pytest.fixture
def make_result() -> MakeResult:
    """Gaussian scores, members shifted by ``shift``; records and targets may have effects."""

    def make(
        targets: int = 8,
        records: int = 400,
        *,
        shift: float = 0.0,
        by_record: float = 0.0,
        seed: int = 0,
    ) -> MembershipResult:
        rng = np.random.default_rng(seed)
        half = rng.random(((targets + 1) // 2, records)) < 0.5
        membership = np.concatenate([half, ~half])[:targets]
        scores = rng.normal(size=membership.shape) + rng.normal(0, by_record, records)
        return MembershipResult(
            name="lira",
            scores=scores + shift * membership,
            membership=membership,
            record_ids=np.arange(records),
        )

    return make


@pytest.fixture
def make_signals() -> Callable[..., Signals]:
    """A population with complementary memberships; ``leak=0`` leaks nothing."""

    def make(models: int = 16, records: int = 300, *, leak: float = 0.0, seed: int = 0) -> Signals:
        rng = np.random.default_rng(seed)
        half = rng.random((models // 2, records)) < 0.5
        membership = np.concatenate([half, ~half])
        gain = leak * rng.exponential(1.0, records)
        noise = rng.normal(size=membership.shape) * rng.gamma(4, 0.25, records)
        return Signals(
            phi=rng.normal(3, 2, records) + noise + gain * membership,
            membership=membership,
            record_ids=np.arange(records),
            population_phi=rng.normal(3, 2, 60) + rng.normal(size=(models, 60)),
        )

    return make
