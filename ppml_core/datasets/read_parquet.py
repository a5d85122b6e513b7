"""Parquet: flat columns of numbers, booleans, text or dates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ppml_core import limits
from ppml_core.datasets.header_row import number_repeats
from ppml_core.datasets.tables import Column, Table, check_count, check_names, make_column
from ppml_core.errors import UploadRejected


def read_parquet(path: Path) -> Table:
    """The table; the first record is row 1. Raises ``UploadRejected``."""
    try:
        file = pq.ParquetFile(path, memory_map=False)
    except (pa.ArrowException, OSError) as error:
        raise _damaged() from error
    with file:
        metadata = file.metadata
        names, repeated = number_repeats(file.schema_arrow.names)
        check_names(names)
        check_count(metadata.num_rows)
        groups = [metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)]
        if sum(groups) > limits.UNPACKED_BYTES:
            raise UploadRejected(
                f"The file unpacks to {sum(groups) / 2**30:.1f} GiB",
                fix=f"At most {limits.UNPACKED_BYTES / 2**30:.0f} GiB are accepted: "
                "leave out rows or columns.",
            )
        try:
            table = file.read(use_threads=False)
        except (pa.ArrowException, OSError) as error:
            raise _damaged() from error
    columns = tuple(_column(name, table.column(i)) for i, name in enumerate(names))
    rows = np.arange(1, metadata.num_rows + 1)
    return Table(kind="parquet", columns=columns, rows=rows, warnings=tuple(repeated[:20]))


def _damaged() -> UploadRejected:
    """For whatever the Parquet reader cannot read."""
    return UploadRejected(
        "The Parquet file is cut off or damaged", fix="Upload it again, or write it again."
    )


def _column(name: str, values: pa.ChunkedArray) -> Column:
    """One column, its kind taken from the file's own type."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        values = values.cast(kind.value_type)
        kind = kind.value_type
    if pa.types.is_null(kind):
        values = values.cast(pa.float64())
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = values.cast(pa.float64(), safe=False)
    elif pa.types.is_temporal(kind):
        values = values.cast(pa.string())
    elif not (pa.types.is_boolean(kind) or _is_text(kind)):
        raise UploadRejected(
            f"Column {name!r} holds {kind}, which is neither a number, text nor yes/no",
            fix="Leave it out of the file, or spread it over plain columns.",
        )
    series = values.to_pandas()
    if pa.types.is_boolean(kind):
        series = pd.Series(series, dtype=object) if series.isna().any() else series
    return make_column(name, series)


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )
