"""Two-way bootstrap of the ROC curve: targets are drawn anew, then records.

A replicate weighs pair (t, i) by how often target t was drawn times how often
record i was. Scores are put into bins once (each score its own bin while there
are few, finest in the tail that low false-positive rates look at), so that a
replicate is one weighted histogram, whatever the number of pairs.
"""

from __future__ import annotations

import numpy as np

BINS = 4096
PAIR_DRAWS = 50_000_000
"""At most about this many pair weights are drawn; beyond it replicates are fewer, at least 100."""


def replicates_for(pairs: int, replicates: int) -> int:
    """Replicates that are affordable for this many pairs.

    >>> replicates_for(92_000, 300), replicates_for(3_100_000, 300)
    (300, 100)
    """
    return min(replicates, max(100, PAIR_DRAWS // max(pairs, 1)))


def tpr_replicates(
    scores: np.ndarray,
    membership: np.ndarray,
    fpr: np.ndarray,
    *,
    replicates: int,
    rng: np.random.Generator,
    units: np.ndarray | None = None,
) -> np.ndarray:
    """``(replicates, len(fpr))`` TPRs at most the given FPRs, threshold chosen in each replicate.

    ``scores``, ``membership``: ``(targets, records)``. Drawing both ways
    independently overstates the variance: see ``clustered.Spread.inflation``. Records with
    one number in ``units`` ``(records,)``, 0 .. u - 1, are drawn together.
    """
    index, bins = _binned(scores, membership)
    targets, records = scores.shape
    clusters = records if units is None else int(units.max()) + 1
    result = np.empty((replicates, len(fpr)))
    for row in range(replicates):
        drawn = rng.multinomial(targets, np.full(targets, 1 / targets))
        weights = rng.multinomial(clusters, np.full(clusters, 1 / clusters)).astype(np.float64)
        weights = weights if units is None else weights[units]
        used = np.flatnonzero(drawn)
        pair_weights = drawn[used, None] * weights
        counts = np.bincount(index[used].ravel(), pair_weights.ravel(), minlength=2 * bins)
        result[row] = _step(counts[bins:], counts[:bins], fpr)
    return result


def _step(members: np.ndarray, nonmembers: np.ndarray, fpr: np.ndarray) -> np.ndarray:
    """TPR at most each FPR, from histograms whose first bin holds the highest scores."""
    false_positives, true_positives = np.cumsum(nonmembers), np.cumsum(members)
    allowed = np.floor(fpr * false_positives[-1] * (1 + 1e-12))
    index = np.searchsorted(false_positives, allowed, side="right")
    found = np.append(0.0, true_positives)[index]
    return np.asarray(found / max(true_positives[-1], 1.0))


def _binned(scores: np.ndarray, membership: np.ndarray) -> tuple[np.ndarray, int]:
    """Bin of each pair, highest scores in bin 0; members' bins follow the non-members'."""
    edges = _edges(scores, membership)
    bins = len(edges) + 1
    index = len(edges) - np.searchsorted(edges, scores.ravel(), side="right")
    index = index.reshape(scores.shape) + bins * membership
    return index.astype(np.int32), bins


def _edges(scores: np.ndarray, membership: np.ndarray) -> np.ndarray:
    """Rising bin edges: all distinct scores, or quantiles that are dense at the top."""
    outside = np.sort(scores[~membership])[::-1]
    values = np.unique(scores)
    if len(values) <= BINS:
        return values
    ranks = np.geomspace(1, len(outside), 3 * BINS // 4).astype(np.int64) - 1
    spread = np.linspace(0, len(values) - 1, BINS // 4).astype(np.int64)
    return np.unique(np.concatenate([outside[ranks], values[spread]]))
