"""ZIP archives from strangers: nothing is written out, and nothing unpacks without bound."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ppml_core import limits
from ppml_core.errors import UploadRejected

_CHUNK = 1 << 20
_ENTRY = b"PK\x01\x02"
"""With this begins each entry of an archive's table of contents."""

_HEADER = 30
"""Fewest bytes before an entry's contents."""

_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that need little memory; others name the memory that they want."""


class Archive:
    """A checked archive whose entries are read one at a time, within one shared allowance.

    Refuses encrypted entries, links, names that lead outside, names that occur twice,
    entries that share bytes, too many entries, and more than ``limits.UNPACKED_BYTES``
    in all; the sizes the archive declares are checked first, and what really comes out
    is counted while it streams.
    """

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._left = limits.UNPACKED_BYTES
        self.entries = _checked(file)

    def read(self, info: zipfile.ZipInfo) -> bytes:
        """The whole entry; it counts against the allowance. Raises ``UploadRejected``."""
        with self.stream(info) as stream:
            return b"".join(iter(lambda: stream.read(_CHUNK), b""))

    @contextmanager
    def stream(self, info: zipfile.ZipInfo) -> Iterator[Stream]:
        """An entry to be read in pieces, which count against the allowance."""
        with self._file.open(info) as opened:
            yield Stream(self, opened)

    def start(self, info: zipfile.ZipInfo, length: int) -> bytes:
        """The first ``length`` bytes of an entry, which do not count against the allowance."""
        with self._file.open(info) as stream:
            return stream.read(length)

    def spend(self, size: int) -> None:
        """Count what came out."""
        self._left -= size
        if self._left < 0:
            raise _bomb("more than")


class Stream:
    """One entry while it is read."""

    def __init__(self, archive: Archive, opened: IO[bytes]) -> None:
        self._archive, self._opened = archive, opened

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, none at the end. Raises ``UploadRejected`` over the allowance."""
        piece = self._opened.read(size)
        self._archive.spend(len(piece))
        return piece

    def exactly(self, size: int) -> bytes:
        """So many bytes. Raises ``EOFError`` where there are fewer."""
        pieces, left = [], size
        while left and (piece := self.read(min(left, _CHUNK))):
            pieces.append(piece)
            left -= len(piece)
        if left:
            raise EOFError
        return b"".join(pieces)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open and check; whatever is wrong with the archive's bytes is ``UploadRejected``."""
    check_entries(path)
    try:
        with zipfile.ZipFile(path) as file:
            yield Archive(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, IndexError) as error:
        raise damaged() from error
    except (NotImplementedError, RuntimeError) as error:
        if type(error) not in (NotImplementedError, RuntimeError):
            raise
        raise _oddly_packed() from error


def check_entries(path: Path) -> None:
    """Refuse too many entries before the table of contents is taken apart.

    Each of them becomes an object of half a kilobyte. An archive's own count may be
    wrong, so the places where an entry can begin are counted: no fewer than there are.
    """
    count, kept = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            whole = kept + chunk
            count += whole.count(_ENTRY)
            kept = whole[-len(_ENTRY) + 1 :]
    if count > limits.ARCHIVE_ENTRIES:
        raise UploadRejected(
            f"The archive has {count:,} entries",
            fix=f"At most {limits.ARCHIVE_ENTRIES:,} are accepted.",
        )


def damaged() -> UploadRejected:
    """For an archive whose bytes are not what they should be."""
    return UploadRejected(
        "The archive is cut off or damaged", fix="Upload it again, or make it again."
    )


def _checked(file: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files in the archive, in its order, or the reason to refuse it."""
    infos = file.infolist()
    for info in infos:
        _check_entry(info)
    total = sum(info.file_size for info in infos)
    if total > limits.UNPACKED_BYTES:
        raise _bomb(f"{total / 2**30:,.1f} GiB, more than")
    _check_apart(infos)
    return [info for info in infos if not info.is_dir()]


def _check_apart(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse two entries of one name, and entries that lie in each other's bytes."""
    seen: set[str] = set()
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.filename in seen:
            raise UploadRejected(
                "The archive has two entries of one name",
                where=f"entry {info.filename!r}",
                fix="Make it again, with each file once.",
            )
        if info.header_offset < end:
            raise damaged()
        seen.add(info.filename)
        end = info.header_offset + _HEADER + info.compress_size


def _check_entry(info: zipfile.ZipInfo) -> None:
    """Names that lead outside, links, passwords and odd ways of packing."""
    name = info.orig_filename.replace("\\", "/")
    if name.startswith("/") or re.match(r"^[A-Za-z]:", name) or ".." in name.split("/"):
        raise UploadRejected(
            "The archive has a name that leads outside of it",
            where=f"entry {info.orig_filename!r}",
            fix="Make it again from inside the folder that holds the class folders.",
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UploadRejected(
            "The archive has a symbolic link",
            where=f"entry {info.filename!r}",
            fix="Put the file itself in its place.",
        )
    if info.flag_bits & 0x1:
        raise UploadRejected(
            "The archive is encrypted",
            where=f"entry {info.filename!r}",
            fix="Make it again without a password.",
        )
    if info.compress_type not in _PACKED:
        raise _oddly_packed()


def _oddly_packed() -> UploadRejected:
    """For a way of packing that is not read."""
    return UploadRejected(
        "The archive is packed in a way that cannot be read here",
        fix="Make an ordinary ZIP without a password.",
    )


def _bomb(size: str) -> UploadRejected:
    """For what unpacks to too much."""
    limit = limits.UNPACKED_BYTES / 2**30
    return UploadRejected(
        f"The archive unpacks to {size} the {limit:.0f} GiB accepted",
        fix="Leave out some of it.",
    )
