"""Downloaded datasets, kept with the SHA-256 of the file beside them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.files import open_dataset, save_dataset
from ppml_core.errors import DatasetUnavailable, StoreFormatError


def home() -> Path:
    """Where this software keeps data: ``PPML_HOME``, else the user's data directory."""
    if named := os.environ.get("PPML_HOME"):
        return Path(named).expanduser()
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "ppml-lab"


def is_cached(name: str) -> bool:
    """Whether a copy of ``name`` is kept (not whether it is intact)."""
    return _path(name).is_file() and _sum_path(name).is_file()


def cached(name: str, title: str, fetch: Callable[[], Dataset]) -> Dataset:
    """The kept copy if it is intact, else what ``fetch`` brings, which is then kept.

    Raises ``DatasetUnavailable``, in plain words, when ``fetch`` cannot; a kept
    copy that no longer has its recorded SHA-256 is removed and said to be damaged.
    """
    damaged = False
    if is_cached(name):
        try:
            return _read(name)
        except StoreFormatError:
            damaged = True
            _path(name).unlink(missing_ok=True)
            _sum_path(name).unlink(missing_ok=True)
    try:
        dataset = fetch()
    except (OSError, ImportError, ValueError) as error:
        reason = "The kept copy was damaged and has been removed. " if damaged else ""
        raise DatasetUnavailable(
            f"{reason}{title} needs a connection: it could not be downloaded "
            f"({_short(error)}). Connect this machine and try again, or choose a dataset "
            "that works offline."
        ) from error
    _keep(name, dataset)
    return dataset


def _read(name: str) -> Dataset:
    """The kept copy, checked against its recorded sum."""
    if _sum(_path(name)) != _sum_path(name).read_text().strip():
        raise StoreFormatError(f"The kept copy of {name} is damaged.")
    return open_dataset(_path(name))


def _keep(name: str, dataset: Dataset) -> None:
    """Write the copy, then its sum; without its sum a copy does not count."""
    _sum_path(name).unlink(missing_ok=True)
    save_dataset(dataset, _path(name))
    part = _sum_path(name).with_suffix(f".{os.getpid()}.part")
    part.write_text(_sum(_path(name)) + "\n")
    os.replace(part, _sum_path(name))


def _sum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _short(error: Exception) -> str:
    """The first line of an error, for the brackets of a sentence."""
    reason = getattr(error, "reason", None) or error
    return (str(reason).strip().splitlines() or [type(error).__name__])[0][:160]


def _path(name: str) -> Path:
    return home() / "downloads" / f"{name}.npz"


def _sum_path(name: str) -> Path:
    return home() / "downloads" / f"{name}.npz.sha256"
