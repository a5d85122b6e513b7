"""The trade-off curves of DP-SGD, from its privacy loss distribution."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from ppml_core import limits
from ppml_core._validate import in_range
from ppml_core.accounting import pld
from ppml_core.accounting._settings import check_settings
from ppml_core.accounting.tradeoff import ADD_OR_REMOVE, REPLACE, TradeOff

_COARSE, _FINE = 28, 28
"""Positive epsilons at which a profile is read: to see where it falls, and there. With their
negatives the lines are within 1 or 2 % of a rate."""

_DISCRETISATION = 2e-3
"""Of the privacy loss. Any is valid; reading a profile takes as long as it has points."""

_LOSS_MAX = 300.0
"""Privacy losses beyond this bound nothing, and e^600 can still be computed."""

_DIGITS = 1e9
"""Lines are kept to this precision, rounded up."""

_LOW = np.geomspace(1e-5, 0.5, 24)
_RATES = np.concatenate([_LOW, 1 - _LOW[-2::-1]])
"""False-positive rates at which the kept lines touch the curve."""


@lru_cache(maxsize=1024)
def trade_offs(
    noise_multiplier: float, sample_rate: float, steps: int, *, records: int = 1
) -> tuple[TradeOff, TradeOff]:
    """Curves of ``steps`` Poisson-sampled Gaussian steps: add-or-remove-one, and replace-one.

    The first is read off the privacy loss distribution. The second is its composition:
    replacing a record is removing it and adding another, so
    ``R_replace(f) <= R_remove(R_add(f))`` for the largest TPRs R at FPR f (Dong, Roth and
    Su 2022, theorem 2.14). That is proven for gradients of any directions, exact at sample
    rate 1 (``Phi(Phi^-1(f) + 2 mu)``), and elsewhere a little above the curve of the pair
    that is thought to be the worst. ``records`` above 1: so many records of one person are
    added, removed or replaced together. Every line is a valid upper bound whatever was
    read. Raises ``InvalidValue``.

    >>> add, replace = trade_offs(20.434, 1.0, 30)  # epsilon 1 at delta 1e-5
    >>> round(add.max_advantage, 3), round(replace.max_advantage, 3)
    (0.107, 0.213)
    """
    check_settings(noise_multiplier, sample_rate, steps, limits.DELTA_MIN)
    in_range("records", records, 1, limits.RECORDS)
    spent = pld.composed(noise_multiplier, sample_rate, steps, _DISCRETISATION)
    epsilons = _worth_reading(spent)
    removing, adding = (_read(spent, way, epsilons, steps) for way in ("_pmf_remove", "_pmf_add"))
    either = epsilons, np.maximum(removing[1], adding[1])
    replacing = _composed(_power(removing, records), _power(adding, records))
    return _kept(ADD_OR_REMOVE, _power(either, records)), _kept(REPLACE, replacing)


Lines = tuple[np.ndarray, np.ndarray]
"""Epsilons and deltas of lines ``TPR <= e^epsilon FPR + delta``."""


def _worth_reading(spent: pld.Composed) -> np.ndarray:
    """Epsilons of either sign where the profile falls, ascending."""
    coarse = np.append(0.0, np.geomspace(1e-3, _LOSS_MAX, _COARSE))
    falls = np.asarray(spent.get_delta_for_epsilon(coarse), dtype=np.float64)
    first = coarse[max(int(np.searchsorted(-falls, -0.99 * falls[0])) - 1, 0)]
    last = coarse[min(int(np.searchsorted(-falls, -1e-7)), _COARSE)]
    fine = np.linspace(first, last, _FINE + 1)[1:].round(9)
    return np.concatenate([-fine[::-1], [0.0], fine])


def _read(spent: pld.Composed, way: str, epsilons: np.ndarray, steps: int) -> Lines:
    """The profile of removing, or of adding; where it is not to be had, the larger of both."""
    profile = getattr(spent, way, spent)
    found = np.asarray(profile.get_delta_for_epsilon(epsilons), dtype=np.float64)
    return epsilons, np.minimum(found + pld.ROUNDING * steps, 1.0)


def _power(one: Lines, records: int) -> Lines:
    """The lines of ``records`` neighbours in a row, by squaring."""
    result, factor = None, one
    while records:
        if records & 1:
            result = factor if result is None else _composed(result, factor)
        factor, records = _composed(factor, factor), records // 2
    assert result is not None
    return result


def _composed(outer: Lines, inner: Lines) -> Lines:
    """Lines above ``outer(inner(f))``: one for each two, of which those that touch are kept."""
    epsilons = np.add.outer(outer[0], inner[0])
    with np.errstate(over="ignore"):
        deltas = np.exp(outer[0])[:, None] * inner[1] + outer[1][:, None]
    # The best line of slope 1 stands for the advantage; slopes elsewhere differ anyway.
    flat = int(np.argmin(np.where(np.abs(epsilons) < 1e-9, deltas, np.inf)))
    epsilons, deltas = epsilons.ravel(), deltas.ravel()
    epsilons[flat] = 0.0
    inside = (np.abs(epsilons) <= _LOSS_MAX) & (np.isfinite(deltas))
    return _touching(epsilons[inside], deltas[inside])


def _touching(epsilons: np.ndarray, deltas: np.ndarray) -> Lines:
    """The lines that are lowest somewhere on ``_RATES``, and the best of slope 1."""
    at = np.exp(epsilons) * _RATES[:, None] + deltas
    flat = np.flatnonzero(epsilons == 0.0)
    best = flat[np.argmin(deltas[flat])]
    kept = np.unique(np.append(np.argmin(at, axis=1), best))
    order = kept[np.argsort(epsilons[kept], kind="stable")]
    return epsilons[order], deltas[order]


def _kept(adjacency: str, lines: Lines) -> TradeOff:
    """As a report has them: both numbers rounded up, which loosens a line and never tightens it."""
    epsilons, deltas = _touching(*lines)
    return TradeOff(
        adjacency,
        tuple(math.ceil(e * _DIGITS) / _DIGITS for e in epsilons.tolist()),
        tuple(math.ceil(d * _DIGITS) / _DIGITS for d in deltas.tolist()),
    )
