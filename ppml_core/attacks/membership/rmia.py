"""The robust membership inference attack, offline (Zarifzadeh et al. 2024)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from ppml_core._validate import in_range, positive
from ppml_core.attacks.membership.reference import references, require
from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.attacks.membership.signals import Signals, log_probability
from ppml_core.errors import AttackNotApplicable
from ppml_core.statistics.laws import ranks

MIN_REFERENCES = 1
MIN_POPULATION = 10
"""Population points without which a share of them says nothing."""


@dataclass(frozen=True, kw_only=True)
class RmiaOffline:
    """Share of population points z with ``r(x) / r(z) >= gamma``.

    ``r(x) = p_target(x) / p(x)`` with p the probability of the true label and
    ``p(x) = (1 + a)/2 p_out(x) + (1 - a)/2``, where ``p_out`` is the mean over OUT
    reference models: a stands in for the IN models that an offline attacker
    lacks (section 3 and appendix B.2 of the paper). ``a = 0.3`` is what its
    authors use by default for image classifiers; 1 trusts the OUT mean alone.
    ``gamma = 1`` compares with the population directly; the paper finds the
    attack insensitive to it. For a fixed target, gamma only changes which
    records tie, and ties are broken (below).

    The share takes few values, at which many records tie. Within one target it
    rises with r(x), so the rank of r(x) orders tied records without
    contradicting it: ``score = (count + rank / (n + 1)) / (z + 1)``, and
    ``floor(score * (z + 1))`` is the paper's count.
    """

    name: str = "rmia"
    title: str = "RMIA"
    citation: str = "Zarifzadeh, Liu, Shokri 2024, equations 4 and 10, offline"
    access: str = "black-box"
    a: float = 0.3
    gamma: float = 1.0

    def __post_init__(self) -> None:
        in_range("a", self.a, 0.0, 1.0)
        positive("gamma", self.gamma)

    def run(self, signals: Signals) -> MembershipResult:
        """Scores ``(M, n)`` in (0, 1). Needs ``population_phi``."""
        if signals.population_phi is None or signals.population_phi.shape[1] < MIN_POPULATION:
            raise AttackNotApplicable(
                f"{self.title} compares with records outside the audit and needs at least "
                f"{MIN_POPULATION} of them. Give the auxiliary part of the split a larger share."
            )
        used = references(signals.membership)
        outside = (~signals.membership).astype(np.float64)
        require(used.sums(outside), MIN_REFERENCES, "not trained on it", signals, self.title)
        doubt = used.sums(outside * expit(-signals.phi)) / used.sums(outside)
        ratio = self._log_ratio(signals.phi, doubt)
        points = signals.population_phi
        compared = self._log_ratio(points, used.means_elsewhere(expit(-points)))
        return MembershipResult(
            name=self.name,
            scores=_scores(ratio, compared, math.log(self.gamma)),
            membership=signals.membership,
            record_ids=signals.record_ids,
        )

    def _log_ratio(self, phi: np.ndarray, doubt: np.ndarray) -> np.ndarray:
        """``log r``, from phi and the OUT models' mean of q = 1 - p, both of one shape.

        The corrected mean is ``p(x) = 1 - (1 + a)/2 mean(q)``: written so,
        probabilities near 1 keep their differences.
        """
        # Rounding may leave a doubt just outside its range; at 1 (and a = 1) p(x) would be 0.
        share = (1 + self.a) / 2 * np.clip(doubt, 0.0, 1 - 1e-15)
        return np.asarray(log_probability(phi) - np.log1p(-share))


def _scores(ratio: np.ndarray, compared: np.ndarray, log_gamma: float) -> np.ndarray:
    """Counts of population points beaten, tied records ordered by their own ratio."""
    order = np.sort(compared, axis=1)
    counts = np.stack(
        [
            np.searchsorted(points, row - log_gamma, side="right")
            for points, row in zip(order, ratio, strict=True)
        ]
    )
    own = ranks(ratio) / (ratio.shape[1] + 1)
    return np.asarray((counts + own) / (compared.shape[1] + 1))
