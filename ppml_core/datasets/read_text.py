"""CSV and its relatives: UTF-8 text, a row of names, then one record a row."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from ppml_core import limits
from ppml_core.datasets import text_size
from ppml_core.datasets.header_row import looks_like_record, number_repeats
from ppml_core.datasets.tables import Table, check_count, check_most, check_names, make_column
from ppml_core.errors import UploadRejected

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE = 4 * 1024 * 1024
CHUNK = 1 << 20
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"]|\t|\\t)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
_JUDGED, _JUDGED_CELLS = 30, 20_000
"""Rows, and about so many cells, by which the first row is judged."""

_MISSING = ["?"]
"""Read as missing, beside pandas' own list (empty, NA, N/A, null, NaN, None, ...)."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a text file is laid out. ``blank``: empty lines before the names; ``hidden``: 1 where
    a line ``sep=;`` comes first, which spreadsheets obey and do not show. ``header``: whether
    there is a row of names; ``headless``: the first row looks like a record."""

    separator: str
    decimal: str
    names: list[str]
    blank: int
    warnings: tuple[str, ...]
    hidden: int = 0
    header: bool = True
    headless: bool = False


def read_text(path: Path, header: bool = True) -> Table:
    """The table, with row numbers as a spreadsheet shows them (the names are row 1).

    Without a ``header`` the first record is row 1, and columns are called ``column 1``, ...
    Raises ``UploadRejected`` naming byte, row or column.
    """
    check_utf8(path)
    text_size.check_first_line(path, _SAMPLE, SEPARATORS)
    layout = find_layout(path, header)
    check_names(layout.names)
    text_size.check_text(path, len(layout.names))
    frame = _parse(path, layout)
    check_most(len(frame))
    rows = np.arange(len(frame), dtype=np.int64) + layout.blank + (2 if header else 1)
    columns = tuple(make_column(name, frame[name]) for name in layout.names)
    empty = np.logical_and.reduce([column.missing() for column in columns])
    notes: tuple[str, ...] = ()
    if empty.any():
        last = len(empty) - int(np.argmin(empty[::-1])) if not empty.all() else 0
        inside = int(empty[:last].sum())
        if inside:
            notes = (f"{inside:,} empty row{'s' if inside > 1 else ''} skipped.",)
        frame, rows = frame.loc[~empty], rows[~empty]
        columns = tuple(make_column(name, frame[name]) for name in layout.names)
    check_count(len(rows))
    return Table(
        kind="csv",
        columns=columns,
        rows=rows,
        notes=notes,
        warnings=layout.warnings + notes,
        headless=layout.headless,
    )


def check_utf8(path: Path) -> None:
    """Refuse bytes that are not UTF-8, and zero bytes, saying where the first one is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            zero = chunk.find(0)
            if zero >= 0:
                raise UploadRejected(
                    "The file has a zero byte and is not text",
                    where=f"byte {position + zero:,}",
                    fix="Save it as CSV (UTF-8).",
                )
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = position - held + error.start
                raise UploadRejected(
                    "The file is not UTF-8 text",
                    where=_place(path, at),
                    fix="Save it as UTF-8 "
                    "(in Excel: CSV UTF-8; in an editor: save with encoding UTF-8).",
                ) from error
            if not chunk:
                return
            position += len(chunk)


def _place(path: Path, position: int) -> str:
    """Byte position and line of a byte."""
    with path.open("rb") as file:
        line = 1 + sum(chunk.count(b"\n") for chunk in _chunks(file, position))
        byte = file.read(1)
    shown = f" 0x{byte[0]:02x}" if byte else ""
    return f"byte {position:,}{shown}, line {line:,}"


def _chunks(file: io.BufferedReader, length: int) -> Iterator[bytes]:
    """The next ``length`` bytes in pieces."""
    while length > 0 and (chunk := file.read(min(length, CHUNK))):
        length -= len(chunk)
        yield chunk


def find_layout(path: Path, header: bool = True) -> Layout:
    """Separator, decimal mark and column names, from the first four megabytes."""
    with path.open("rb") as file:
        raw = file.read(_SAMPLE)
    text = codecs.getincrementaldecoder("utf-8-sig")().decode(raw)
    body = text.lstrip("\r\n \t")
    said = _SEPARATOR_LINE.match(body)
    if said:
        body = body[said.end() :].lstrip("\r\n \t")
    if not body:
        raise UploadRejected("The file holds nothing but blanks", fix="Was it saved completely?")
    above = len(text[: len(text) - len(body)].splitlines())
    separator = _stated(said) or max(SEPARATORS, key=lambda each: _fit(_records(body, each)))
    records = _records(body, separator)
    names, found = _named(records[0], header)
    judged = _records(body, separator, max(_JUDGED, _JUDGED_CELLS // len(names)))
    headless = looks_like_record(judged[0], judged[1:])
    if headless and header:  # a person's values are no names to repeat
        found = ["The first row looks like a record, not like names of columns."]
    return Layout(
        separator=separator,
        decimal="," if separator != "," and _decimal_commas(records[1:]) else ".",
        names=names,
        blank=above - bool(said),
        hidden=int(bool(said)),
        warnings=tuple(found[:20]),
        header=header,
        headless=headless,
    )


def _stated(line: re.Match[str] | None) -> str | None:
    """The separator that a line ``sep=;`` states."""
    return None if line is None else line.group(1).replace("\\t", "\t")


def _named(first: list[str], header: bool) -> tuple[list[str], list[str]]:
    """Names of the columns, each once, and what is to be said about them."""
    if not header:
        return [f"column {position}" for position in range(1, len(first) + 1)], []
    names = [name.strip() for name in first]
    found: list[str] = []
    for position, name in enumerate(names):
        if not name:
            names[position] = f"column {position + 1}"
            found.append(f"Column {position + 1} has no name; it is called {names[position]!r}.")
    names, repeated = number_repeats(names)
    return names, [*found, *repeated]


def _records(text: str, separator: str, most: int = 30) -> list[list[str]]:
    """The first records, split at ``separator``."""
    # Not the 128 KiB of the csv module, which a row of many names exceeds where it is not split.
    csv.field_size_limit(_SAMPLE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        return list(islice(reader, most))
    except csv.Error as error:
        raise UploadRejected(
            f"The first rows cannot be split into columns ({error})", fix="Save the file again."
        ) from error


def _fit(records: list[list[str]]) -> tuple[float, int]:
    """How well a separator explains the first records: share of equal width, then width."""
    width = len(records[0])
    if width < 2:
        return (0.0, 1)
    full = [record for record in records if record]
    return (sum(len(record) == width for record in full) / len(full), width)


def _decimal_commas(records: list[list[str]]) -> bool:
    """Numbers like 1,5 and none like 1.5."""
    cells = [cell.strip() for record in records for cell in record]
    commas = sum(bool(re.fullmatch(r"[-+]?\d+,\d+", cell)) for cell in cells)
    points = sum(bool(re.fullmatch(r"[-+]?\d+\.\d+", cell)) for cell in cells)
    return commas > 0 and points == 0


def _parse(path: Path, layout: Layout) -> pd.DataFrame:
    """All records; a row of another width than the header is refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                path,
                sep=layout.separator,
                decimal=layout.decimal,
                header=0 if layout.header else None,
                skiprows=layout.blank + layout.hidden,
                names=layout.names,
                index_col=False,
                skipinitialspace=True,
                na_values=_MISSING,
                skip_blank_lines=False,
                low_memory=False,
                nrows=limits.RECORDS + 1,
                encoding="utf-8-sig",
            )
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
