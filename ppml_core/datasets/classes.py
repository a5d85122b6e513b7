"""Which classes a label column has, under the names that the file gives them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from ppml_core import limits
from ppml_core.datasets.categories import exact
from ppml_core.datasets.tables import Column


@dataclass(frozen=True, kw_only=True, eq=False)
class Classes:
    """``codes``: int64 ``(n,)``, -1 where there is no label. ``names``, sorted. ``notes``:
    names that differ in writing only, and what became of them."""

    codes: np.ndarray
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def find_classes(column: Column, merge: bool = False) -> Classes:
    """The classes of a label, each under its text in the file.

    Numbers that are equal (``1`` and ``1.0``) are one class, codes and other texts are
    one class only if they are alike to the last sign. With ``merge``, texts that differ
    in letter case and blanks only are one class. Sorted as numbers where all are.
    """
    texts = column.reading.texts
    if texts is None or (column.kind == "number" and column.codes is None):
        codes, names = column.categories()
        return Classes(codes=codes, names=names, notes=_written_twice(column, names))
    levels = _names(list(texts.levels.to_pylist()))
    codes = np.where(column.missing(), -1, texts.codes.astype(np.int64))
    used = sorted({levels[code] for code in np.unique(codes[codes >= 0])}, key=_order(levels))
    alike = _alike(used)
    plainest = {name: min(group, key=_plainness) for group in alike for name in group if merge}
    kept = [name for name in used if plainest.get(name, name) == name]
    rank = {name: position for position, name in enumerate(kept)}
    to = [rank.get(plainest.get(name, name), -1) for name in levels]
    return Classes(
        codes=np.array([*to, -1], dtype=np.int64)[codes],
        names=tuple(kept),
        notes=_notes(column.name, alike, merge),
    )


def _names(levels: list[str]) -> list[str]:
    """Without blanks around them, unless that would make two classes one."""
    trimmed = [level.strip() for level in levels]
    there = [level for level in trimmed if level]
    return trimmed if len(set(there)) == len(there) else levels


def _order(levels: list[str]) -> Callable[[str], Any]:
    """How names are sorted."""
    if all(exact(level) is not None for level in levels if level.strip()):
        return lambda name: (exact(name) or Decimal(0), name)
    return lambda name: name


def alike_key(text: str) -> str:
    """Equal for texts that differ in letter case, blanks and Unicode form only.

    >>> alike_key("NO ") == alike_key("no"), alike_key("New  York") == alike_key("new york")
    (True, True)
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _alike(names: list[str]) -> list[list[str]]:
    """Groups of two and more names that differ in writing only."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(alike_key(name), []).append(name)
    return [group for group in groups.values() if len(group) > 1]


def _plainness(name: str) -> tuple[bool, int, str]:
    """The spelling without outer blanks and with fewest capitals comes first."""
    return (name != name.strip(), sum(letter.isupper() for letter in name), name)


def _written_twice(column: Column, names: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence where equal numbers are written in several ways, such as 1 and 1.0."""
    texts = column.reading.texts
    if texts is None or len(names) > limits.CLASSES:
        return ()
    used = np.unique(texts.codes[~column.missing()])
    written = {text.strip() for text in texts.levels.take(used).to_pylist()}
    if len(written) <= len(names):
        return ()
    ways: dict[Any, list[str]] = {}
    for text in sorted(written):
        ways.setdefault(exact(text), []).append(text)
    several = [way for number, way in ways.items() if number is not None and len(way) > 1]
    if not several:
        return ()
    shown = "; ".join(" and ".join(map(repr, way)) for way in several[:5])
    return (f"Column {column.name!r} writes equal numbers in several ways ({shown}): one class.",)


def _notes(column: str, alike: list[list[str]], merge: bool) -> tuple[str, ...]:
    """One sentence for all groups."""
    if not alike:
        return ()
    shown = "; ".join(" and ".join(map(repr, group)) for group in alike[:5])
    more = ", ..." if len(alike) > 5 else ""
    if merge:
        return (f"Merged in column {column!r}, as they differ in case or blanks: {shown}{more}.",)
    return (
        f"Column {column!r} has values that differ in letter case or blanks only: {shown}{more}; "
        "as a label they are different classes, unless they are merged.",
    )
