"""From a table or pictures as read to the preview a person decides by."""

from __future__ import annotations

import numpy as np

from ppml_core import limits
from ppml_core.datasets import identifying, persons
from ppml_core.datasets.classes import alike_key, find_classes
from ppml_core.datasets.label_guess import guess_label
from ppml_core.datasets.names import short_texts, shorten
from ppml_core.datasets.pictures import Pictures
from ppml_core.datasets.preview import ColumnSummary, UploadPreview
from ppml_core.datasets.read_images import Contents
from ppml_core.datasets.tables import Column, Table
from ppml_core.datasets.upload_file import UploadFile

COLUMNS_SHOWN = 60
_MANY = 50


def preview_table(file: UploadFile, table: Table) -> UploadPreview:
    """Summaries of all columns, the first rows, a guess of the label, warnings."""
    columns = tuple(_summary(column) for column in table.columns)
    n = len(table.rows)
    shown = table.columns[:COLUMNS_SHOWN]
    rows = tuple(
        tuple(column.text(i)[:80] for column in shown) for i in range(min(n, limits.PREVIEW_ROWS))
    )
    return UploadPreview(
        filename=file.filename,
        kind=table.kind,
        n=n,
        file_bytes=file.size,
        file_sha256=file.sha256(),
        columns=columns,
        label=table.label or guess_label(columns, n),
        rows=rows,
        headless=table.headless,
        distinct=_distinct(table),
        warnings=short_texts((*file.warnings, *table.warnings, *_warnings(table, columns, n))),
    )


def _distinct(table: Table) -> int:
    """Rows that differ in any value; a missing one is a value of its own."""
    together = np.zeros(len(table.rows), dtype=np.int64)
    for column in table.columns:
        codes = column.codes
        if codes is None:
            assert column.numbers is not None
            codes = np.unique(column.numbers, return_inverse=True)[1]
        width = int(codes.max(initial=0)) + 2
        together = np.unique(together * width + codes + 1, return_inverse=True)[1]
        if len(together) and together.max() == len(together) - 1:
            break
    return int(together.max()) + 1 if len(together) else 0


def preview_contents(file: UploadFile, contents: Contents) -> UploadPreview:
    """Classes and sizes of a ZIP of pictures."""
    return UploadPreview(
        filename=file.filename,
        kind="images",
        n=len(contents.entries),
        file_bytes=file.size,
        file_sha256=file.sha256(),
        classes=tuple((shorten(name), count) for name, count in contents.classes()),
        sizes=tuple(contents.shapes()[:10]),
        warnings=short_texts((*file.warnings, *contents.warnings())),
    )


def preview_pictures(file: UploadFile, pictures: Pictures) -> UploadPreview:
    """Classes and size of the images of an NPZ."""
    codes, levels = pictures.labels.categories()
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    height, width = pictures.images.shape[1:3]
    return UploadPreview(
        filename=file.filename,
        kind=pictures.kind,
        n=len(pictures.images),
        file_bytes=file.size,
        file_sha256=file.sha256(),
        label="y",
        classes=tuple(
            (shorten(name), int(count)) for name, count in zip(levels, counts, strict=True)
        )[: limits.CLASSES],
        sizes=(f"{width} x {height}",),
        warnings=short_texts((*file.warnings, *pictures.warnings)),
    )


def _summary(column: Column) -> ColumnSummary:
    """One column in numbers."""
    missing = column.missing()
    if column.codes is not None:
        distinct, examples = len(column.levels), column.levels[:3]
    else:
        assert column.numbers is not None
        values = np.unique(column.numbers[~missing])
        distinct = len(values)
        firsts = np.flatnonzero(~missing)[:20]
        examples = tuple(dict.fromkeys(column.text(int(i)) for i in firsts))[:3]
    return ColumnSummary(
        name=column.name,
        kind=column.kind,
        missing=int(missing.sum()),
        distinct=distinct,
        examples=tuple(example[:80] for example in examples),
        strays=len(column.strays),
        identifies=identifying.identifies(column),
        persons=persons.repeats(column),
        alike=_alike(column.levels),
        words=column.reading.words,
        words_missing=column.reading.words_missing,
        form=column.reading.form,
    )


def _alike(levels: tuple[str, ...]) -> int:
    """Texts that differ from another one in letter case and blanks only."""
    if len(levels) > limits.CLASSES:
        return 0
    return len(levels) - len({alike_key(level) for level in levels})


def _warnings(table: Table, columns: tuple[ColumnSummary, ...], n: int) -> tuple[str, ...]:
    """What to look at before going on; at most twenty sentences."""
    found: list[str] = []
    for column, summary in zip(table.columns, columns, strict=True):
        if summary.missing == n:
            found.append(f"Column {summary.name!r} is empty.")
        elif summary.distinct == 1:
            found.append(f"Column {summary.name!r} has the same value in every row.")
        if summary.persons:
            found.append(persons.offer(column))
        if summary.strays:
            first = int(column.strays[0])
            found.append(
                f"Column {summary.name!r} is of numbers, except {summary.strays:,} values; "
                f"the first is {column.text(first)[:40]!r} in row {int(table.rows[first]):,}."
            )
        found += column.reading.said
        if summary.distinct <= _MANY:
            found += find_classes(column).notes
        if summary.kind == "text" and (summary.identifies or summary.distinct > _MANY):
            found.append(
                f"Column {summary.name!r} has {summary.distinct:,} different texts"
                + (" and looks like a name or a serial number" if summary.identifies else "")
                + ": leave it out, group its rare values, or hash it."
            )
        if column.numbers is not None and np.isinf(column.numbers).any():
            row = int(table.rows[int(np.argmax(np.isinf(column.numbers)))])
            found.append(f"Column {summary.name!r} has an infinite number in row {row:,}.")
    more = len(found) - 20
    return (*found[:20], *((f"And {more:,} more like these.",) if more > 0 else ()))
