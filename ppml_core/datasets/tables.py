"""A table as read from a file, whatever the format, before it is encoded."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ppml_core import limits
from ppml_core.datasets.preview import ColumnKind, FileKind
from ppml_core.datasets.reading import Reading
from ppml_core.errors import UploadRejected

MOSTLY = 0.8
"""A column of text is one of numbers, with strays, when at least this share are numbers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """One column. Numbers and booleans fill ``numbers``; text fills ``codes`` and ``levels``.

    ``numbers``: float64 ``(n,)``, NaN where missing or a stray. ``codes``: ``(n,)``
    positions in ``levels``, -1 where missing. ``strays``: positions of texts in a
    column of numbers, which then has both. ``reading``: how it was read, with the
    texts of the file. ``bounds``: where every value must lie whatever the records are
    (months: 1 to 12), None where that is not known.
    """

    name: str
    kind: ColumnKind
    numbers: np.ndarray | None = None
    codes: np.ndarray | None = None
    levels: tuple[str, ...] = ()
    strays: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    reading: Reading = field(default_factory=Reading)
    bounds: tuple[float, float] | None = None

    def missing(self) -> np.ndarray:
        """Bool ``(n,)``: where there is no value."""
        if self.codes is not None:
            return self.codes < 0
        assert self.numbers is not None
        return np.isnan(self.numbers)

    def categories(self) -> tuple[np.ndarray, tuple[str, ...]]:
        """The column as codes (-1 missing) and the values they stand for, sorted.

        The values are the texts of the file; equal numbers are one value. Numbers sort
        as numbers, text as text.
        """
        from ppml_core.datasets.categories import categories_of

        return categories_of(self)

    def text(self, position: int) -> str:
        """One value for people; an empty text where it is missing."""
        if self.codes is not None:
            code = self.codes[position]
            return "" if code < 0 else self.levels[code]
        assert self.numbers is not None
        value = self.numbers[position]
        if np.isnan(value):
            return ""
        if self.reading.texts is not None:
            texts = self.reading.texts
            return str(texts.levels[int(texts.codes[position])].as_py()).strip()
        if self.kind == "boolean":
            return "yes" if value else "no"
        return number_text(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Columns of one length. ``rows``: int64 ``(n,)``, each record's number in the file.

    In a text file the header is row 1; in Parquet the first record is row 1; in an
    NPZ the first record is row 0, as in numpy.
    """

    kind: FileKind
    columns: tuple[Column, ...]
    rows: np.ndarray
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    label: str | None = None
    headless: bool = False

    def column(self, name: str) -> Column:
        """By name, or ``UploadRejected`` with the names there are."""
        for column in self.columns:
            if column.name == name:
                return column
        names = [column.name for column in self.columns]
        shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        raise UploadRejected(f"There is no column {name!r}", fix=f"The columns are: {shown}.")


def number_text(value: float) -> str:
    """A number as a person would write it: whole numbers without a point, no digit lost.

    >>> number_text(3.0), number_text(0.1), number_text(0.12345678901)
    ('3', '0.1', '0.12345678901')
    """
    if abs(value) <= 2**53 and value == int(value):
        return str(int(value))
    return repr(float(value))


def check_names(names: list[str]) -> None:
    """Refuse too many columns, only one, or two of one name."""
    if len(names) > limits.FEATURES + 1:
        raise UploadRejected(
            f"The file has {len(names):,} columns",
            fix=f"At most {limits.FEATURES:,} features and a label are accepted; "
            "leave some out of the file.",
        )
    seen: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if len(name) > limits.COLUMN_NAME_LENGTH:
            raise UploadRejected(
                f"The name of column {position:,} has {len(name):,} characters",
                where=f"it begins {name[:40]!r}",
                fix=f"At most {limits.COLUMN_NAME_LENGTH:,} are accepted: give it a short name.",
            )
        if name in seen:
            raise UploadRejected(
                f"Two columns are called {name!r}",
                where=f"columns {seen[name]} and {position}",
                fix="Rename one of them (is the first row really the row of names?).",
            )
        seen[name] = position
    if len(names) == 1:
        raise UploadRejected(
            f"The file has only one column, {names[0]!r}",
            fix="A label and at least one feature are needed, with commas, semicolons, "
            "tabs or | between them.",
        )


def check_count(n: int) -> None:
    """Refuse too few or too many records."""
    if n == 0:
        raise UploadRejected(
            "The file has column names but no rows", fix="Add records below the names."
        )
    if n < limits.MIN_RECORDS:
        raise UploadRejected(
            f"There are only {n} usable records" if n != 1 else "There is only one usable record",
            fix=f"At least {limits.MIN_RECORDS} are needed to share them out into members, "
            "non-members and auxiliary records.",
        )
    check_most(n)


def check_most(n: int) -> None:
    """Refuse too many records."""
    if n > limits.RECORDS:
        raise UploadRejected(
            f"There are more than {limits.RECORDS:,} records",
            fix=f"At most {limits.RECORDS:,} are accepted: upload a part of them.",
        )
