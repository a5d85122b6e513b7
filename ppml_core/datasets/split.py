"""Who was in the training data, who was not, and who is kept apart for the attacker."""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core._validate import in_range


@dataclass(frozen=True, kw_only=True)
class SplitSizes:
    """Fractions of the records. What is left over is not used."""

    members: float = 0.4
    nonmembers: float = 0.4
    auxiliary: float = 0.2

    def __post_init__(self) -> None:
        for name in ("members", "nonmembers", "auxiliary"):
            in_range(name, getattr(self, name), 0.01, 0.98)
        in_range("members + nonmembers + auxiliary", self.total, 0.03, 1.0 + 1e-9)

    @property
    def total(self) -> float:
        return self.members + self.nonmembers + self.auxiliary
