"""What every membership attack returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core.errors import InvalidValue


@dataclass(frozen=True, kw_only=True, eq=False)
class MembershipResult:
    """Scores of one attack: higher means member, always.

    ``scores``: float64 ``(T, n)``, row t attacks target model t, no NaN.
    ``membership``: bool ``(T, n)``, the truth. ``record_ids``: ``(n,)``: column i
    is about record ``record_ids[i]``. ``units``: ``(n,)``, equal for records that are not
    independent (copies, rows of one person); None where all are.
    """

    name: str
    scores: np.ndarray
    membership: np.ndarray
    record_ids: np.ndarray
    units: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.scores.ndim != 2 or np.isnan(self.scores).any():
            raise InvalidValue("scores", "(targets, records) without NaN", self.scores.shape)
        if self.membership.shape != self.scores.shape or self.membership.dtype != np.bool_:
            raise InvalidValue("membership", "bool, shaped as scores", self.membership.shape)
        if self.record_ids.shape != self.scores.shape[1:]:
            raise InvalidValue("record_ids", "one a column of scores", self.record_ids.shape)
        if self.units is not None and self.units.shape != self.record_ids.shape:
            raise InvalidValue("units", "one a column of scores", self.units.shape)
