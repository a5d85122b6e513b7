"""Where everything is kept: one directory, private to the account that owns it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from ppml_core.errors import StoreUnavailable, UploadNotFound

OPENING, READING = "open", "reading"
"""Locks of who opens a store, and of who reads a file: there before the first database is."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, kw_only=True)
class Home:
    """The parts of a store's directory."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "store.sqlite"

    @property
    def datasets(self) -> Path:
        return self.root / "datasets"

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def artifacts(self) -> Path:
        return self.root / "artifacts"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    @property
    def marker(self) -> Path:
        """Says that a database was made here."""
        return self.root / "store.made"

    def was_used(self) -> bool:
        """Whether a store was here, whatever became of its database."""
        parts = (self.uploads, self.datasets, self.artifacts, self.logs, self.locks)
        kept = (path for part in parts if part.is_dir() for path in part.iterdir())
        return self.marker.exists() or any(path.name not in (OPENING, READING) for path in kept)


def default_home() -> Path:
    """``PPML_HOME``, else ``ppml-lab`` in the user's data directory."""
    if named := os.environ.get("PPML_HOME"):
        return Path(named).expanduser()
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "ppml-lab"


def open_home(path: Path | None = None) -> Home:
    """Make the directories where they are missing, readable by their owner only.

    Raises ``StoreUnavailable``.
    """
    try:
        home = Home(root=Path(path or default_home()).expanduser().resolve())
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in (home.datasets, home.uploads, home.artifacts, home.logs, home.locks):
            part.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreUnavailable(
            f"The store's directory cannot be made or written ({error.strerror}). "
            "Name another one with PPML_HOME."
        ) from error
    except (ValueError, RuntimeError) as error:  # a zero character, links in a circle
        raise StoreUnavailable(
            "The store's directory has a name that no directory can have. "
            "Name another one with PPML_HOME or --store."
        ) from error
    return home


def checked_token(token: str) -> str:
    """The token, if it looks like one: it becomes part of a path.

    >>> checked_token("../../etc/passwd")
    Traceback (most recent call last):
    ...
    ppml_core.errors.UploadNotFound: This upload is not here. It may have been deleted: \
upload the file again.
    """
    if not _TOKEN.fullmatch(token):
        raise UploadNotFound()
    return token
