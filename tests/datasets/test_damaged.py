"""Whatever is done to the bytes of a file, the answer is a table, pictures, or a sentence."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ppml_core.datasets.ingest import inspect
from ppml_core.errors import UploadRejected

TRIES = 60


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Some bytes changed, a piece cut out, doubled, or filled with one value."""
    found = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        at, length = int(rng.integers(len(found))), int(rng.integers(1, 12))
        piece = [
            bytes(rng.integers(0, 256, length, dtype=np.uint8)),
            b"",
            bytes(found[at : at + length]) * 2,
            bytes([int(rng.choice([0, 34, 39, 40, 44, 127, 255]))]) * length,
        ][int(rng.integers(4))]
        found[at : at + length] = piece
        found = found or bytearray(b"x")
    return bytes(found)


def whole(kind: str, folder: Path, zipped, png) -> bytes:
    """A small good file."""
    y = np.arange(24) % 2
    if kind == "npz":
        np.savez(folder / "x.npz", X=np.arange(48.0).reshape(24, 2), y=y)
        return (folder / "x.npz").read_bytes()
    if kind == "parquet":
        columns = {"a": np.arange(24), "t": list("abcdefgh") * 3, "y": y}
        pq.write_table(pa.table(columns), folder / "x.parquet")
        return (folder / "x.parquet").read_bytes()
    if kind == "zip":
        return zipped({f"{c}/{i}.png": png() for c in "ab" for i in range(10)}).read_bytes()
    return ("a,b,y\n" + "".join(f'{i},"t {i % 3}",{i % 2}\n' for i in range(24))).encode()


@pytest.mark.parametrize("kind", ["csv", "npz", "parquet", "zip"])
def test_damage_of_any_kind_is_a_sentence(tmp_path: Path, zipped, png, kind: str) -> None:
    data, path = whole(kind, tmp_path, zipped, png), tmp_path / "file"
    rng, refused = np.random.default_rng(7), 0
    for _ in range(TRIES):
        path.write_bytes(damaged(data, rng))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                inspect(path, f"file.{kind}")
            except UploadRejected:
                refused += 1
    assert refused > 0
