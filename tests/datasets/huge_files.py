"""Files that are small on disk and huge once read, made in a moment."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def zeros_parquet(path: Path, rows: int = 400_000, columns: int = 600) -> Path:
    """One page of nothing but zeros a column: about a megabyte, 1.9 GB as numbers."""
    zeros = pa.array(np.zeros(rows, dtype=np.int8))
    pq.write_table(pa.table({f"c{i}": zeros for i in range(columns)}), path, compression="zstd")
    return path


def long_text_parquet(path: Path, length: int = 200_000, rows: int = 20_000) -> Path:
    """One text of ``length`` characters in all rows: 4 GB as separate texts."""
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), ["a" * length])
    pq.write_table(pa.table({"text": texts, "y": np.arange(rows) % 2}), path)
    return path


def wide_npz(path: Path, rows: int = 100_000, columns: int = 5_000) -> Path:
    """Small numbers, all of them zero: half a megabyte, 4 GB as numbers."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        _zeros(archive, "X.npy", (rows, columns), "|i1")
        _zeros(archive, "y.npy", (rows,), "|i1")
    return path


def _zeros(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], kind: str) -> None:
    """An array of zeros, written in pieces."""
    left = int(np.prod(shape)) * np.dtype(kind).itemsize
    with archive.open(name, "w", force_zip64=True) as stream:
        header = {"descr": kind, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(stream, header)
        while left > 0:
            stream.write(bytes(min(left, 1 << 24)))
            left -= 1 << 24


def crowded_zip(path: Path, entries: int = 200_000) -> Path:
    """Nothing but folders in its table of contents; the counter says what fits in two bytes."""
    one = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", *[20] * 2, *[0] * 7, 2, *[0] * 5, 0)
    one += b"a/"
    start = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, *[0] * 7, 2, 0) + b"a/"
    end = struct.pack(
        "<4sHHHHIIH",
        b"PK\x05\x06",
        0,
        0,
        entries % 65_536,
        entries % 65_536,
        len(one) * entries,
        len(start),
        0,
    )
    with path.open("wb") as file:
        file.write(start)
        for _ in range(entries // 1000):
            file.write(one * 1000)
        file.write(end)
    return path


def padded_csv(path: Path, rows: int = 1_000_000, columns: int = 2_000) -> Path:
    """Rows of one value under a row of many names: 2 MB, 16 GB once filled up."""
    names = ",".join(f"c{i}" for i in range(columns))
    path.write_text(names + "\n" + "0\n" * rows)
    return path


def giant_cell_csv(path: Path, length: int = 40 * 2**20) -> Path:
    """One cell of many megabytes."""
    with path.open("w") as file:
        file.write("a,y\n")
        for i in range(30):
            file.write(f"{i},{i % 2}\n")
        file.write('"')
        for _ in range(length // 2**20):
            file.write("x" * 2**20)
        file.write('",1\n')
    return path


def one_hot_csv(path: Path, rows: int = 100_000, values: int = 10_000) -> Path:
    """A text column of many values: 4 GB once each value has a column of its own."""
    path.write_text("a,y\n" + "".join(f"v{i % values},{i % 2}\n" for i in range(rows)))
    return path
