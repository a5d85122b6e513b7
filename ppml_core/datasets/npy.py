"""Arrays in numpy's own format, out of an archive: judged by their header, read in pieces."""

from __future__ import annotations

import io
import math
import zipfile
from dataclasses import dataclass

import numpy as np

from ppml_core.datasets.archive import Archive, Stream
from ppml_core.errors import UploadRejected

_HEADER_BYTES = 1 << 16
_PIECE = 4 << 20
"""Bytes read at a time."""

_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
    (3, 0): np.lib.format.read_array_header_2_0,
}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An array as its header tells of it. ``skip``: bytes of the header."""

    name: str
    info: zipfile.ZipInfo
    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype
    skip: int

    @property
    def size(self) -> int:
        """How many values."""
        return math.prod(self.shape)


def look(archive: Archive, info: zipfile.ZipInfo, name: str) -> Stored:
    """The header alone. Raises ``UploadRejected`` where it does not fit the entry's size."""
    header = io.BytesIO(archive.start(info, _HEADER_BYTES))
    try:
        shape, fortran, dtype = _READERS[np.lib.format.read_magic(header)](header)
    except Exception as error:  # the header is a Python literal: anything may come of it
        raise damaged(name) from error
    stored = Stored(
        name=name, info=info, shape=shape, fortran=fortran, dtype=dtype, skip=header.tell()
    )
    if dtype.hasobject:
        return stored
    whole = all(axis >= 0 for axis in shape)
    if not whole or stored.size * dtype.itemsize != info.file_size - stored.skip:
        raise damaged(name)
    return stored


def read(archive: Archive, stored: Stored) -> np.ndarray:
    """The array as it is, in its own type of number."""
    flat = np.empty(stored.size, dtype=stored.dtype)
    with archive.stream(stored.info) as stream:
        stream.exactly(stored.skip)
        step = max(1, _PIECE // max(1, stored.dtype.itemsize))
        for start in range(0, stored.size, step):
            part = flat[start : start + step]
            part[:] = np.frombuffer(stream.exactly(part.nbytes), dtype=stored.dtype)
        stream.read(1)  # the checksum is judged at the end
    return flat.reshape(stored.shape, order="F" if stored.fortran else "C")


def read_columns(archive: Archive, stored: Stored) -> np.ndarray:
    """A matrix ``(n, d)`` turned to float64 ``(d, n)``; never held in another form as well."""
    n, d = stored.shape
    columns = np.empty((d, n))
    with archive.stream(stored.info) as stream:
        stream.exactly(stored.skip)
        if stored.fortran:
            _fill(columns.reshape(-1, 1), stream, stored.dtype)
        else:
            _fill(columns.T, stream, stored.dtype)
        stream.read(1)
    return columns


def _fill(rows: np.ndarray, stream: Stream, dtype: np.dtype) -> None:
    """The next values of the stream, row by row."""
    width = rows.shape[1]
    step = max(1, _PIECE // max(1, width * dtype.itemsize))
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        piece = stream.exactly(part.size * dtype.itemsize)
        part[:] = np.frombuffer(piece, dtype=dtype).reshape(part.shape)


def damaged(name: str) -> UploadRejected:
    """For an entry that is not the array it says it is."""
    return UploadRejected(
        f"Array {name} is cut off or damaged", fix="Write the NPZ again with np.savez."
    )
