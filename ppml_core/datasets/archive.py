"""ZIP archives from strangers: nothing is written out, and nothing unpacks without bound."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ppml_core import limits
from ppml_core.errors import UploadRejected

_CHUNK = 1 << 20


class Archive:
    """A checked archive whose entries are read one at a time, within one shared allowance.

    Refuses encrypted entries, links, names that lead outside, too many entries, and
    more than ``limits.UNPACKED_BYTES`` in all; the sizes the archive declares are
    checked first, and what really comes out is counted while it streams.
    """

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._left = limits.UNPACKED_BYTES
        self.entries = _checked(file)

    def read(self, info: zipfile.ZipInfo) -> bytes:
        """The whole entry; it counts against the allowance. Raises ``UploadRejected``."""
        pieces = []
        with self._file.open(info) as stream:
            while piece := stream.read(_CHUNK):
                self._left -= len(piece)
                if self._left < 0:
                    raise _bomb("more than")
                pieces.append(piece)
        return b"".join(pieces)

    def start(self, info: zipfile.ZipInfo, length: int) -> bytes:
        """The first ``length`` bytes of an entry, which do not count against the allowance."""
        with self._file.open(info) as stream:
            return stream.read(length)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open and check; whatever is wrong with the archive's bytes is ``UploadRejected``."""
    try:
        with zipfile.ZipFile(path) as file:
            yield Archive(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UploadRejected(
            "The archive is cut off or damaged", fix="Upload it again, or make it again."
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        if type(error) not in (NotImplementedError, RuntimeError):
            raise
        raise UploadRejected(
            "The archive is packed in a way that cannot be read here",
            fix="Make an ordinary ZIP without a password.",
        ) from error


def _checked(file: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files in the archive, in its order, or the reason to refuse it."""
    infos = file.infolist()
    if len(infos) > limits.ARCHIVE_ENTRIES:
        raise UploadRejected(
            f"The archive has {len(infos):,} entries",
            fix=f"At most {limits.ARCHIVE_ENTRIES:,} are accepted.",
        )
    for info in infos:
        _check_entry(info)
    total = sum(info.file_size for info in infos)
    if total > limits.UNPACKED_BYTES:
        raise _bomb(f"{total / 2**30:,.1f} GiB, more than")
    return [info for info in infos if not info.is_dir()]


def _check_entry(info: zipfile.ZipInfo) -> None:
    """Names that lead outside, links and passwords."""
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


def _bomb(size: str) -> UploadRejected:
    """For what unpacks to too much."""
    limit = limits.UNPACKED_BYTES / 2**30
    return UploadRejected(
        f"The archive unpacks to {size} the {limit:.0f} GiB accepted",
        fix="Leave out some of it.",
    )
