"""What (epsilon, delta)-DP promises about any membership test. numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppml_core.errors import InvalidValue

_EXP_MAX = 700.0
"""exp above this overflows; a larger epsilon changes nothing by then."""


def max_tpr(fpr: ArrayLike, epsilon: ArrayLike, delta: ArrayLike) -> NDArray[np.float64]:
    """Largest true-positive rate at ``fpr`` against an (epsilon, delta)-DP mechanism.

    ``min(e^eps f + delta, 1 - e^-eps (1 - delta - f), 1)`` (Kairouz, Oh and
    Viswanath 2015, theorem 2.1). Rates and delta are fractions in [0, 1],
    epsilon >= 0 (infinity allowed); the arguments broadcast.

    >>> max_tpr([0.0, 0.01, 1.0], 1.0, 1e-5).round(4).tolist()
    [0.0, 0.0272, 1.0]
    """
    f = _fraction("fpr", fpr)
    eps, d = _epsilon(epsilon), _fraction("delta", delta)
    steep = np.where(np.isposinf(np.asarray(epsilon, dtype=np.float64)), 1.0, np.exp(eps) * f + d)
    flat = 1 - np.exp(-eps) * (1 - d - f)
    return np.minimum(np.minimum(steep, flat), 1.0)


def max_advantage(epsilon: ArrayLike, delta: ArrayLike) -> NDArray[np.float64]:
    """Largest ``TPR - FPR`` of any test: ``(e^eps - 1 + 2 delta) / (e^eps + 1)``.

    The maximum of ``max_tpr(f) - f`` over f (same source). Written with tanh,
    so that it neither overflows nor cancels.

    >>> float(max_advantage(1.0, 0.0).round(4))
    0.4621
    """
    eps, d = _epsilon(epsilon), _fraction("delta", delta)
    decay = np.exp(-eps)
    return np.asarray(np.tanh(eps / 2) + 2 * d * decay / (1 + decay))


def max_auc(epsilon: ArrayLike, delta: ArrayLike) -> NDArray[np.float64]:
    """Largest area under the ROC curve of any test: the area under :func:`max_tpr`.

    That curve is piecewise linear with knots at ``f`` = 0, ``(1 - delta) / (1 + e^eps)``
    and ``1 - delta`` (it is symmetric about ``TPR = 1 - f``), so three trapezoids are
    the exact area.

    >>> max_auc([0.0, np.log(3.0), np.inf], 0.0).round(6).tolist()
    [0.5, 0.75, 1.0]
    """
    eps, d = _epsilon(epsilon), _fraction("delta", delta)
    decay = np.exp(-eps)
    knot = (1 - d) * decay / (1 + decay)
    return np.asarray(knot * (d + 1 - knot) / 2 + (1 - d - knot) * (2 - knot) / 2 + d)


def _epsilon(value: ArrayLike) -> NDArray[np.float64]:
    """Non-negative, and no larger than exp can take."""
    array = np.asarray(value, dtype=np.float64)
    if not np.all(array >= 0):
        raise InvalidValue("epsilon", ">= 0", value)
    return np.minimum(array, _EXP_MAX)


def _fraction(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """Within [0, 1]."""
    array = np.asarray(value, dtype=np.float64)
    if not np.all((array >= 0) & (array <= 1)):
        raise InvalidValue(name, "in [0, 1]", value)
    return array
