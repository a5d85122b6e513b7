"""The RDP accountant against its closed form."""

from __future__ import annotations

import logging
import math

import pytest

from ppml_core.accounting import rdp


@pytest.mark.parametrize(("sigma", "steps"), [(1.0, 1), (5.0, 100), (20.0, 1_000)])
def test_full_batches_equal_the_closed_form(sigma, steps):
    """RDP(alpha) = alpha T / (2 sigma^2), converted at the best order of a fine grid."""
    delta = 1e-5

    def converted(alpha: float) -> float:
        spent = alpha * steps / (2 * sigma**2)
        return spent + math.log1p(-1 / alpha) - math.log(delta * alpha) / (alpha - 1)

    best = min(converted(1 + k / 100) for k in range(5, 10_000))
    assert best <= rdp.epsilon(sigma, 1.0, steps, delta) <= best * 1.001


def test_orders_left_out_are_not_shouted_about(caplog):
    with caplog.at_level(logging.WARNING, logger="absl"):
        assert rdp.epsilon.__wrapped__(0.5, 0.1, 100, 1e-5) > 30
    assert caplog.records == []
