"""Which models a target is compared with, and sums over them for all targets at once.

The target never is its own reference. Where the population holds the target's
complement (the model trained on exactly the other records), that one is left
out too: a record then has as many IN and OUT reference models whether or not
the target was trained on it, and the counts themselves betray nothing. Without
this, scores of a balanced population lean away from the truth when nothing leaks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core.attacks.membership.signals import Signals
from ppml_core.errors import AttackNotApplicable


@dataclass(frozen=True, kw_only=True, eq=False)
class References:
    """``use[t, m]``: model m is a reference when t is the target. Float64 for products."""

    use: np.ndarray

    def sums(self, values: np.ndarray) -> np.ndarray:
        """``(T, n)`` sums over each target's references of ``values`` ``(M, n)``.

        Summed afresh rather than by taking one's own value off the total,
        which would leave rounding noise where the own value is the largest.
        """
        return np.asarray(self.use @ values)


def references(membership: np.ndarray) -> References:
    """All models but the target and its complement; ``membership`` is bool ``(M, n)``."""
    use = 1.0 - np.eye(len(membership))
    waiting: dict[bytes, list[int]] = {}
    packed, complement = np.packbits(membership, axis=1), np.packbits(~membership, axis=1)
    for index in range(len(membership)):
        partners = waiting.get(complement[index].tobytes())
        if partners:
            other = partners.pop(0)
            use[index, other] = use[other, index] = 0.0
        else:
            waiting.setdefault(packed[index].tobytes(), []).append(index)
    return References(use=use)


def require(counts: np.ndarray, needed: int, side: str, signals: Signals, attack: str) -> None:
    """Raise ``AttackNotApplicable`` unless every target has enough references for every record."""
    least = counts.min()
    if least >= needed:
        return
    target, column = np.unravel_index(int(np.argmin(counts)), counts.shape)
    raise AttackNotApplicable(
        f"{attack} needs at least {needed} reference models {side} for every record; "
        f"record {signals.record_ids[column]} has {int(least)} when model {target} is the target "
        f"({signals.models} models in all). Train more shadow models."
    )
