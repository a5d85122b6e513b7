"""From an uploaded file to a dataset: look at it, decide, prepare.

The readers (pandas, pyarrow, Pillow) are imported when a file is read, not when
this module is. A server should read files from strangers through
:mod:`ppml_core.datasets.isolated`, which does the same in a process of its own.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.preparation import MissingPolicy, Preparation
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
]


def inspect(path: Path, filename: str) -> UploadPreview:
    """What is in the file at ``path``, which its owner calls ``filename``.

    Raises ``UploadRejected`` for a file that cannot be used whatever is decided.
    """
    from ppml_core.datasets import read_images, summarise, upload_file
    from ppml_core.datasets.pictures import Pictures

    file = upload_file.recognise(Path(path), filename)
    if file.kind == "images":
        return summarise.preview_contents(file, read_images.look_into(file.path))
    found = _read(file, None)
    if isinstance(found, Pictures):
        return summarise.preview_pictures(file, found)
    return summarise.preview_table(file, found)


def prepare(
    path: Path, filename: str, preparation: Preparation, name: str | None = None
) -> Dataset:
    """The dataset that the decisions in ``preparation`` make of the file.

    ``record_ids`` are row numbers of the file (positions of pictures). ``name`` is
    the file's name without its extension unless given. Raises ``UploadRejected``.
    """
    from ppml_core.datasets import encode, upload_file
    from ppml_core.datasets.pictures import Pictures

    file = upload_file.recognise(Path(path), filename)
    found = _read(file, preparation.image_side)
    name = name or Path(filename).stem or "upload"
    source = f"uploaded file {filename}"
    if isinstance(found, Pictures):
        made = encode.encode_pictures(found, preparation, name=name, source=source)
    else:
        made = encode.encode_table(found, preparation, name=name, source=source)
    return replace(made, notes=(*file.warnings, *made.notes)) if file.warnings else made


def read_upload(
    path: Path,
    *,
    label: str | None = None,
    leave_out: tuple[str, ...] = (),
    categorical: tuple[str, ...] | None = None,
    missing: MissingPolicy = "refuse",
    bounds: dict[str, tuple[float, float]] | None = None,
    name: str | None = None,
) -> Dataset:
    """A file as a dataset in one call; see :class:`Preparation` for the arguments.

    ``label`` left out is guessed where that is plain. Columns that only tell records
    apart (:func:`ppml_core.datasets.identifying.identifies`) are left out, and a note
    says so, unless they are named in ``categorical`` or ``bounds``. Raises
    ``UploadRejected``, also where there is no file.
    """
    path = Path(path)
    if not path.is_file():
        raise UploadRejected(f"There is no file {path.name!r}", fix="Check the path.")
    preparation = Preparation(
        label=label,
        leave_out=leave_out,
        categorical=categorical,
        missing=missing,
        bounds=bounds or {},
    )
    preview = inspect(path, path.name)
    if label is None:
        preparation = replace(preparation, label=_guessed(preview))
    names = _identifying(preview, preparation)
    preparation = replace(preparation, leave_out=(*leave_out, *names))
    dataset = prepare(path, path.name, preparation, name)
    if not names:
        return dataset
    said = (
        f"Nearly every value differs, as in a name or a number of a record, so left out: "
        f"{', '.join(names)}. Name a column as categorical to use it all the same."
    )
    return replace(dataset, notes=(said, *dataset.notes))


def _identifying(preview: UploadPreview, preparation: Preparation) -> tuple[str, ...]:
    """Columns to leave out because they only tell records apart; never all there are."""
    chosen = {preparation.label, *preparation.leave_out, *preparation.bounds}
    chosen |= {*(preparation.categorical or ())}
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


def _read(file: UploadFile, image_side: int | None) -> Table | Pictures:
    """By the reader of its kind."""
    from ppml_core.datasets.read_images import read_images
    from ppml_core.datasets.read_npz import read_npz
    from ppml_core.datasets.read_parquet import read_parquet
    from ppml_core.datasets.read_text import read_text

    if file.kind == "images":
        return read_images(file.path, image_side)
    return {"csv": read_text, "parquet": read_parquet, "npz": read_npz}[file.kind](file.path)
