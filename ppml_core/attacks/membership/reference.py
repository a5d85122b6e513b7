"""Which models a target is compared with, and sums over them for all targets at once.

The target never is its own reference. One model more is left out for each
record where the design fixes how many models are trained on it (halves, balanced
designs): then a record that the target was trained on would have one IN model
less and one OUT model more than otherwise, and the counts alone would betray the
truth, in the wrong direction (at 16 models an AUC of 0.493 where nothing leaks).
So a model of the opposite kind is left out too, and every record has the same
counts whether or not the target was trained on it: the target's complement (the
model trained on the other records) where there is one, else the next model in turn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ppml_core.attacks.membership.signals import Signals
from ppml_core.errors import AttackNotApplicable

NEAR_COMPLEMENT = 0.1
"""Two models that agree on fewer than this share of the records count as complements."""


@dataclass(frozen=True, kw_only=True, eq=False)
class References:
    """``use[t, m]``: model m is a reference when t is the target (0.0 or 1.0).

    ``dropped[t, i]``: the model also left out for record i, or None for no drops.
    """

    use: np.ndarray
    dropped: np.ndarray | None

    def sums(self, values: np.ndarray) -> np.ndarray:
        """``(T, n)``: ``values`` ``(M, n)`` of audited records, summed over the references."""
        total = self.use @ values
        if self.dropped is not None:
            total -= np.take_along_axis(values, self.dropped, axis=0)
        return np.asarray(total)

    def means_elsewhere(self, values: np.ndarray) -> np.ndarray:
        """``(T, z)``: mean over all models but the target, on records no model was trained on."""
        return np.asarray(self.use @ values / self.use.sum(axis=1, keepdims=True))


def references(membership: np.ndarray) -> References:
    """For every model as the target; ``membership`` is bool ``(M, n)``."""
    use = 1.0 - np.eye(len(membership))
    trained_on = membership.sum(axis=0)
    if len(membership) < 2 or trained_on.max() - trained_on.min() > 1:
        return References(use=use, dropped=None)
    partner, agreement = _partners(membership)
    if (agreement == 0).all():
        use[np.arange(len(use)), partner] = 0.0
        return References(use=use, dropped=None)
    opposite = membership != membership[partner]
    # Near-complements (sizes that are not exact halves) differ on nearly all records.
    opposite &= (agreement < NEAR_COMPLEMENT)[:, None]
    dropped = np.where(opposite, partner[:, None], _next_opposite(membership))
    return References(use=use, dropped=dropped)


def require(
    counts: np.ndarray,
    needed: int,
    side: str,
    signals: Signals,
    attack: str,
    *,
    both: bool = False,
) -> None:
    """Raise ``AttackNotApplicable`` unless every target has enough references for every record.

    ``both``: the attack needs as many on the other side too, and the advice has to serve it.
    """
    least = int(counts.min())
    if least >= needed:
        return
    column = int(counts.min(axis=0).argmin())
    inside = both or not side.startswith("not")
    outside = both or side.startswith("not")
    share = _share(signals)
    enough = max(signals.models + 1, enough_models(share, needed, inside=inside, outside=outside))
    raise AttackNotApplicable(
        f"{attack} needs for each record at least {needed} other model{'s' * (needed > 1)} {side}; "
        f"record {signals.record_ids[column]} has {least or 'none'}. Train {enough} or more models."
    )


def enough_models(share: Fraction, needed: int, *, inside: bool, outside: bool) -> int:
    """The fewest models of a balanced design that leave each record so many references.

    ``share``: of the records, that each model is trained on. Of M models a record is in
    ``floor(M share)`` or one more; one of either kind drops out (see above).

    >>> enough_models(Fraction(1, 2), 2, inside=True, outside=True)
    6
    >>> enough_models(Fraction(62, 125), 2, inside=True, outside=True)
    7
    """
    sides = [*([share] if inside else []), *([1 - share] if outside else [])]
    return max(math.ceil((needed + 1) / side) for side in sides)


def _share(signals: Signals) -> Fraction:
    """Of the independent records, that the models are trained on: never none and never all."""
    units = np.arange(signals.phi.shape[1]) if signals.units is None else signals.units
    first = np.unique(units, return_index=True)[1]
    columns = signals.membership[:, first]
    inside = min(max(int(columns.sum()), 1), max(columns.size - 1, 1))
    return Fraction(inside, max(columns.size, 2))


def _partners(membership: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each model, the one that agrees with it on the fewest records, and that share.

    Of several (models trained on the same records) a free one is taken, so that
    exact complements are paired one to one.
    """
    sign = np.where(membership, 1.0, -1.0)
    agreement = (1 + sign @ sign.T / membership.shape[1]) / 2
    agreement[np.abs(agreement) < 1e-12] = 0.0
    partner = np.argmin(agreement, axis=1)
    free = np.ones(len(partner), dtype=bool)
    for model in np.flatnonzero(agreement.min(axis=1) == 0):
        candidates = np.flatnonzero((agreement[model] == 0) & free)
        if free[model] and len(candidates):
            partner[model], partner[candidates[0]] = candidates[0], model
            free[[model, candidates[0]]] = False
    return partner, agreement[np.arange(len(partner)), partner]


def _next_opposite(membership: np.ndarray) -> np.ndarray:
    """``(M, n)``: the next model, in a circle, that differs from this one on this record.

    -1 where all models agree; such a record has no IN or no OUT models anyway.
    """
    models, records = membership.shape
    result = np.empty((models, records), dtype=np.int64)
    next_in, next_out = np.full(records, -1), np.full(records, -1)
    for step in reversed(range(2 * models)):
        model = step % models
        row = membership[model]
        result[model] = np.where(row, next_out, next_in)
        next_in, next_out = np.where(row, model, next_in), np.where(row, next_out, model)
    return result
