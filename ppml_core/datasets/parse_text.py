"""The cells of a text file, all of them as text, column by column."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from ppml_core import limits
from ppml_core.datasets.texts import Texts, from_chunks
from ppml_core.errors import UploadRejected

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_CELLS = 2_000_000
"""About so many cells are in memory as single texts at a time."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a text file is laid out. ``blank``: empty lines before the names; ``hidden``: 1 where
    a line ``sep=;`` comes first, which spreadsheets obey and do not show. ``header``: whether
    there is a row of names; ``headless``: the first row looks like a record."""

    separator: str
    names: list[str]
    blank: int
    warnings: tuple[str, ...]
    hidden: int = 0
    header: bool = True
    headless: bool = False


def parse(path: Path, layout: Layout) -> list[Texts]:
    """All records, one :class:`Texts` a column; no text means "missing" but the empty one.

    A row of another width than the header is refused.
    """
    chunks: list[list[Any]] = [[] for _ in layout.names]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            for frame in _frames(path, layout):
                for kept, (_, column) in zip(chunks, frame.items(), strict=True):
                    kept += _encoded(column)
    except pd.errors.EmptyDataError as error:
        raise UploadRejected("The file has no rows", fix="Was it saved completely?") from error
    except pd.errors.ParserWarning as error:
        raise UploadRejected(
            f"The rows have more values than the {len(layout.names):,} column names",
            where=f"row {2 if layout.header else 1} and after",
            fix="Give every column a name, or remove the extra "
            f"{_spoken(layout.separator)} at the end of each row.",
        ) from error
    except pd.errors.ParserError as error:
        raise _bad_rows(str(error), layout) from error
    chunks.reverse()  # so that each goes as soon as it is joined
    return [from_chunks(chunks.pop()) for _ in layout.names]


def _frames(path: Path, layout: Layout) -> Iterator[pd.DataFrame]:
    """Some rows at a time."""
    with pd.read_csv(
        path,
        sep=layout.separator,
        header=0 if layout.header else None,
        skiprows=layout.blank + layout.hidden,
        names=layout.names,
        index_col=False,
        skipinitialspace=True,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
        nrows=limits.RECORDS + 1,
        chunksize=max(_CELLS // len(layout.names), 1000),
        encoding="utf-8-sig",
    ) as frames:
        yield from frames


def _encoded(column: pd.Series) -> list[Any]:
    """A column of some rows, each different text once."""
    cells = pa.array(column.array)
    parts = cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]
    return [part.cast(pa.large_string()).dictionary_encode() for part in parts]


def _spoken(separator: str) -> str:
    """A separator in a word."""
    return SEPARATORS.get(separator, f"{separator!r}")


def _bad_rows(message: str, layout: Layout) -> UploadRejected:
    """pandas' complaint about the shape of the file in plain words."""
    separator = _spoken(layout.separator)
    if found := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message):
        expected, row, saw = (int(number) for number in found.groups())
        return UploadRejected(
            f"A row has {saw} values where there are {expected} columns",
            where=f"row {row - layout.hidden:,}",
            fix=f"Put values that contain a {separator} in quotation marks.",
        )
    if found := re.search(r"EOF inside string starting at row (\d+)", message):
        return UploadRejected(
            "A quotation mark is opened and never closed",
            where=f"row {int(found.group(1)) + layout.blank + 1:,}",
            fix="Close it, or double it where it is part of the text.",
        )
    return UploadRejected(
        "The rows cannot be split into columns", fix="Save the file as CSV again."
    )
