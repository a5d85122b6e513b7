"""Small files to upload."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # importlib mode puts nothing there
    sys.path.append(HERE)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text or bytes to a file and give its path."""

    def _write(contents: str | bytes, name: str = "data.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
        return path

    return _write


@pytest.fixture
def lines() -> Callable[..., str]:
    """A header and ``n`` rows, where some rows are replaced (by their number in the file)."""

    def _lines(
        header: str, row: Callable[[int], str], n: int = 30, instead: dict[int, str] | None = None
    ) -> str:
        rows = [(instead or {}).get(i + 2, row(i)) for i in range(n)]
        return "\n".join([header, *rows]) + "\n"

    return _lines


@pytest.fixture
def png() -> Callable[..., bytes]:
    """An encoded picture of one shade (or one colour)."""

    def _png(
        width: int = 6,
        height: int = 5,
        shade: int | tuple[int, ...] = 9,
        mode: str = "L",
        kind: str = "PNG",
    ) -> bytes:
        buffer = io.BytesIO()
        Image.new(mode, (width, height), shade).save(buffer, format=kind)
        return buffer.getvalue()

    return _png


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    """A ZIP of the given entries."""

    def _zipped(entries: dict[str, bytes], name: str = "pictures.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, data in entries.items():
                archive.writestr(entry, data)
        return path

    return _zipped


@pytest.fixture
def npz(tmp_path: Path) -> Callable[..., Path]:
    """An NPZ of the given arrays."""

    def _npz(**arrays: np.ndarray) -> Path:
        path = tmp_path / "data.npz"
        np.savez(path, **arrays)
        return path

    return _npz
