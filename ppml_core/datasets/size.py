"""How much memory a table takes once it is read, judged before it is read.

What a file declares and what it weighs have little to do with each other: a megabyte
can stand for gigabytes of zeros. So rows times columns are counted first, in the form
they take in memory.
"""

from __future__ import annotations

from ppml_core import limits
from ppml_core.errors import UploadRejected

VALUE_BYTES = 12
"""A float64, and the position (int32) of the text that it was among the different texts; a text
takes no more. In files that hold numbers only the float64 is there."""

TEXT_OVERHEAD = 150
"""Bytes that a Python text takes beside its characters, with its place in a dictionary."""


def check_cells(rows: int, columns: int, besides: int = 0) -> None:
    """Refuse ``rows`` times ``columns`` values and ``besides`` bytes over ``limits.TABLE_BYTES``.

    >>> check_cells(400_000, 600)
    Traceback (most recent call last):
    ...
    ppml_core.errors.UploadRejected: A table of 400,000 rows and 600 columns takes 2.7 GiB of \
memory. At most 1 GiB is accepted: leave out rows or columns.
    """
    size = rows * columns * VALUE_BYTES + besides
    if size > limits.TABLE_BYTES:
        raise UploadRejected(
            f"A table of {rows:,} rows and {columns:,} columns takes {gib(size)} of memory",
            fix=f"At most {gib(limits.TABLE_BYTES)} is accepted: leave out rows or columns.",
        )


def check_texts(name: str, count: int, characters: int, taken: int = 0) -> int:
    """The bytes of ``count`` different texts; refuses them over ``limits.TABLE_BYTES``.

    ``taken``: what the rest of the table takes already.
    """
    size = taken + count * TEXT_OVERHEAD + characters
    if size > limits.TABLE_BYTES:
        raise UploadRejected(
            f"The different texts of the table take more than {gib(limits.TABLE_BYTES)} of memory",
            where=f"column {name!r}",
            fix="Leave this column out of the file.",
        )
    return size


def check_text_length(name: str, length: int, row: int | None = None) -> None:
    """Refuse one text that is longer than ``limits.TEXT_LENGTH`` characters."""
    if length > limits.TEXT_LENGTH:
        raise UploadRejected(
            f"A text has {length:,} characters",
            where=f"column {name!r}" + (f", row {row:,}" if row else ""),
            fix=f"At most {limits.TEXT_LENGTH:,} are accepted: leave this column out of the file.",
        )


def gib(size: float) -> str:
    """Bytes for people.

    >>> gib(2**30), gib(1.8 * 2**30), gib(2**29), gib(5 * 10**12)
    ('1 GiB', '1.8 GiB', '512 MiB', '4,657 GiB')
    """
    if size < 2**30:
        return f"{size / 2**20:,.0f} MiB"
    whole = size >= 100 * 2**30 or size % 2**30 == 0
    return f"{size / 2**30:,.0f} GiB" if whole else f"{size / 2**30:,.1f} GiB"
