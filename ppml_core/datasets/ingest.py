"""From an uploaded file to a dataset: look at it, decide, prepare.

The readers (pandas, pyarrow, Pillow) are imported when a file is read, not when
this module is. A server should read files from strangers through
:mod:`ppml_core.datasets.isolated`, which does the same in a process of its own.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.preparation import DateForm, MissingPolicy, Preparation
from ppml_core.datasets.preview import ColumnSummary, UploadPreview
from ppml_core.errors import UploadRejected

if TYPE_CHECKING:
    from ppml_core.datasets.pictures import Pictures
    from ppml_core.datasets.tables import Table
    from ppml_core.datasets.upload_file import UploadFile

__all__ = [
    "ColumnSummary",
    "Preparation",
    "UploadPreview",
    "inspect",
    "prepare",
    "read_upload",
    "settle",
]


class Choices(TypedDict, total=False):
    """Fields of :class:`Preparation` that :func:`read_upload` takes by name."""

    label: str | None
    leave_out: tuple[str, ...]
    categorical: tuple[str, ...] | None
    numbers: tuple[str, ...]
    grouped: tuple[str, ...]
    hashed: tuple[str, ...]
    dates: DateForm
    missing_words: dict[str, tuple[str, ...]]
    missing: MissingPolicy
    merge_classes: bool
    person: str | None
    bounds: dict[str, tuple[float, float]]
    categories: dict[str, tuple[str, ...]]
    fill_values: dict[str, float | str]
    image_side: int | None


def inspect(path: Path, filename: str, *, header: bool = True) -> UploadPreview:
    """What is in the file at ``path``, which its owner calls ``filename``.

    ``header`` as in :class:`Preparation`. Raises ``UploadRejected`` for a file that
    cannot be used whatever is decided.
    """
    from ppml_core.datasets import read_images, summarise, upload_file
    from ppml_core.datasets.pictures import Pictures

    file = upload_file.recognise(Path(path), filename)
    if file.kind == "images":
        return summarise.preview_contents(file, read_images.look_into(file.path))
    found = _read(file, Preparation(header=header))
    if isinstance(found, Pictures):
        return summarise.preview_pictures(file, found)
    return summarise.preview_table(file, found)


def prepare(
    path: Path, filename: str, preparation: Preparation, name: str | None = None
) -> Dataset:
    """The dataset that the decisions in ``preparation`` make of the file.

    ``record_ids`` are row numbers of the file (positions of pictures). ``name`` is
    the file's name without its extension unless given. What the reader noticed is among
    the notes. Raises ``UploadRejected``.
    """
    from ppml_core.datasets import determines, encode, upload_file
    from ppml_core.datasets.pictures import Pictures

    file = upload_file.recognise(Path(path), filename)
    found = _read(file, preparation)
    name = name or Path(filename).stem or "upload"
    source = f"uploaded file {filename}"
    if isinstance(found, Pictures):
        made = encode.encode_pictures(found, preparation, name=name, source=source)
    else:
        made = encode.encode_table(found, preparation, name=name, source=source)
    twins = determines.twins_note(determines.label_twins(made))
    notes = dict.fromkeys((*file.warnings, *found.warnings, *twins, *made.notes))
    return replace(made, notes=tuple(notes))


def read_upload(
    path: Path, *, header: bool | None = None, name: str | None = None, **choices: Unpack[Choices]
) -> Dataset:
    """A file as a dataset in one call; see :class:`Preparation` for the arguments.

    What is left open is decided by :func:`settle`. Raises ``UploadRejected``, also where
    there is no file, or where the first row looks like a record and ``header`` does not
    say what it is.
    """
    path = Path(path)
    if not path.is_file():
        raise UploadRejected(f"There is no file {path.name!r}", fix="Check the path.")
    preparation = Preparation(header=header is not False, **choices)
    preview = inspect(path, path.name, header=preparation.header)
    if preview.headless and header is None:
        raise UploadRejected(
            "The first row looks like a record, not like names of columns",
            where="row 1",
            fix="Say which it is: header=False for a record, header=True for names.",
        )
    preparation, said = settle(preview, preparation)
    dataset = prepare(path, path.name, preparation, name)
    return replace(dataset, notes=(*said, *dataset.notes)) if said else dataset


def settle(preview: UploadPreview, preparation: Preparation) -> tuple[Preparation, tuple[str, ...]]:
    """The preparation with what it leaves open decided, and sentences that say so.

    A label is guessed where that is plain. Columns that only tell records apart
    (:func:`ppml_core.datasets.identifying.identifies`) are left out, unless something was
    chosen for them. Raises ``UploadRejected`` where no label is plain.
    """
    if preparation.label is None:
        preparation = replace(preparation, label=_guessed(preview))
    names = _identifying(preview, preparation)
    if not names:
        return preparation, ()
    said = (
        f"Many different values, as in names or numbers of records, so left out: "
        f"{', '.join(names)}. Name a column as categorical to use it all the same."
    )
    return replace(preparation, leave_out=(*preparation.leave_out, *names)), (said,)


def _identifying(preview: UploadPreview, preparation: Preparation) -> tuple[str, ...]:
    """Columns to leave out because they only tell records apart; never all there are."""
    chosen = {preparation.label, preparation.person, *preparation.leave_out, *preparation.bounds}
    chosen |= {*(preparation.categorical or ()), *preparation.numbers}
    chosen |= {*preparation.grouped, *preparation.hashed}
    names = tuple(c.name for c in preview.columns if c.identifies and c.name not in chosen)
    kept = {c.name for c in preview.columns} - {preparation.label, *preparation.leave_out, *names}
    return names if kept else ()


def _guessed(preview: UploadPreview) -> str | None:
    """The guessed label; pictures need none."""
    if preview.label is None and preview.columns:
        names = [column.name for column in preview.columns]
        shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        raise UploadRejected("Which column is the label is not plain", fix=f"Name one of: {shown}.")
    return preview.label


def _read(file: UploadFile, preparation: Preparation) -> Table | Pictures:
    """By the reader of its kind."""
    from ppml_core.datasets.read_images import read_images
    from ppml_core.datasets.read_npz import read_npz
    from ppml_core.datasets.read_parquet import read_parquet
    from ppml_core.datasets.read_text import read_text

    if file.kind == "images":
        return read_images(file.path, preparation.image_side)
    if file.kind == "csv":
        return read_text(file.path, preparation.header)
    return {"parquet": read_parquet, "npz": read_npz}[file.kind](file.path)
