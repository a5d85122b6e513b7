"""What the checks behind the findings look at."""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.report import AttackSummary, DatasetSummary, TargetSummary


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the checks look at. ``attacks`` is empty where none was asked for."""

    dataset: DatasetSummary
    target: TargetSummary
    guarantee: PrivacyGuarantee | None
    attacks: tuple[AttackSummary, ...]

    @property
    def ran(self) -> tuple[AttackSummary, ...]:
        """The attacks that could run."""
        return tuple(a for a in self.attacks if a.not_applicable is None)
