"""Parquet: flat columns of numbers, booleans, text or dates, read one by one and in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ppml_core import limits
from ppml_core.datasets import size, typed_values
from ppml_core.datasets.header_row import number_repeats
from ppml_core.datasets.tables import Column, Table, check_count, check_names
from ppml_core.errors import UploadRejected

_PIECE = 65_536
"""Most records read at a time."""

_PIECE_BYTES = 16 << 20
"""Fewer, if so many bytes come before."""


def read_parquet(path: Path) -> Table:
    """The table; the first record is row 1. Raises ``UploadRejected``."""
    try:
        texts = _check(path)
        with pq.ParquetFile(path, read_dictionary=texts, buffer_size=1 << 20) as file:
            rows, columns = file.metadata.num_rows, []
            names, repeated = number_repeats(file.schema_arrow.names)
            taken = rows * len(names) * size.VALUE_BYTES
            for place, name in enumerate(names):
                column, taken = _column(file, place, name, taken)
                columns.append(column)
    except (UploadRejected, MemoryError):
        raise
    except (pa.ArrowException, OSError, ValueError, IndexError, KeyError) as error:
        raise _damaged() from error
    return Table(
        kind="parquet",
        columns=tuple(columns),
        rows=np.arange(1, rows + 1),
        warnings=tuple(repeated[:20]),
    )


def _check(path: Path) -> list[str]:
    """Refuse by the table of contents alone; the names of the columns of text."""
    with pq.ParquetFile(path, memory_map=False) as file:
        metadata, schema = file.metadata, file.schema_arrow
        check_names(number_repeats(schema.names)[0])
        if metadata.num_rows < 0:
            raise _damaged()
        check_count(metadata.num_rows)
        for field in schema:
            _check_kind(field.name, _plain(field.type))
        groups = [metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)]
        if sum(groups) > limits.UNPACKED_BYTES:
            raise UploadRejected(
                f"The file unpacks to {size.gib(sum(groups))}",
                fix=f"At most {size.gib(limits.UNPACKED_BYTES)} are accepted: "
                "leave out rows or columns.",
            )
        size.check_cells(metadata.num_rows, len(schema))
        return [field.name for field in schema if _is_text(_plain(field.type))]


def _damaged() -> UploadRejected:
    """For whatever the Parquet reader cannot read."""
    return UploadRejected(
        "The Parquet file is cut off or damaged", fix="Upload it again, or write it again."
    )


def _check_kind(name: str, kind: pa.DataType) -> None:
    """Refuse lists, records, bytes and whatever else is no plain value."""
    plain = (
        *(pa.types.is_null, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
        *(pa.types.is_temporal, pa.types.is_boolean, _is_text),
    )
    if not any(is_kind(kind) for is_kind in plain):
        raise UploadRejected(
            f"Column {name!r} holds {str(kind)[:80]}, which is neither a number, text nor yes/no",
            fix="Leave it out of the file, or spread it over plain columns.",
        )


def _column(file: pq.ParquetFile, place: int, name: str, taken: int) -> tuple[Column, int]:
    """One column, its kind taken from the file's own type, and the bytes taken by now."""
    kind = _plain(file.schema_arrow.field(place).type)
    if _is_text(kind):
        pieces, taken = _texts(file, place, name, taken)
        return typed_values.text_column(name, pieces), taken
    numbers = np.empty(file.metadata.num_rows)
    position = 0
    for piece in _pieces(file, place):
        values = typed_values.to_numbers(piece)
        numbers[position : position + len(values)] = values
        position += len(values)
    if pa.types.is_boolean(kind):
        return Column(name=name, kind="boolean", numbers=numbers), taken
    if not typed_values.needs_texts(kind, numbers):
        return typed_values.column_of(name, kind, numbers, None), taken
    pieces, taken = _texts(file, place, name, taken)
    return typed_values.column_of(name, kind, numbers, pieces), taken


def _pieces(file: pq.ParquetFile, place: int) -> Iterator[Any]:
    """The values of a column, some at a time; as many as the file says it has, or damaged."""
    left = file.metadata.num_rows
    groups = list(range(file.metadata.num_row_groups))
    # By position: names may repeat, and a name with a point would also be taken for a path.
    for batch in file.reader.iter_batches(
        _at_a_time(file, place), row_groups=groups, column_indices=[place], use_threads=False
    ):
        piece = batch.column(0)
        left -= len(piece)
        if left < 0:
            raise _damaged()
        yield piece
    if left:
        raise _damaged()


def _at_a_time(file: pq.ParquetFile, place: int) -> int:
    """How many records of a column make a piece, by what its longest part unpacks to."""
    metadata = file.metadata
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    widths = [g.column(place).total_uncompressed_size // max(1, g.num_rows) for g in groups]
    return max(1, min(_PIECE, _PIECE_BYTES // max(1, *widths)))


def _texts(file: pq.ParquetFile, place: int, name: str, taken: int) -> tuple[list[Any], int]:
    """A column of text, each different text once a piece, and the bytes taken by now."""
    pieces, seen = [], set()
    for piece in _pieces(file, place):
        encoded = piece if pa.types.is_dictionary(piece.type) else _as_text(piece)
        levels = encoded.dictionary
        held = levels.buffers()[-1].address if len(levels) and levels.buffers()[-1] else 0
        if held not in seen:
            seen.add(held)
            longest = pc.max(pc.utf8_length(levels)).as_py() or 0
            size.check_text_length(name, longest)
            taken = size.check_texts(name, len(levels), levels.nbytes, taken)
        pieces.append(encoded)
    return pieces, taken


def _as_text(piece: Any) -> Any:
    """Dates and numbers (and texts that came plain) as dictionary-encoded text."""
    return typed_values.to_texts(piece).dictionary_encode()


def _plain(kind: pa.DataType) -> pa.DataType:
    """What a dictionary is of."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )
