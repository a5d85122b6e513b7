"""Which code is running: workers outlive the server that started them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import ppml_core


@cache
def code_stamp() -> str:
    """Changes whenever the library's version or any of its source files does.

    Taken once in a process, so that it names the code that process runs.
    """
    root = Path(ppml_core.__file__).parent
    digest = hashlib.sha256(ppml_core.__version__.encode())
    for path in sorted(root.rglob("*.py")):
        stat = path.stat()
        digest.update(f"{path.relative_to(root)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
