"""A ZIP of pictures in one folder a class."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ppml_core import limits
from ppml_core.datasets import pixels
from ppml_core.datasets.archive import Archive, open_archive
from ppml_core.datasets.pictures import Pictures
from ppml_core.datasets.tables import Column, check_count
from ppml_core.errors import UploadRejected

_EXTENSIONS = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm"}
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
_WHOLE = {".tif", ".tiff", ".gif", ".webp"}
"""The header may come last, or what follows the first frame is asked about."""

_HEADER_BYTES = 256 * 1024
"""Enough for the header of a picture, with a preview and a colour profile before it."""

_IGNORED = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What the archive holds: per picture its entry, folder, (width, height) and colour.

    ``remarks``: what will be done to pictures, once for each picture.
    """

    entries: tuple[zipfile.ZipInfo, ...]
    folders: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]
    coloured: bool
    others: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    def shapes(self) -> list[str]:
        """The different sizes, commonest first."""
        return [f"{w} x {h}" for (w, h), _ in Counter(self.sizes).most_common()]

    def classes(self) -> list[tuple[str, int]]:
        """Folder names and how many pictures each has, by name."""
        return sorted(Counter(self.folders).items())

    def fits(self) -> bool:
        """Whether they can be used at the size they have, which is one and not too large."""
        width, height = self.sizes[0]
        values = width * height * (3 if self.coloured else 1)
        return len(set(self.sizes)) == 1 and values <= limits.FEATURES

    def warnings(self) -> tuple[str, ...]:
        """What a person should know before going on."""
        found = []
        if self.others:
            named = ", ".join(self.others[:3]) + (", ..." if len(self.others) > 3 else "")
            found.append(f"{len(self.others):,} files are not pictures and not used: {named}.")
        for remark, count in Counter(self.remarks).items():
            found.append(f"{count:,} of {len(self.entries):,} pictures {remark}.")
        sizes = len(self.shapes())
        if not self.fits():
            why = f"have {sizes} different sizes" if sizes > 1 else "are too large as they are"
            found.append(
                f"The pictures {why}; they will be resized to {limits.RESIZED_SIDE} x "
                f"{limits.RESIZED_SIDE} unless another size is chosen."
            )
        return tuple(found)


def look_into(path: Path) -> Contents:
    """Names and sizes, without decoding a picture. Raises ``UploadRejected``."""
    with open_archive(path) as archive:
        return _contents(archive)


def read_images(path: Path, side: int | None = None) -> Pictures:
    """All pictures, at their common size or resized to ``side`` pixels square."""
    with open_archive(path) as archive:
        contents = _contents(archive)
        width, height, notes = _target(contents, side)
        depth = 3 if contents.coloured else 1
        count = len(contents.entries)
        if count * width * height * depth * 4 > limits.ENCODED_BYTES:
            raise UploadRejected(
                f"{count:,} pictures of {width} x {height} pixels are too much",
                fix="Choose a smaller size for the pictures, or leave some out.",
            )
        images = np.empty((count, height, width, depth), dtype=np.uint8)
        for i, info in enumerate(contents.entries):
            images[i] = _decode(archive.read(info), info.filename, width, height, depth)
    levels = tuple(name for name, _ in contents.classes())
    position = {name: code for code, name in enumerate(levels)}
    codes = np.array([position[folder] for folder in contents.folders], dtype=np.int64)
    return Pictures(
        kind="images",
        images=images if contents.coloured else images[..., 0],
        labels=Column(name="folder", kind="text", codes=codes, levels=levels),
        notes=notes,
        warnings=contents.warnings(),
    )


def _contents(archive: Archive) -> Contents:
    """Sort the entries into pictures by folder and other files."""
    pictures, others = [], []
    for info in archive.entries:
        parts = info.filename.replace("\\", "/").split("/")
        if _IGNORED.intersection(parts) or parts[-1].startswith("._"):
            continue
        is_picture = Path(parts[-1]).suffix.lower() in _EXTENSIONS
        (pictures.append((info, parts)) if is_picture else others.append(info.filename))
    if not pictures:
        raise UploadRejected(
            "The ZIP has no pictures in it",
            where=f"it has {', '.join(others[:3]) or 'nothing'}",
            fix="Upload a table as it is, not in a ZIP; put pictures in one folder a class.",
        )
    for info, parts in pictures:
        if len(parts) < 2:
            raise UploadRejected(
                "A picture is in no folder, so its class is unknown",
                where=f"entry {info.filename!r}",
                fix="Put the pictures of each class in a folder named after the class.",
            )
    headers = [_header(archive, info) for info, _ in pictures]
    check_count(len(pictures))
    return Contents(
        entries=tuple(info for info, _ in pictures),
        folders=tuple(parts[-2] for _, parts in pictures),
        sizes=tuple(size for size, _, _ in headers),
        coloured=any(coloured for _, coloured, _ in headers),
        others=tuple(others),
        remarks=tuple(remark for _, _, remarks in headers for remark in remarks),
    )


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Image.Image]:
    """A picture whose size has been checked but which is not decoded yet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if max(picture.size) > limits.IMAGE_SIDE:
                    raise _too_large(name, f"{picture.width:,} x {picture.height:,} pixels")
                yield picture
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(name, "far too many pixels") from error
    except (UploadRejected, MemoryError):
        raise
    except Exception as error:  # of a damaged picture anything may come out of its decoder
        raise UploadRejected(
            "A picture cannot be read", where=f"entry {name!r}", fix="Remove or replace it."
        ) from error


def _too_large(name: str, size: str) -> UploadRejected:
    """For a picture over the limit."""
    return UploadRejected(
        f"A picture has {size}",
        where=f"entry {name!r}",
        fix=f"At most {limits.IMAGE_SIDE} pixels a side are accepted: make it smaller.",
    )


def _header(
    archive: Archive, info: zipfile.ZipInfo
) -> tuple[tuple[int, int], bool, tuple[str, ...]]:
    """Size, whether there is colour, and remarks, from the start of the file."""
    whole = Path(info.filename).suffix.lower() in _WHOLE
    length = info.file_size if whole else _HEADER_BYTES
    with _opened(archive.start(info, length), info.filename) as picture:
        return pixels.size(picture), pixels.coloured(picture), pixels.remarks(picture)


def _target(contents: Contents, side: int | None) -> tuple[int, int, tuple[str, ...]]:
    """Width and height all pictures get, and a note where that changes them."""
    depth = 3 if contents.coloured else 1
    if side is None and contents.fits():
        return *contents.sizes[0], ()
    side = side or limits.RESIZED_SIDE
    if side * side * depth > limits.FEATURES:
        raise UploadRejected(
            f"Pictures of {side} x {side} pixels have {side * side * depth:,} values each",
            fix=f"At most {limits.FEATURES:,} are accepted: choose a smaller size.",
        )
    return side, side, (f"Pictures were resized to {side} x {side} pixels.",)


def _decode(data: bytes, name: str, width: int, height: int, depth: int) -> np.ndarray:
    """One picture as bytes ``(height, width, depth)``."""
    with _opened(data, name) as picture:
        flat = pixels.flat(picture, name, depth)
        if flat.size != (width, height):
            flat = flat.resize((width, height), Image.Resampling.BILINEAR)
        return np.asarray(flat, dtype=np.uint8).reshape(height, width, depth)
