"""What is in an uploaded file, before anything is decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ppml_core._typed_json import describe
from ppml_core._validate import non_negative, one_of

ColumnKind = Literal["number", "text", "boolean"]
FileKind = Literal["csv", "parquet", "npz", "images"]


@dataclass(frozen=True, kw_only=True)
class ColumnSummary:
    """One column as read. ``distinct`` counts values that are there; ``examples`` up to three.

    A column is a number when at least four fifths of its values are; ``strays``
    counts the others, which must be dealt with before it can be used as one.
    ``identifies``: the values look like names, or numbers given to people one by one.
    ``words``: texts that often stand for a missing value (``NA``, ``None``, ``-999``) and
    how many there are of each; ``words_missing`` those of them that were read as missing.
    ``form``: how texts were read as numbers (``thousands separators``, ``dates``, ...),
    empty where they were plain. ``persons``: the values look like names or numbers of
    people who have several rows each. ``alike``: how many of the texts differ from another
    one in letter case and blanks only.
    """

    name: str
    kind: ColumnKind
    missing: int
    distinct: int
    examples: tuple[str, ...] = ()
    strays: int = 0
    identifies: bool = False
    words: tuple[tuple[str, int], ...] = ()
    words_missing: tuple[str, ...] = ()
    form: str = ""
    persons: bool = False
    alike: int = 0

    def __post_init__(self) -> None:
        one_of("kind", self.kind, ("number", "text", "boolean"))
        non_negative("missing", self.missing)
        non_negative("distinct", self.distinct)


@dataclass(frozen=True, kw_only=True)
class UploadPreview:
    """Plain values only; reads and writes as JSON.

    ``rows`` are the first 20 records as text, by the first 60 of ``columns``; a
    missing value is an empty text. Images have no columns and rows but
    ``classes`` (folder name, number of pictures) and ``sizes`` (the different
    sizes, as "28 x 28", up to ten). ``label`` is a guess, None where nothing
    suggests itself. ``distinct``: how many of the records differ in any value; 0 where not
    counted. ``headless``: the first row looks like a record, not like names (text files).
    ``file_bytes`` and ``file_sha256`` are of the file as uploaded.
    """

    filename: str
    kind: FileKind
    n: int
    file_bytes: int
    file_sha256: str
    columns: tuple[ColumnSummary, ...] = ()
    label: str | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    classes: tuple[tuple[str, int], ...] = ()
    sizes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    distinct: int = 0
    headless: bool = False

    def __post_init__(self) -> None:
        one_of("kind", self.kind, ("csv", "parquet", "npz", "images"))
        non_negative("n", self.n)

    @property
    def missing(self) -> int:
        """Missing values in all columns together."""
        return sum(column.missing for column in self.columns)

    @property
    def categorical(self) -> tuple[str, ...]:
        """The columns taken as categorical where nobody says otherwise: those of text."""
        return tuple(column.name for column in self.columns if column.kind == "text")


describe(UploadPreview)
