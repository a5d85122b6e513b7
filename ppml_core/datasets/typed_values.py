"""Columns of files that say what their values are: Parquet, NPZ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from ppml_core.datasets import clock_times, date_units, said
from ppml_core.datasets.read_values import read_column
from ppml_core.datasets.reading import Reading
from ppml_core.datasets.tables import Column, number_text
from ppml_core.datasets.texts import from_chunks
from ppml_core.datasets.words import suspects

EXACT = 2**53
"""Beyond this not every whole number is a float64."""


def number_column(name: str, numbers: np.ndarray) -> Column:
    """Float64 ``(n,)``, NaN where missing; numbers that may mean "unknown" are said."""
    guards = suspects(numbers)
    if not guards:
        return Column(name=name, kind="number", numbers=numbers)
    words = tuple((number_text(value), count) for value, count in guards)
    reading = Reading(words=words, said=said.of_numbers(name, (), (), words))
    return Column(name=name, kind="number", numbers=numbers, reading=reading)


def text_column(name: str, chunks: Sequence[Any]) -> Column:
    """Text stays text, whatever it looks like."""
    return read_column(name, from_chunks(chunks, typed=True))


def whole_column(name: str, values: Any) -> Column:
    """Whole numbers of an Arrow array, or identifiers; see :func:`column_of`."""
    numbers = to_numbers(values)
    chunks = [to_texts(values)] if needs_texts(values.type, numbers) else None
    return column_of(name, values.type, numbers, chunks)


def needs_texts(kind: pa.DataType, numbers: np.ndarray) -> bool:
    """Whether numbers of that type say less than the values do: dates, decimals, and
    whole numbers that a float64 does not keep."""
    if _is_whole(kind):
        return bool((np.abs(numbers) >= EXACT).any())
    timed = pa.types.is_temporal(kind) and not pa.types.is_duration(kind)
    return timed or pa.types.is_decimal(kind)


def column_of(
    name: str, kind: pa.DataType, numbers: np.ndarray, chunks: Sequence[Any] | None
) -> Column:
    """A column of what :func:`to_numbers` and (where needed) :func:`to_texts` gave.

    Dates are days since 1970-01-01, times and durations seconds. Whole numbers that lose
    digits are identifiers, and so text.
    """
    if chunks is not None and _is_whole(kind):
        column = text_column(name, chunks)
        why = "it has whole numbers with more digits than a number keeps"
        return replace(
            column, reading=replace(column.reading, said=said.of_text(name, (why,), (), (), None))
        )
    column = number_column(name, numbers)
    texts = None if chunks is None else from_chunks(chunks)
    form, unit = _form(kind)
    return replace(column, reading=replace(column.reading, texts=texts, form=form, unit=unit))


def to_numbers(values: Any) -> np.ndarray:
    """An Arrow array as float64 ``(n,)``, NaN where there is nothing.

    >>> to_numbers(pa.array([0, 43_200], pa.timestamp("s"))).tolist()
    [0.0, 0.5]
    """
    kind, by = values.type, 1.0
    if pa.types.is_date(kind):
        values = values.cast(pa.date32()).cast(pa.int32())
    elif pa.types.is_temporal(kind):
        by = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
        by *= 86_400 if pa.types.is_timestamp(kind) else 1
        values = values.cast(pa.int32() if pa.types.is_time32(kind) else pa.int64())
    numbers = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.asarray(numbers / by if by != 1 else numbers)


def to_texts(values: Any) -> Any:
    """An Arrow array as text; a point in time in UTC."""
    kind = values.type
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        values = values.cast(pa.timestamp(kind.unit))
    return values.cast(pa.large_string())


def _is_whole(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale <= 0)


def _form(kind: pa.DataType) -> tuple[str, str]:
    """How values of a type become numbers, and of what."""
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return "dates", date_units.UNIT
    return ("times", clock_times.UNIT) if pa.types.is_temporal(kind) else ("", "")
