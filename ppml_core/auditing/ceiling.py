"""How much an audit of this size could show at best."""

from __future__ import annotations

import math

from ppml_core._validate import in_range, open_unit, positive


def epsilon_ceiling(
    n_members: int, n_nonmembers: int, *, delta: float = 0.0, confidence: float = 0.95
) -> float:
    """Largest epsilon that a flawless attack on so many records could certify.

    All members found and no non-member accused still leaves Clopper-Pearson
    bounds ``TPR >= a^(1/n_members)`` and ``FPR <= 1 - a^(1/n_nonmembers)``, with
    ``a = (1 - confidence) / 2`` each; (epsilon, delta)-DP needs
    ``TPR <= e^epsilon FPR + delta``. Counts are distinct records. Never negative.

    >>> round(epsilon_ceiling(500, 500), 2)
    4.91
    """
    positive("n_members", n_members)
    positive("n_nonmembers", n_nonmembers)
    in_range("delta", delta, 0.0, 1.0)
    tail = math.log((1 - open_unit("confidence", confidence)) / 2)
    tpr, fpr = math.exp(tail / n_members), -math.expm1(tail / n_nonmembers)
    return max(0.0, math.log((tpr - delta) / fpr)) if tpr > delta else 0.0
