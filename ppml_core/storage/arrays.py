"""Arrays as ``.npz`` files: written whole, with a format version, no pickle."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from ppml_core.errors import InvalidValue, StoreFormatError
from ppml_core.storage import files, format

_VERSION = "format_version"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ArrayStore:
    """Named groups of arrays, by what they belong to: a run, or data that models learned from."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, run_id: str, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Write the arrays (no object arrays) as one file, replacing an earlier one."""
        save_arrays(self._path(run_id, name), arrays)

    def get(self, run_id: str, name: str) -> dict[str, np.ndarray]:
        """Raises ``FileNotFoundError``, or ``StoreFormatError`` for a file not ours."""
        return load_arrays(self._path(run_id, name))

    def delete(self, run_id: str) -> None:
        """Remove all arrays of a run; none is fine."""
        shutil.rmtree(self._path(run_id, "x").parent, ignore_errors=True)

    def used(self, run_id: str, name: str) -> None:
        """Note that the file was used just now; none is fine."""
        with suppress(OSError):
            os.utime(self._path(run_id, name))

    def trim(self, prefix: str, limit: int) -> None:
        """Remove files of owners whose name begins with ``prefix``, least recently used
        first, until at most ``limit`` bytes of them are left."""
        found = []
        for path in self._root.glob(f"{prefix}*/*.npz"):
            with suppress(FileNotFoundError):
                stat = path.stat()
                found.append((stat.st_mtime_ns, stat.st_size, path))
        excess = sum(size for _, size, _ in found) - limit
        for _, size, path in sorted(found):
            if excess <= 0:
                return
            path.unlink(missing_ok=True)
            excess -= size

    def _path(self, run_id: str, name: str) -> Path:
        """Refuses names that would leave the directory."""
        for what, value in (("run_id", run_id), ("name", name)):
            if not _NAME.fullmatch(value):
                raise InvalidValue(what, "of letters, digits, - and _", value)
        return self._root / run_id / f"{name}.npz"


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write ``arrays`` to ``path`` atomically, with the format version."""
    for key, array in arrays.items():
        if key == _VERSION or np.asarray(array).dtype.hasobject:
            raise InvalidValue("array", "with a plain dtype and a free name", key)
    with files.atomic(path) as file:
        np.savez(file, allow_pickle=False, **{_VERSION: np.int64(format.ARRAYS)}, **dict(arrays))


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read what :func:`save_arrays` wrote. Raises ``StoreFormatError`` otherwise."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        version = int(arrays.pop(_VERSION))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise StoreFormatError("This file holds no arrays written by this library.") from error
    format.check("arrays", version, format.ARRAYS)
    return arrays
