"""What an attack is, to whoever runs it."""

from __future__ import annotations

from typing import Protocol

from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.attacks.membership.signals import Signals


class Attack(Protocol):
    """A pure function from signals to scores, with its papers.

    ``access`` is what the attacker must see: all attacks here are ``black-box``
    (confidence in the true label). ``run`` attacks every model of the population
    in turn and raises ``AttackNotApplicable`` with the reason when it cannot.
    """

    @property
    def name(self) -> str:
        """Key in the registry."""

    @property
    def title(self) -> str:
        """For people."""

    @property
    def citation(self) -> str:
        """Paper and section."""

    @property
    def access(self) -> str:
        """``black-box``, ``white-box``, ``label-only`` or ``gradients``."""

    def run(self, signals: Signals) -> MembershipResult:
        """Scores ``(M, n)``, higher means member."""
