"""The smallest noise whose certified epsilon does not exceed a target."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from ppml_core import limits
from ppml_core._validate import in_range
from ppml_core.accounting import pld, rdp
from ppml_core.accounting._settings import check_mechanism
from ppml_core.errors import CalibrationFailed

_ROOT_TOLERANCE = 1e-4
"""Of log sigma: 0.01 % of the noise."""


@lru_cache(maxsize=1024)
def noise_multiplier_for(
    target_epsilon: float, *, sample_rate: float, steps: int, delta: float
) -> float:
    """Noise multiplier with ``pld.epsilon(...) <= target_epsilon``, within about 0.1 %.

    Brent's method on log sigma against the PLD accountant, from the RDP
    accountant's sigma as the upper end; the result is certified at the fine
    discretisation and never overshoots the target. Where even
    ``limits.NOISE_MIN`` keeps the target, ``limits.NOISE_MIN`` is returned.

    Raises ``CalibrationFailed`` when ``limits.NOISE_MAX`` does not reach the
    target, ``InvalidValue`` for arguments out of range.

    >>> sigma = noise_multiplier_for(3.0, sample_rate=0.05, steps=400, delta=1e-5)
    >>> 2.9 < pld.epsilon(sigma, 0.05, 400, 1e-5) <= 3.0
    True
    """
    in_range("epsilon", target_epsilon, limits.EPSILON_MIN, limits.EPSILON_MAX)
    check_mechanism(sample_rate, steps, delta)

    def excess_rdp(sigma: float) -> float:
        return rdp.epsilon(sigma, sample_rate, steps, delta) - target_epsilon

    def excess(sigma: float) -> float:
        return pld.epsilon(sigma, sample_rate, steps, delta, pld.SEARCH) - target_epsilon

    high = _rdp_bracket(excess_rdp)
    if excess(high) > 0:
        high = _widen(excess, high)
    low = _lower_end(excess, high)
    # At NOISE_MIN even the lower end may keep the target: then there is no root between.
    sigma = low if excess(low) <= 0 else _root(excess, low, high, _ROOT_TOLERANCE)
    return _certified(sigma, target_epsilon, (sample_rate, steps, delta))


def _root(excess: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """Where ``excess`` crosses zero, by Brent's method on log sigma."""
    from scipy.optimize import brentq

    log_sigma = brentq(
        lambda x: excess(_clamped(math.exp(x))), math.log(low), math.log(high), xtol=tolerance
    )
    return _clamped(math.exp(log_sigma))


def _rdp_bracket(excess: Callable[[float], float]) -> float:
    """A noise that RDP says is enough (roughly its smallest), or an end of the range."""
    low, high = limits.NOISE_MIN, limits.NOISE_MAX
    if not excess(high) < 0:
        return high
    if not excess(low) > 0:
        return low
    return _clamped(_root(excess, low, high, 0.02) * 1.02)


def _widen(excess: Callable[[float], float], high: float) -> float:
    """Double the noise until the PLD accountant is satisfied (rarely needed)."""
    while excess(high) > 0:
        if high >= limits.NOISE_MAX:
            raise CalibrationFailed(
                f"No noise multiplier up to {limits.NOISE_MAX:g} reaches this epsilon. "
                "Ask for a larger epsilon, fewer epochs or smaller batches."
            )
        high = _clamped(2 * high)
    return high


def _lower_end(excess: Callable[[float], float], high: float) -> float:
    """A noise below ``high`` that is too small; ``NOISE_MIN`` where none is."""
    low = high
    while low > limits.NOISE_MIN:
        low = _clamped(0.75 * low)
        if excess(low) > 0:
            return low
    return low


def _certified(sigma: float, target: float, mechanism: tuple[float, int, float]) -> float:
    """The first of ever larger noises whose fine epsilon keeps the target."""
    step = _ROOT_TOLERANCE
    while pld.epsilon(sigma, *mechanism) > target:
        if sigma >= limits.NOISE_MAX:
            raise CalibrationFailed(
                f"No noise multiplier up to {limits.NOISE_MAX:g} is certified for this epsilon."
            )
        sigma = _clamped(sigma * (1 + step))
        step *= 2
    return sigma


def _clamped(sigma: float) -> float:
    """Inside the accepted range."""
    return min(max(sigma, limits.NOISE_MIN), limits.NOISE_MAX)
