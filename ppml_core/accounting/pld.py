"""Privacy loss distributions: the accountant whose epsilon is reported.

The loss of one Poisson-sampled Gaussian step is discretised pessimistically
("connect the dots": Doroshenko et al. 2022, Algorithm 1) and convolved with
itself by FFT (Koskela et al. 2020; dp-accounting). Every figure is a valid upper
bound whatever the discretisation; a finer one is tighter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from ppml_core.accounting import rdp
from ppml_core.accounting._settings import check_settings
from ppml_core.errors import InvalidValue

CERTIFY = 1e-4
"""Discretisation of the privacy loss for figures that are reported."""

SEARCH = 1e-3
"""Discretisation while searching for a noise multiplier: ten times faster."""

MAX_BINS = 2_000_000
"""Most points of a composed distribution (a few hundred megabytes at the peak).

At a noise multiplier of 0.05 the fine grid would need hundreds of millions.
"""

ROUNDING = 5e-17
"""What a step may add to the mass that rounding in the FFT misplaces, so to delta.

Observed are 3e-17 to 5e-17 a step at sample rate 1, where the exact value is known:
nothing at a delta of 1e-5, half of a delta of 1e-10 after a million steps.
"""

_STEP_BINS = 100_000
"""Most points of one step's distribution: more are slow and change the sixth digit."""

_TAIL_LOG_MASS = -35.3
"""Log of the mass dp-accounting may cut from the tails of a convolution (1e-15, halved)."""


@lru_cache(maxsize=4096)
def epsilon(
    noise_multiplier: float,
    sample_rate: float,
    steps: int,
    delta: float,
    discretisation: float = CERTIFY,
) -> float:
    """Epsilon of ``steps`` Poisson-sampled Gaussian steps; adding or removing one record.

    ``noise_multiplier`` is the noise's standard deviation over the clipping
    norm, ``sample_rate`` in (0, 1] each record's chance to be in a step's batch.
    ``discretisation`` is the wanted grid of the privacy loss: made finer where
    a step's loss is smaller than that, coarser where memory would run out (see
    :func:`_width`). Returns an upper bound: what rounding may misplace (``ROUNDING``)
    is taken off ``delta`` first. Beyond about 700, where exp(epsilon) overflows, it is
    RDP's bound. Raises ``InvalidValue``, also for more steps than ``delta`` has room for.

    >>> round(epsilon(1.3, 256 / 60_000, 3_516, 1e-5), 3)  # MNIST, 15 epochs
    0.865
    """
    check_settings(noise_multiplier, sample_rate, steps, delta)
    if not delta > ROUNDING * steps:
        raise InvalidValue("delta", f"> {ROUNDING * steps:g} for {steps} steps", delta)
    spent = composed(noise_multiplier, sample_rate, steps, discretisation)
    with np.errstate(over="ignore"):
        found = float(spent.get_epsilon_for_delta(delta - ROUNDING * steps))
    if not np.isfinite(found):
        return rdp.epsilon(noise_multiplier, sample_rate, steps, delta)
    return max(0.0, found)


class Composed(Protocol):
    """The privacy loss distribution of a whole training, read either way."""

    def get_epsilon_for_delta(self, delta: float) -> float:
        """Smallest epsilon."""

    def get_delta_for_epsilon(self, epsilon: np.ndarray) -> Sequence[float]:
        """Smallest delta for each of ascending epsilons, of either sign."""


def composed(
    noise_multiplier: float, sample_rate: float, steps: int, discretisation: float = CERTIFY
) -> Composed:
    """The distribution behind :func:`epsilon`; the arguments are its own, unchecked."""
    from dp_accounting.pld import privacy_loss_distribution

    step = privacy_loss_distribution.from_gaussian_mechanism(
        standard_deviation=noise_multiplier,
        value_discretization_interval=_width(noise_multiplier, sample_rate, steps, discretisation),
        sampling_prob=sample_rate,
    )
    found: Composed = step.self_compose(steps)
    return found


def _width(sigma: float, sample_rate: float, steps: int, wanted: float) -> float:
    """The wanted discretisation, moved to where accuracy, memory and time are bounded."""
    grid = np.linspace(-10 * sigma, 1 + 10 * sigma, 2001)
    shift = (grid - 0.5) / sigma**2
    with np.errstate(divide="ignore"):  # sample_rate 1: log1p(-1) = -inf is meant
        loss = np.logaddexp(np.log1p(-sample_rate), np.log(sample_rate) + shift)
    log_null = -0.5 * (grid / sigma) ** 2
    span = max(_chernoff_span(loss, log_null + loss, steps), _chernoff_span(-loss, log_null, steps))
    deviation = float(np.sqrt(np.average(loss**2, weights=np.exp(log_null))))
    coarse = max(span / MAX_BINS, float(np.ptp(loss)) / _STEP_BINS)
    return max(coarse, min(wanted, deviation / 4))


def _chernoff_span(loss: np.ndarray, log_density: np.ndarray, steps: int) -> float:
    """Length between Chernoff's upper and lower bound on a sum of ``steps`` losses."""
    from scipy.special import logsumexp

    order = np.arange(1, 21)[:, None] / np.ptp(loss)  # dp-accounting's choice of orders
    log_density = log_density - logsumexp(log_density)
    up = steps * logsumexp(order * loss + log_density, axis=1) - _TAIL_LOG_MASS
    down = steps * logsumexp(-order * loss + log_density, axis=1) - _TAIL_LOG_MASS
    span = float(np.min(up / order[:, 0]) + np.min(down / order[:, 0]))
    return min(span, steps * float(np.ptp(loss)))
