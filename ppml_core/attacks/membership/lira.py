"""The likelihood-ratio attack (Carlini et al. 2022), online and offline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from ppml_core.attacks.membership.reference import References, references, require
from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.attacks.membership.signals import Signals

MIN_REFERENCES = 2
"""IN (and OUT) reference models a record needs: fewer have no variance."""

PER_RECORD_VARIANCE_FROM = 32
"""From this many IN and as many OUT models (64 in all) each record has its own variance."""

MIN_DEVIATION = 1e-6
"""Floor of a standard deviation, in logits: keeps records that never vary finite."""


@dataclass(frozen=True, kw_only=True)
class LiraOnline:
    """``log N(phi; mu_in, s_in) - log N(phi; mu_out, s_out)`` (algorithm 1).

    Means are per record. Below 64 reference models the two variances are pooled
    over records, from residuals centred per record (section VI-C, "fixed variance").
    """

    name: str = "lira"
    title: str = "LiRA"
    citation: str = "Carlini, Chien, Nasr, Song, Terzis, Tramèr 2022, algorithm 1"
    access: str = "black-box"

    def run(self, signals: Signals) -> MembershipResult:
        """Log-likelihood ratios ``(M, n)``, unbounded both ways, 0 where undecided."""
        used = references(signals.membership)
        sides = (signals.membership, "trained on it"), (~signals.membership, "not trained on it")
        inside, outside = (
            _gaussians(signals, used, side, words, self.title, both=True) for side, words in sides
        )
        scores = _log_density(signals.phi, *inside) - _log_density(signals.phi, *outside)
        return _result(self.name, scores, signals)


@dataclass(frozen=True, kw_only=True)
class LiraOffline:
    """``-log P(N(mu_out, s_out) > phi)``: one-sided, in log space (section VI-B).

    Uses OUT models only. High confidence is suspicious, low confidence never is.
    """

    name: str = "lira-offline"
    title: str = "LiRA (offline)"
    citation: str = "Carlini, Chien, Nasr, Song, Terzis, Tramèr 2022, section VI-B"
    access: str = "black-box"

    def run(self, signals: Signals) -> MembershipResult:
        """Scores ``(M, n)``, at least 0: minus the log of a one-sided p-value."""
        used = references(signals.membership)
        mean, deviation = _gaussians(
            signals, used, ~signals.membership, "not trained on it", self.title
        )
        return _result(self.name, -log_ndtr((mean - signals.phi) / deviation), signals)


def _gaussians(
    signals: Signals,
    used: References,
    side: np.ndarray,
    words: str,
    title: str,
    *,
    both: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation, ``(M, n)`` and broadcastable to it, of one side's models."""
    mask = side.astype(np.float64)
    counts = used.sums(mask)
    require(counts, MIN_REFERENCES, words, signals, title, both=both)
    # Taken relative to one model's value, so that squares do not cancel and a
    # record on which all models agree has a variance of exactly zero.
    origin = signals.phi[:1]
    shifted = (signals.phi - origin) * mask
    mean = used.sums(shifted) / counts
    squares = np.maximum(used.sums(np.square(shifted)) - counts * np.square(mean), 0.0)
    if counts.min() >= PER_RECORD_VARIANCE_FROM:
        variance = squares / (counts - 1)
    else:
        variance = squares.sum(axis=1, keepdims=True) / (counts - 1).sum(axis=1, keepdims=True)
    return mean + origin, np.maximum(np.sqrt(variance), MIN_DEVIATION)


def _log_density(phi: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Log-density of a Gaussian, up to the constant that cancels in a ratio."""
    return np.asarray(-0.5 * np.square((phi - mean) / deviation) - np.log(deviation))


def _result(name: str, scores: np.ndarray, signals: Signals) -> MembershipResult:
    """Scores with their truth and identity."""
    return MembershipResult(
        name=name, scores=scores, membership=signals.membership, record_ids=signals.record_ids
    )
