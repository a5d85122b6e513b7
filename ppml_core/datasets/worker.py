"""Reads one file, or loads one catalogue dataset, in a process of its own.

``python -m ppml_core.datasets.worker`` reads one JSON command from its argument or
from standard input and prints one JSON answer, ``{"ok": {...}}`` or ``{"error":
"sentence", "type": "UploadRejected"}``; details go to standard error.

* ``{"do": "inspect", "path", "filename", "header"}`` answers with an ``UploadPreview``;
* ``{"do": "prepare", "path", "filename", "preparation", "out", "ref"}`` writes the
  dataset to ``out`` and answers with its ``DatasetCard``;
* ``{"do": "hand-over", "path", "filename", "preparation", "out"}`` writes it to the open
  file of that descriptor and answers with its hash;
* ``{"do": "catalogue", "name", "out"}`` does as ``prepare``.

A hostile file costs at most this process: its memory is limited.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from ppml_core import limits
from ppml_core.datasets import ingest
from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.preview import UploadPreview
from ppml_core.errors import PPMLError, UploadRejected

CPU_SECONDS = 600

DOWNLOAD_SILENCE_S = 30.0
"""A download that says nothing for so long is given up."""


def main() -> int:
    """Obey one command. Returns 0 if it could be answered, also by an error sentence."""
    text = sys.argv[1] if len(sys.argv) > 1 else sys.stdin.read()
    limit_memory(_allowance(text))
    limit_seconds(CPU_SECONDS)
    socket.setdefaulttimeout(DOWNLOAD_SILENCE_S)
    # Libraries print on standard output ("downloading ..."); the answer must stand alone there.
    with contextlib.redirect_stdout(sys.stderr):
        reply = answer(text)
    print(msgspec.json.encode(reply).decode())
    return 0


def limit_memory(size: int) -> None:
    """Bound this process's address space, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        size = min(size, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (size, hard))


def _allowance(text: str) -> int:
    """More for a catalogue's data than for a stranger's file, and for whatever else is asked."""
    try:
        command = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return limits.READER_BYTES
    return limits.FETCH_BYTES if command.get("do") == "catalogue" else limits.READER_BYTES


def limit_seconds(seconds: int) -> None:
    """Bound this process's own time, should the process that waits for it be gone."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def answer(text: str) -> dict[str, Any]:
    """The reply to one command; never raises."""
    subject = "file"
    try:
        command = msgspec.json.decode(text, type=dict[str, Any])
        subject = "dataset" if command["do"] == "catalogue" else "file"
        done = _COMMANDS[command["do"]](command)
        return {"ok": msgspec.to_builtins(done)}
    except UploadRejected as error:
        fields = {"what": error.what, "where": error.where, "fix": error.fix}
        return {"error": str(error), "type": "UploadRejected", "fields": fields}
    except PPMLError as error:
        return {"error": str(error), "type": type(error).__name__}
    except MemoryError:
        return _rejected(
            f"The {subject} needs more memory than is allowed", "Leave out rows or columns."
        )
    except Exception:
        traceback.print_exc()
        return _rejected(
            f"The {subject} cannot be read, for a reason not foreseen",
            "Save it again as plain CSV (UTF-8), or use another one.",
        )


def _rejected(what: str, fix: str) -> dict[str, Any]:
    """An ``UploadRejected`` of the worker's own."""
    error = UploadRejected(what, fix=fix)
    fields = {"what": what, "where": None, "fix": fix}
    return {"error": str(error), "type": "UploadRejected", "fields": fields}


def _inspect(command: dict[str, Any]) -> UploadPreview:
    header = bool(command.get("header", True))
    return ingest.inspect(Path(command["path"]), command["filename"], header=header)


def _prepare(command: dict[str, Any]) -> DatasetCard:
    from ppml_core.datasets.card_maker import make_card
    from ppml_core.datasets.files import save_dataset

    dataset = _prepared(command)
    save_dataset(dataset, Path(command["out"]))
    return make_card(dataset, command["ref"], title=command["filename"])


def _hand_over(command: dict[str, Any]) -> str:
    from ppml_core.datasets.files import write_dataset

    dataset = _prepared(command)
    with os.fdopen(command["out"], "wb") as file:
        write_dataset(dataset, file)
    return dataset.sha256


def _prepared(command: dict[str, Any]) -> Dataset:
    """The dataset; decisions that contradict each other keep their sentence."""
    try:
        preparation = msgspec.convert(command["preparation"], Preparation)
    except msgspec.ValidationError as error:
        cause = error.__cause__
        if isinstance(cause, PPMLError):
            raise cause from None
        raise
    filename = command["filename"]
    return ingest.prepare(Path(command["path"]), filename, preparation, command.get("name"))


def _catalogue(command: dict[str, Any]) -> DatasetCard:
    from ppml_core.datasets.card_maker import make_card
    from ppml_core.datasets.catalogue import load_dataset
    from ppml_core.datasets.files import save_dataset

    dataset = load_dataset(command["name"])
    save_dataset(dataset, Path(command["out"]))
    return make_card(dataset, command["name"])


_COMMANDS: dict[str, Callable[[dict[str, Any]], UploadPreview | DatasetCard | str]] = {
    "inspect": _inspect,
    "prepare": _prepare,
    "hand-over": _hand_over,
    "catalogue": _catalogue,
}

if __name__ == "__main__":
    sys.exit(main())
