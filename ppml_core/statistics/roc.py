"""The ROC curve, by whole blocks of tied scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._validate import in_range
from ppml_core.errors import InvalidValue

_LARGE = 1e300


@dataclass(frozen=True, kw_only=True, eq=False)
class Roc:
    """Every operating point a threshold on the scores can reach, strictest first.

    ``thresholds``: the distinct scores, falling; point ``k`` calls a record a
    member when its score is at least ``thresholds[k]``. ``true_positives`` and
    ``false_positives`` are cumulative counts at those points, so tied scores
    enter together. The point (0, 0), which accuses nobody, is implied.
    """

    thresholds: np.ndarray
    true_positives: np.ndarray
    false_positives: np.ndarray
    n_members: int
    n_nonmembers: int

    @property
    def tpr(self) -> np.ndarray:
        """Share of members found at each point."""
        return self.true_positives / self.n_members

    @property
    def fpr(self) -> np.ndarray:
        """Share of non-members accused at each point."""
        return self.false_positives / self.n_nonmembers

    def at_most(self, fpr: float | np.ndarray) -> np.ndarray:
        """Index of the last point with at most this FPR; -1 where only (0, 0) qualifies.

        A step function: no interpolation between points.
        """
        # The counts are compared, with a hair of tolerance, because 0.01 * 1000 is not always 10.
        allowed = np.floor(np.asarray(fpr) * self.n_nonmembers * (1 + 1e-12))
        return np.asarray(np.searchsorted(self.false_positives, allowed, side="right") - 1)

    def counts_at(self, fpr: float) -> tuple[int, int]:
        """(true positives, false positives) at the last point with at most this FPR."""
        index = int(self.at_most(in_range("fpr", fpr, 0.0, 1.0)))
        if index < 0:
            return 0, 0
        return int(self.true_positives[index]), int(self.false_positives[index])

    def tpr_at(self, fpr: np.ndarray) -> np.ndarray:
        """TPR at most these FPRs, elementwise."""
        index = self.at_most(fpr)
        return np.where(index < 0, 0.0, self.tpr[np.maximum(index, 0)])


def roc_curve(scores: np.ndarray, membership: np.ndarray) -> Roc:
    """Sort once, cut where the score changes.

    ``scores``: any shape, higher means member. ``membership``: bool, same shape.
    Raises ``InvalidValue`` for NaN scores or when one of the two groups is empty.

    >>> curve = roc_curve(np.array([3.0, 2.0, 2.0, 1.0]), np.array([True, True, False, False]))
    >>> curve.tpr.tolist(), curve.fpr.tolist()
    ([0.5, 1.0, 1.0], [0.0, 0.5, 1.0])
    """
    flat, member = check_scores(scores, membership)
    order = np.argsort(-flat, kind="stable")
    falling = flat[order]
    ends = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
    true_positives = np.cumsum(member[order])[ends]
    return Roc(
        thresholds=falling[ends],
        true_positives=true_positives,
        false_positives=ends + 1 - true_positives,
        n_members=int(true_positives[-1]),
        n_nonmembers=int(len(flat) - true_positives[-1]),
    )


def check_scores(scores: np.ndarray, membership: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Flattened float64 scores and bool membership, both groups present, no NaN."""
    flat = np.asarray(scores, dtype=np.float64).ravel()
    member = np.asarray(membership, dtype=bool).ravel()
    if np.shape(scores) != np.shape(membership):
        raise InvalidValue("membership", f"of shape {np.shape(scores)}", np.shape(membership))
    if np.isnan(flat).any():
        raise InvalidValue("scores", "without NaN", "NaN")
    if member.all() or not member.any():
        raise InvalidValue("membership", "with members and non-members", int(member.sum()))
    return flat, member


def finite_scores(scores: np.ndarray) -> np.ndarray:
    """The same order and the same ties, without infinities: those become the next number
    beyond the largest finite score, and below the smallest. Where finite scores are so
    large that their differences overflow, all become their ranks.

    >>> finite_scores(np.array([np.inf, 1.0, -np.inf, np.inf])).round(3).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> told = finite_scores(np.array([np.inf, 1.0, -np.inf]))
    >>> bool(told[0] > told[1] > told[2])
    True
    """
    wide = np.asarray(scores, dtype=np.float64)
    known = np.isfinite(wide)
    if np.isnan(wide).any() or not wide.size:
        return wide
    low, high = (float(wide[known].min()), float(wide[known].max())) if known.any() else (0.0, 0.0)
    if max(-low, high) > _LARGE:
        return np.unique(wide, return_inverse=True)[1].reshape(wide.shape).astype(np.float64)
    if known.all():
        return wide
    top, bottom = np.nextafter(high, np.inf), np.nextafter(low, -np.inf)
    return np.asarray(np.where(known, wide, np.where(wide > 0, top, bottom)))
