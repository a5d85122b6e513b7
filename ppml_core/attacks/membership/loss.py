"""Loss threshold: who has a low loss was a member."""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.attacks.membership.signals import Signals, log_probability


@dataclass(frozen=True, kw_only=True)
class LossThreshold:
    """Score ``log p_y``, the negative loss (Yeom et al. 2018, adversary 2).

    Needs no reference model, so it also works on a single one. It cannot tell a
    record that is easy from one that was trained on.
    """

    name: str = "loss"
    title: str = "Loss threshold"
    citation: str = "Yeom, Giacomelli, Fredrikson, Jha 2018, section 3"
    access: str = "black-box"

    def run(self, signals: Signals) -> MembershipResult:
        """Scores ``(M, n)``: the log-probability of the true label."""
        return MembershipResult(
            name=self.name,
            scores=log_probability(signals.phi),
            membership=signals.membership,
            record_ids=signals.record_ids,
        )
