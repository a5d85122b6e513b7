"""How the texts of a column were read, for people and for whoever reads them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppml_core.datasets.texts import Texts


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """``texts``: the cells as the file has them, None where it has numbers.

    ``form`` and ``unit``: how they became numbers, and of what. ``said``: sentences
    about it. ``words``: texts that often mean "no value" with their counts;
    ``words_missing`` those that were taken so. ``decimal``: the decimal mark where the
    column leaves no doubt. ``doubt``: another column may decide how this one is read.
    """

    texts: Texts | None = None
    form: str = ""
    unit: str = ""
    said: tuple[str, ...] = ()
    words: tuple[tuple[str, int], ...] = ()
    words_missing: tuple[str, ...] = ()
    decimal: str = ""
    doubt: bool = False


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person wants of a column. ``missing``: the texts that mean "no value", None
    for the usual ones. ``numbers``: numbers, even if they look like codes. ``label``: a
    word is a class."""

    missing: tuple[str, ...] | None = None
    numbers: bool = False
    label: bool = False


@dataclass(frozen=True, kw_only=True)
class Hints:
    """What other columns of the file tell: the decimal mark, the order of day and month."""

    decimal: str = ""
    dates: str = ""
