"""CSV and its relatives: UTF-8 text, a row of names, then one record a row."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from ppml_core.datasets import text_size
from ppml_core.datasets.header_row import looks_like_record, number_repeats
from ppml_core.datasets.parse_text import SEPARATORS, Layout, parse
from ppml_core.datasets.read_values import read_columns
from ppml_core.datasets.tables import Table, check_count, check_most, check_names
from ppml_core.errors import UploadRejected

_SAMPLE = 4 * 1024 * 1024
CHUNK = 1 << 20
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"]|\t|\\t)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
_JUDGED, _JUDGED_CELLS = 30, 20_000
"""Rows, and about so many cells, by which the first row is judged."""


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
    cells = parse(path, layout)
    n = len(cells[0].codes)
    check_most(n)
    rows = np.arange(n, dtype=np.int64) + layout.blank + (2 if header else 1)
    empty = np.logical_and.reduce([column.empty() for column in cells])
    notes: tuple[str, ...] = ()
    if empty.any():
        last = len(empty) - int(np.argmin(empty[::-1])) if not empty.all() else 0
        inside = int(empty[:last].sum())
        if inside:
            notes = (f"{inside:,} empty row{'s' if inside > 1 else ''} skipped.",)
        cells, rows = [column.keep(~empty) for column in cells], rows[~empty]
    check_count(len(rows))
    return Table(
        kind="csv",
        columns=read_columns(list(zip(layout.names, cells, strict=True))),
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
    """Separator and column names, from the first four megabytes."""
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
