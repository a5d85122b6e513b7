"""What in a table singles a person out: values, or combinations of values, that occur once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ppml_core._validate import in_range

PAIRED_COLUMNS = 12
"""Pairs are searched among so many columns (66 pairs): those with the most distinct values."""


@dataclass(frozen=True, kw_only=True)
class ColumnUniqueness:
    """One column: how many different values, and which share of the records is alone
    with its value in it (a fraction in [0, 1])."""

    name: str
    distinct: int
    alone: float

    def __post_init__(self) -> None:
        in_range("alone", self.alone, 0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Uniqueness:
    """``alone`` is the share of records unlike every other record in all columns;
    ``pair`` the two columns that together single out the largest share, ``alone_pair``."""

    columns: tuple[ColumnUniqueness, ...]
    alone: float
    pair: tuple[str, str] | None = None
    alone_pair: float | None = None


def measure(columns: Sequence[tuple[str, np.ndarray]]) -> Uniqueness:
    """Uniqueness of ``(name, values (n,))`` columns of one table.

    Sample uniqueness (Sweeney 2000; Rocher et al. 2019 call it that): it counts who is
    alone in this table, not in the population.

    >>> found = measure([("age", np.array([30, 30, 41])), ("town", np.array([1, 2, 2]))])
    >>> [round(column.alone, 2) for column in found.columns], found.alone, found.pair
    ([0.33, 0.33], 1.0, ('age', 'town'))
    """
    codes = [(name, _codes(values)) for name, values in columns]
    if not codes:
        return Uniqueness(columns=(), alone=0.0)
    rows = tuple(
        ColumnUniqueness(name=name, distinct=int(code.max()) + 1, alone=_alone(code))
        for name, code in codes
    )
    together = codes[0][1]
    for _, code in codes[1:]:
        together = _codes(together * (int(code.max()) + 1) + code)
    pair, share = _best_pair(codes)
    return Uniqueness(columns=rows, alone=_alone(together), pair=pair, alone_pair=share)


def _codes(values: np.ndarray) -> np.ndarray:
    """Equal values, equal whole numbers from 0 on."""
    return np.unique(values, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _alone(codes: np.ndarray) -> float:
    """Share of the records whose code nobody else has."""
    return float((np.bincount(codes)[codes] == 1).mean())


def _best_pair(
    codes: list[tuple[str, np.ndarray]],
) -> tuple[tuple[str, str] | None, float | None]:
    """The pair of columns that singles out the most records."""
    widest = sorted(codes, key=lambda item: -int(item[1].max()))[:PAIRED_COLUMNS]
    best: tuple[tuple[str, str] | None, float | None] = (None, None)
    for (first, a), (second, b) in combinations(widest, 2):
        share = _alone(_codes(a * (int(b.max()) + 1) + b))
        if best[1] is None or share > best[1]:
            best = ((first, second), share)
    return best
