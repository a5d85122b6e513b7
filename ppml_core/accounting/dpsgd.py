"""What a DP-SGD run spends: its schedule and the guarantee that follows from it."""

from __future__ import annotations

import math

from ppml_core import limits
from ppml_core._validate import in_range
from ppml_core.accounting import pld, rdp
from ppml_core.accounting.guarantee import PrivacyGuarantee


def schedule(n_train: int, batch_size: int, epochs: int) -> tuple[float, int]:
    """``(sample_rate, steps)`` of DP-SGD with Poisson sampling.

    An epoch is ``k = ceil(n_train / batch_size)`` steps; each record is in each
    batch with probability ``1 / k``, so an epoch expects every record once. The
    expected batch ``n_train / k`` is at most ``batch_size``.

    >>> schedule(1437, 64, 20)
    (0.043478260869565216, 460)
    """
    in_range("n_train", n_train, 1, limits.RECORDS)
    in_range("batch_size", batch_size, 1, limits.RECORDS)
    in_range("epochs", epochs, 1, limits.EPOCHS_MAX)
    per_epoch = math.ceil(n_train / batch_size)
    return 1 / per_epoch, epochs * per_epoch


def make_guarantee(
    noise_multiplier: float,
    max_grad_norm: float,
    n_train: int,
    batch_size: int,
    epochs: int,
    delta: float,
    caveats: tuple[str, ...] = (),
) -> PrivacyGuarantee:
    """The guarantee of one model trained by DP-SGD on ``n_train`` records.

    Adding or removing one record; epsilon from the PLD accountant, RDP's beside
    it. ``caveats`` are sentences that weaken the statement.
    Raises ``InvalidValue``.

    >>> guarantee = make_guarantee(1.0, 1.0, 1437, 64, 20, 1e-5)
    >>> guarantee.epsilon < guarantee.rdp_epsilon
    True
    """
    sample_rate, steps = schedule(n_train, batch_size, epochs)
    mechanism = (noise_multiplier, sample_rate, steps, delta)
    return PrivacyGuarantee(
        epsilon=pld.epsilon(*mechanism),
        rdp_epsilon=rdp.epsilon(*mechanism),
        delta=delta,
        noise_multiplier=noise_multiplier,
        max_grad_norm=max_grad_norm,
        sample_rate=sample_rate,
        steps=steps,
        caveats=caveats,
    )
