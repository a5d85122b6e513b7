"""Which sign parts thousands and which decimals, decided over a whole column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ppml_core.datasets.plain_writing import DECIMAL
from ppml_core.datasets.texts import matches

_NAMES = {",": "comma", ".": "point", "'": "apostrophe", " ": "blank"}


@dataclass(frozen=True, kw_only=True)
class Marks:
    """``group`` parts thousands (empty: nothing does), ``decimal`` decimals.

    ``sure``: the column has decimals that can be nothing else. ``doubt``: the same texts
    could be read with the other mark, such as ``1,234``. ``grouped`` and ``decimals``
    say whether there are any.
    """

    group: str = ""
    decimal: str = "."
    sure: bool = False
    doubt: bool = False
    grouped: bool = False
    decimals: bool = False

    def form(self) -> tuple[str, ...]:
        """For people: what is unusual about it."""
        said = []
        if self.grouped:
            said.append(f"thousands separators ({_NAMES[self.group]})")
        if self.decimals and self.decimal == ",":
            said.append("decimal commas")
        return tuple(said)

    def to_plain(self, bodies: pa.Array) -> pa.Array:
        """Bodies of numbers without the one and with a point for the other."""
        if self.group:
            bodies = pc.replace_substring(bodies, self.group, "")
        if self.decimal != ".":
            bodies = pc.replace_substring(bodies, self.decimal, ".")
        return pc.replace_substring(bodies, DECIMAL, ".")

    def pattern(self) -> str:
        """What a number looks like, as a regular expression (RE2)."""
        g, d = map(_quoted, (self.group, self.decimal))
        grouped = f"[1-9][0-9]{{0,2}}(?:{g}[0-9]{{3}})+|" if g else ""
        if self.group == ",":
            grouped += "[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}|"
        return f"(?:{grouped}[0-9]*)(?:[{d}{DECIMAL}][0-9]*)?"


def _quoted(sign: str) -> str:
    return rf"\{sign}" if sign == "." else sign


_CHOICES = (
    *(Marks(), Marks(decimal=","), Marks(group=","), Marks(group=".", decimal=",")),
    *(Marks(group=sign, decimal=mark) for sign in ("'", " ") for mark in (".", ",")),
)


def choose_marks(
    bodies: pa.Array, counts: np.ndarray, same: np.ndarray, shaped: np.ndarray, hint: str
) -> tuple[Marks, np.ndarray, np.ndarray]:
    """The marks that explain most cells, where they do, and where any marks do.

    ``bodies``: digits and marks without sign and unit, ``(k,)``. Only ``same`` levels
    count and can fit; any of ``shaped`` may look like a number. Where ``1,234`` could
    be both, ``hint`` (the decimal mark of other columns) decides; without one a comma
    parts thousands and a point decimals.
    """
    fit = [matches(bodies, marks.pattern()) for marks in _CHOICES]
    weight = [float(counts[ok & same].sum()) for ok in fit]
    best = [i for i, w in enumerate(weight) if w == max(weight)]
    chosen, doubt = _resolve(best, bodies, fit, same, hint)
    fits = fit[chosen] & same
    numeric = np.logical_or.reduce(fit) & shaped
    return _described(_CHOICES[chosen], bodies, fits, doubt), fits, numeric


_POINT, _COMMA, _THOUSANDS_COMMA, _THOUSANDS_POINT = range(4)


def _resolve(
    best: list[int], bodies: pa.Array, fit: list[np.ndarray], same: np.ndarray, hint: str
) -> tuple[int, bool]:
    """One of the choices that explain the column equally well, and whether that is a guess."""
    commas = matches(bodies, ".*,.*") & same & fit[_COMMA] & fit[_THOUSANDS_COMMA]
    points = matches(bodies, r".*\..*") & same & fit[_POINT] & fit[_THOUSANDS_POINT]
    if commas.any() and {_COMMA, _THOUSANDS_COMMA} <= set(best):
        return (_COMMA if hint == "," else _THOUSANDS_COMMA), True
    if points.any() and {_POINT, _THOUSANDS_POINT} <= set(best):
        return (_THOUSANDS_POINT, True) if hint == "," else (_POINT, False)
    return best[0], False


def _described(marks: Marks, bodies: pa.Array, fits: np.ndarray, doubt: bool) -> Marks:
    """The marks with what there is of each in the column."""
    grouped = bool(marks.group) and bool(
        (matches(bodies, f".*[0-9]{_quoted(marks.group)}[0-9].*") & fits).any()
    )
    decimal = matches(bodies, f".*[{_quoted(marks.decimal)}{DECIMAL}].*") & fits
    other = _CHOICES[_THOUSANDS_COMMA if marks.decimal == "," else _THOUSANDS_POINT]
    sure = bool((decimal & ~matches(bodies, other.pattern())).any())
    return Marks(
        group=marks.group,
        decimal=marks.decimal,
        sure=sure and not doubt,
        doubt=doubt,
        grouped=grouped,
        decimals=bool(decimal.any()),
    )
