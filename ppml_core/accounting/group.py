"""Group privacy: what a guarantee for one record says about several of one person."""

from __future__ import annotations

import math

from ppml_core._validate import non_negative, open_unit, positive

_EXP_MAX = 700.0


def group_privacy(epsilon: float, delta: float, records: int) -> tuple[float, float | None]:
    """(epsilon, delta) for ``records`` records together.

    If a mechanism is (eps, delta)-DP for one record it is
    ``(k eps, delta (e^(k eps) - 1) / (e^eps - 1))``-DP for k of them (Vadhan 2017,
    "The Complexity of Differential Privacy", lemma 2.2). The second is None where the
    lemma gives 1 or more: then it guarantees nothing. Raises ``InvalidValue``.

    >>> group_privacy(0.5, 1e-5, 1)
    (0.5, 1e-05)
    >>> group_privacy(8.0, 1e-5, 7)
    (56.0, None)
    """
    non_negative("epsilon", epsilon)
    open_unit("delta", delta)
    positive("records", records)
    total = records * epsilon
    if total > _EXP_MAX:
        return total, None
    factor = math.expm1(total) / math.expm1(epsilon) if epsilon > 0 else float(records)
    grown = delta * factor
    return total, grown if grown < 1 else None
