"""Corrections for having looked more than once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def bonferroni(p_values: Sequence[float]) -> float:
    """One p-value for "any of these": the smallest times how many there are, at most 1.

    >>> bonferroni([0.01, 0.5, 0.9])
    0.03
    """
    return float(min(1.0, min(p_values) * len(p_values)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the given order (Holm 1979): family-wise error is kept.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    factors = len(p_values) - np.arange(len(p_values))
    raised = np.minimum(np.maximum.accumulate(np.asarray(p_values)[order] * factors), 1.0)
    adjusted = np.empty(len(p_values))
    adjusted[order] = raised
    return [float(p) for p in adjusted]
