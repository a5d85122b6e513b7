"""Histogram edges that a few extreme scores cannot spoil."""

from __future__ import annotations

import numpy as np

from ppml_core.statistics.roc import finite_scores

BINS = 80


def histogram(
    scores: np.ndarray, membership: np.ndarray, *, bins: int = BINS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(edges ``(bins + 1,)``, member counts, non-member counts).

    Edges span the central 99.8 % of the scores; what lies outside is counted in
    the first and last bin, so no score is lost. Infinite scores are, too.
    """
    scores = finite_scores(scores)
    low, high = np.quantile(scores, [0.001, 0.999])
    if not high > low:
        low, high = float(np.min(scores)), float(np.max(scores))
    if not high > low:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, bins + 1)
    inside = np.clip(scores, low, high)
    members, _ = np.histogram(inside[membership], edges)
    nonmembers, _ = np.histogram(inside[~membership], edges)
    return edges, members, nonmembers
