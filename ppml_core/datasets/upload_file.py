"""What kind of file was uploaded, judged by its bytes and not by its name."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ppml_core import limits
from ppml_core.datasets import foreign
from ppml_core.datasets.archive import check_entries
from ppml_core.datasets.preview import FileKind
from ppml_core.errors import UploadRejected

ACCEPTED = "Upload CSV or TSV, Parquet, NPZ (X, y), or a ZIP of images in one folder a class."

_FOREIGN = (
    (b"\x1f\x8b", "a gzip file", "Unpack it and upload what is inside."),
    (b"BZh", "a bzip2 file", "Unpack it and upload what is inside."),
    (b"\xfd7zXZ", "an xz file", "Unpack it and upload what is inside."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Make a ZIP instead."),
    (b"Rar!", "a RAR archive", "Make a ZIP instead."),
    (b"%PDF", "a PDF", ACCEPTED),
    (b"\x89PNG", "a single picture", "Upload a ZIP of pictures, one folder a class."),
    (b"\xff\xd8\xff", "a single picture", "Upload a ZIP of pictures, one folder a class."),
    (b"GIF8", "a single picture", "Upload a ZIP of pictures, one folder a class."),
    (b"\x93NUMPY", "a single numpy array", "Save features and labels with np.savez(X=..., y=...)."),
    (b"\x89HDF", "an HDF5 file", ACCEPTED),
    (b"ARROW1", "an Arrow (Feather) file", "Save it as Parquet."),
    (b"II*\x00", "a single picture", "Upload a ZIP of pictures, one folder a class."),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save it as CSV (UTF-8)."),
    (b"\x80\x02", "a pickle", "Pickles can run programs and are never opened. " + ACCEPTED),
    (b"\x80\x03", "a pickle", "Pickles can run programs and are never opened. " + ACCEPTED),
    (b"\x80\x04", "a pickle", "Pickles can run programs and are never opened. " + ACCEPTED),
    (b"\x80\x05", "a pickle", "Pickles can run programs and are never opened. " + ACCEPTED),
)
_EXTENSIONS: dict[FileKind, tuple[str, ...]] = {
    "csv": (".csv", ".tsv", ".txt", ".tab", ".data"),
    "parquet": (".parquet", ".pq"),
    "npz": (".npz",),
    "images": (".zip",),
}
_NAMES: dict[FileKind, str] = {
    "csv": "text (CSV)",
    "parquet": "Parquet",
    "npz": "NPZ",
    "images": "a ZIP archive",
}


@dataclass(frozen=True, kw_only=True)
class UploadFile:
    """A file that is small enough and of a known kind; ``warnings`` where its name misleads."""

    path: Path
    filename: str
    kind: FileKind
    size: int
    warnings: tuple[str, ...]

    def sha256(self) -> str:
        """Of the bytes as uploaded, in hexadecimal."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def recognise(path: Path, filename: str) -> UploadFile:
    """Look at size and first bytes. Raises ``UploadRejected`` for what cannot be used."""
    size = path.stat().st_size
    if size == 0:
        raise UploadRejected("The file is empty", fix="Was it saved completely? " + ACCEPTED)
    if size > limits.UPLOAD_BYTES:
        limit = limits.UPLOAD_BYTES / 2**20
        raise UploadRejected(
            f"The file has {size / 2**20:,.1f} MB",
            fix=f"At most {limit:,.0f} MB are accepted: leave out rows or columns.",
        )
    with path.open("rb") as file:
        head = file.read(4096)
    kind = _kind(path, head)
    return UploadFile(
        path=path, filename=filename, kind=kind, size=size, warnings=_misnamed(filename, kind)
    )


def _kind(path: Path, head: bytes) -> FileKind:
    """By magic bytes; what has none and no zero bytes is text."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path)
    for magic, what, fix in _FOREIGN:
        if head.startswith(magic):
            raise UploadRejected(f"This file is {what}", fix=fix)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UploadRejected(
            "The text of this file is UTF-16, not UTF-8",
            where="bytes 0 to 1",
            fix="Save it as UTF-8 (in Excel: CSV UTF-8).",
        )
    if b"\x00" in head:
        where = f"byte {head.index(0)}"
        raise UploadRejected(
            "This file is neither text nor a known kind", where=where, fix=ACCEPTED
        )
    foreign.check_text(head)
    return "csv"


def _zip_kind(path: Path) -> FileKind:
    """An NPZ is a ZIP of .npy files; an Excel workbook is a ZIP too."""
    check_entries(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, IndexError, RuntimeError) as error:
        raise UploadRejected(
            "The file is cut off or damaged: its table of contents cannot be read",
            fix="Upload it again, or make it again.",
        ) from error
    foreign.check_entries(names)
    if not names:
        raise UploadRejected("The ZIP archive is empty", fix=ACCEPTED)
    return "npz" if all(name.endswith(".npy") for name in names) else "images"


def _misnamed(filename: str, kind: FileKind) -> tuple[str, ...]:
    """A warning where the name promises another kind than the contents."""
    extension = Path(filename).suffix.lower()
    if extension in _EXTENSIONS[kind]:
        return ()
    named = f"named {extension}" if extension else "without an extension"
    return (f"The file is {named}, but its contents are {_NAMES[kind]}; it was read as that.",)
