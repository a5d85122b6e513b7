"""What a mechanism itself leaves to a membership test: its trade-off curve. numpy only.

(epsilon, delta) is one line above this curve; the curve is below the line everywhere but at
one point, and far below for an attack that looks for an advantage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppml_core._validate import not_empty, same_length
from ppml_core.errors import InvalidValue

ADD_OR_REMOVE, REPLACE = "add-or-remove-one", "replace-one"
"""Two data sets are neighbours if one has a record more; or if one record is another."""


@dataclass(frozen=True)
class TradeOff:
    """Upper bound of the TPR at every FPR: ``min_k e^epsilons[k] FPR + deltas[k]``, at most 1.

    Every pair is a point of the mechanism's privacy profile ``delta(epsilon)``, epsilons of
    either sign, so that each line bounds every test (Balle et al. 2020, "Hypothesis testing
    interpretations and Renyi differential privacy"; Dong, Roth and Su 2022, proposition 2.13).
    ``adjacency`` says between which neighbours. Epsilons rise and contain 0.

    >>> curve = TradeOff("replace-one", (-1.0, 0.0, 1.0), (0.7, 0.2, 0.01))
    >>> curve.max_tpr([0.0, 0.1, 1.0]).round(3).tolist()
    [0.01, 0.282, 1.0]
    """

    adjacency: str
    epsilons: tuple[float, ...]
    deltas: tuple[float, ...]

    def __post_init__(self) -> None:
        not_empty("epsilons", self.epsilons)
        same_length(epsilons=self.epsilons, deltas=self.deltas)
        if 0.0 not in self.epsilons:
            raise InvalidValue("epsilons", "with 0 among them", self.epsilons)

    def max_tpr(self, fpr: ArrayLike) -> NDArray[np.float64]:
        """Largest true-positive rate at false-positive rates in [0, 1]; the same shape."""
        rates = np.asarray(fpr, dtype=np.float64)
        if not np.all((rates >= 0) & (rates <= 1)):
            raise InvalidValue("fpr", "in [0, 1]", fpr)
        slopes, offsets = np.exp(np.array(self.epsilons)), np.array(self.deltas)
        return np.asarray(np.minimum((rates[..., None] * slopes + offsets).min(axis=-1), 1.0))

    @property
    def max_advantage(self) -> float:
        """Largest ``TPR - FPR``: delta at epsilon 0, the total variation."""
        return min(1.0, self.deltas[self.epsilons.index(0.0)])

    def tangent(self, fpr: float) -> tuple[float, float]:
        """(epsilon, delta) of the line that bounds the TPR at this FPR."""
        lines = np.exp(np.array(self.epsilons)) * fpr + np.array(self.deltas)
        place = int(np.argmin(lines))
        return self.epsilons[place], self.deltas[place]


def curve_for(curves: Sequence[TradeOff], adjacency: str) -> TradeOff | None:
    """The one between these neighbours, if there is one."""
    return next((curve for curve in curves if curve.adjacency == adjacency), None)
