"""How often anyone can tell which of several candidates a training record was, at most.

An informed adversary knows the training algorithm, every other record, and that the
missing one is one of ``1 / kappa`` equally likely candidates. Whatever is released,
final weights or all iterates, names the right one with probability at most

    gamma <= inf_eps [ kappa e^eps + delta(eps) ],   eps of either sign,

where ``delta(eps)`` is the privacy profile of training with the record against training
without it: the adversary's guesses, run on a model without the record, are right with
probability ``kappa``, and the profile bounds what the record can add (Hayes, Mahloujifar
and Balle 2023, "Bounding training data reconstruction in DP-SGD", theorem 2; the
infimum is the Neyman-Pearson bound written with the profile).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from ppml_core import limits
from ppml_core._validate import in_range, open_unit
from ppml_core.accounting import pld
from ppml_core.accounting._settings import check_mechanism, check_settings

_NORMAL = NormalDist()
_COARSE, _FINE = 81, 33
"""Privacy losses at which the profile is read: overall, then around each minimum."""

_CERTAIN = 0.9995
"""A bound above this says nothing: not worth refining."""


def gaussian_bound(kappa: float, noise_multiplier: float, steps: int, *, copies: int = 1) -> float:
    """The bound for full-batch DP-GD: ``Phi(Phi^-1(kappa) + copies sqrt(steps) / sigma)``.

    The closed form (Hayes et al. 2023, section 3.3): ``steps`` Gaussian releases of a
    sum to which the secret adds at most ``copies`` clipping norms. ``copies`` above 1
    is for a person with that many records, all of them unknown. ``kappa`` in (0, 1) is
    the prior probability of each candidate. Between ``kappa`` and 1.

    >>> [round(gaussian_bound(0.5, sigma, 60), 3) for sigma in (4, 8, 32)]
    [0.974, 0.834, 0.596]
    """
    open_unit("kappa", kappa)
    shift = _shift(noise_multiplier, steps, copies)
    return _cdf(_NORMAL.inv_cdf(kappa) + shift)


def gaussian_epsilon(
    noise_multiplier: float, steps: int, delta: float, *, copies: int = 1
) -> float:
    """Exact epsilon of full-batch DP-GD at ``delta``; ``copies`` records of one person.

    Solves ``delta(eps) = Phi(m/2 - eps/m) - e^eps Phi(-m/2 - eps/m)`` with
    ``m = copies sqrt(steps) / sigma`` (Balle and Wang 2018, theorem 8) by bisection,
    and returns the upper end. Adding or removing all ``copies`` records at once.

    >>> round(gaussian_epsilon(4, 60, 1e-3), 2), round(gaussian_epsilon(4, 60, 1e-3, copies=2), 2)
    (7.27, 18.74)
    """
    check_mechanism(1.0, steps, delta)
    shift = _shift(noise_multiplier, steps, copies)
    low, high = 0.0, 1.0
    while _gaussian_profile(high, shift) > delta:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _gaussian_profile(middle, shift) > delta else (low, middle)
    return high


def mechanism_bounds(
    kappas: Sequence[float],
    noise_multiplier: float,
    sample_rate: float,
    steps: int,
    discretisation: float = pld.SEARCH,
) -> tuple[float, ...]:
    """The bound for DP-SGD as accounted: from its privacy loss distribution, one a kappa.

    ``kappas`` in (0, 1). ``sample_rate`` 1 is full-batch training and reproduces
    :func:`gaussian_bound`. The profile is read at finitely many epsilons and its
    discretisation is pessimistic, so every figure is valid, and at most 1.
    Raises ``InvalidValue``.

    >>> [round(bound, 3) for bound in mechanism_bounds([0.5, 0.1], 8.0, 1.0, 60)]
    [0.834, 0.377]
    """
    check_settings(noise_multiplier, sample_rate, steps, limits.DELTA_MIN)
    for kappa in kappas:
        open_unit("kappa", kappa)
    spent = pld.composed(noise_multiplier, sample_rate, steps, discretisation)
    shift = math.sqrt(steps) / noise_multiplier
    reach = shift * shift / 2 + 6 * shift
    coarse = np.linspace(-reach, reach, _COARSE)
    spacing = coarse[1] - coarse[0]
    delta = _profile(spent, coarse, steps)
    found = [float(np.min(kappa * np.exp(coarse) + delta)) for kappa in kappas]
    open_ones = [k for k, bound in zip(kappas, found, strict=True) if bound < _CERTAIN]
    if open_ones:
        middles = [coarse[int(np.argmin(k * np.exp(coarse) + delta))] for k in open_ones]
        around = np.linspace(-spacing, spacing, _FINE)
        fine = np.unique(np.add.outer(middles, around).round(12))
        delta = _profile(spent, fine, steps)
        best = [float(np.min(kappa * np.exp(fine) + delta)) for kappa in kappas]
        found = [min(pair) for pair in zip(found, best, strict=True)]
    return tuple(min(1.0, max(k, bound)) for k, bound in zip(kappas, found, strict=True))


def _profile(spent: pld.Composed, epsilons: np.ndarray, steps: int) -> np.ndarray:
    """``delta(eps)``, and what rounding may have misplaced."""
    found = np.asarray(spent.get_delta_for_epsilon(epsilons), dtype=np.float64)
    return found + pld.ROUNDING * steps


def _shift(noise_multiplier: float, steps: int, copies: int) -> float:
    """Distance of the two worlds in standard deviations of the noise."""
    in_range("noise_multiplier", noise_multiplier, limits.NOISE_MIN, limits.NOISE_MAX)
    in_range("steps", steps, 1, limits.STEPS_MAX)
    in_range("copies", copies, 1, limits.RECORDS)
    return copies * math.sqrt(steps) / noise_multiplier


def _cdf(x: float) -> float:
    """Of the standard normal, precise in the lower tail."""
    return math.erfc(-x / math.sqrt(2)) / 2


def _gaussian_profile(epsilon: float, shift: float) -> float:
    """``delta(eps)`` of two normals ``shift`` standard deviations apart, eps >= 0."""
    tail = _cdf(-shift / 2 - epsilon / shift)
    right = 0.0 if tail == 0 else math.exp(epsilon + math.log(tail))
    return _cdf(shift / 2 - epsilon / shift) - right
