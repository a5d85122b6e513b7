"""How large a text file is as a table, counted before it is split into columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ppml_core import limits
from ppml_core.datasets import size
from ppml_core.errors import UploadRejected

_CHUNK = 1 << 20
_ROW = 16 * 1024 * 1024
"""Longest row in bytes: more than the texts and names that are accepted could fill."""


def check_text(path: Path, columns: int) -> None:
    """Refuse rows times columns, or a single row, that are too much to hold.

    Lines are counted for rows, also those inside of quotation marks and empty ones: a
    row of fewer values than there are columns is filled up, so it weighs like all others.
    """
    rows, longest, line = _measure(path)
    size.check_cells(min(rows, limits.RECORDS + 1), columns)
    if longest > _ROW:
        raise UploadRejected(
            f"A line has {longest / 2**20:,.0f} MB",
            where=f"line {line:,}",
            fix=f"At most {_ROW // 2**20} MB are accepted: is a text of that size in the table, "
            "or are line breaks missing?",
        )


def check_first_line(path: Path, longest: int, separators: Iterable[str]) -> None:
    """Refuse a first line of more than ``longest`` bytes, which cannot be names, by what is in it.

    The row of most parts between ``separators`` is taken to be the row it was meant to be.
    """
    counts, length = dict.fromkeys(separators, 0), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            end = _break(chunk)
            line = chunk if end < 0 else chunk[:end]
            length += len(line)
            counts = {mark: n + line.count(mark.encode()) for mark, n in counts.items()}
            if end >= 0 and length:
                break
    if length > longest:
        raise UploadRejected(
            f"The first row has {length / 2**20:,.0f} MB and {max(counts.values()) + 1:,} columns",
            fix=f"At most {limits.FEATURES:,} features and a label are accepted; is each record "
            "on a line of its own?",
        )


def _measure(path: Path) -> tuple[int, int, int]:
    """How many lines, how long the longest is of those that end in another piece than they
    begin in, and which one that is."""
    rows, longest, where, open_bytes = 0, 0, 1, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if chunk.endswith(b"\r"):  # perhaps half of a line break
                chunk += file.read(1)
            first = _break(chunk)
            if first < 0:
                open_bytes += len(chunk)
                continue
            if open_bytes + first > longest:
                longest, where = open_bytes + first, rows + 1
            rows += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
            open_bytes = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
    if open_bytes:
        rows += 1
        if open_bytes > longest:
            longest, where = open_bytes, rows
    return rows, longest, where


def _break(chunk: bytes) -> int:
    """Where the first line ends, or -1."""
    found = re.search(rb"[\r\n]", chunk)
    return found.start() if found else -1
