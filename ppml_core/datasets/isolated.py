"""Files from strangers and heavy libraries, kept out of the calling process.

The same as :mod:`ppml_core.datasets.ingest` and the catalogue, each call in a
process of its own with limited memory and time; what went wrong there is raised
here as the same exception. Safe to call from several threads.

``queue`` is a folder that all share who read for one store: they take turns in it
(:mod:`ppml_core.datasets.turns`), so that files from any number of people take the
memory of one. Raises ``ReaderBusy`` where the turn does not come. Without a queue
nobody is waited for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec

import ppml_core
from ppml_core import errors
from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.files import read_dataset, remove_parts
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.preview import UploadPreview
from ppml_core.datasets.turns import OnWait, turn
from ppml_core.errors import DatasetUnavailable, PPMLError, UploadRejected

READ_SECONDS = 180.0
FETCH_SECONDS = 600.0


def inspect_isolated(
    path: Path,
    filename: str,
    *,
    header: bool = True,
    timeout: float = READ_SECONDS,
    queue: Path | None = None,
    on_wait: OnWait | None = None,
) -> UploadPreview:
    """:func:`ppml_core.datasets.ingest.inspect` elsewhere. Raises ``UploadRejected``."""
    command = {
        "do": "inspect",
        "path": str(Path(path).absolute()),
        "filename": filename,
        "header": header,
    }
    return msgspec.convert(_in_turn(command, timeout, queue, on_wait), UploadPreview)


def prepare_isolated(
    path: Path,
    filename: str,
    preparation: Preparation,
    out: Path,
    ref: str,
    *,
    name: str | None = None,
    timeout: float = READ_SECONDS,
    queue: Path | None = None,
    on_wait: OnWait | None = None,
) -> DatasetCard:
    """Prepare a file elsewhere and save the dataset to ``out`` (whole or not at all).

    ``ref`` goes into the card, whose title is ``filename``. Raises ``UploadRejected``.
    """
    command = {
        "do": "prepare",
        "path": str(Path(path).absolute()),
        "filename": filename,
        "preparation": msgspec.to_builtins(preparation),
        "out": str(Path(out).absolute()),
        "ref": ref,
        "name": name,
    }
    try:
        return msgspec.convert(_in_turn(command, timeout, queue, on_wait), DatasetCard)
    finally:
        remove_parts(Path(out))  # of a reader that was killed


def read_isolated(
    path: Path,
    filename: str,
    preparation: Preparation,
    *,
    timeout: float = READ_SECONDS,
    queue: Path | None = None,
    on_wait: OnWait | None = None,
) -> Dataset:
    """Prepare a file elsewhere and take the dataset over.

    It comes in a file without a name, of which nothing is left whoever is killed. Raises
    ``UploadRejected``.
    """
    command = {
        "do": "hand-over",
        "path": str(Path(path).absolute()),
        "filename": filename,
        "preparation": msgspec.to_builtins(preparation),
    }
    with tempfile.TemporaryFile() as file:
        _in_turn({**command, "out": file.fileno()}, timeout, queue, on_wait, file.fileno())
        file.seek(0)
        return read_dataset(file, filename)


def materialise(name: str, out: Path, *, timeout: float = FETCH_SECONDS) -> DatasetCard:
    """Load a catalogue dataset elsewhere and save it to ``out`` (whole or not at all).

    Raises ``UnknownName`` or ``DatasetUnavailable``.
    """
    command = {"do": "catalogue", "name": name, "out": str(Path(out).absolute())}
    return msgspec.convert(_ask(command, timeout), DatasetCard)


def _in_turn(
    command: dict[str, Any],
    timeout: float,
    queue: Path | None,
    on_wait: OnWait | None,
    *descriptors: int,
) -> Any:
    """Ask when it is our turn; the reader holds the place, should this process be killed."""
    with nullcontext() if queue is None else turn(queue, on_wait) as place:
        held = () if place is None else (place,)
        return _ask(command, timeout, (*held, *descriptors))


def _ask(command: dict[str, Any], timeout: float, descriptors: tuple[int, ...] = ()) -> Any:
    """Run the worker on one command and take its answer apart."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ppml_core.datasets.worker"],
            input=msgspec.json.encode(command),
            capture_output=True,
            timeout=timeout,
            env=_environment(),
            check=False,
            pass_fds=descriptors,
        )
    except subprocess.TimeoutExpired:
        raise _lost(command, f"took longer than {timeout:.0f} seconds") from None
    try:
        reply = msgspec.json.decode(done.stdout, type=dict[str, Any])
    except msgspec.DecodeError:
        sys.stderr.write(done.stderr.decode(errors="replace")[-4000:])
        raise _lost(command, "needed more memory than there is, or broke off") from None
    if "ok" in reply:
        return reply["ok"]
    raise _error(reply)


def _environment() -> dict[str, str]:
    """Ours, with this very library importable from any folder, and one thread."""
    root = str(Path(ppml_core.__file__).parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    single = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    # Allocators that reserve address space in advance would use up what is allowed.
    memory = {"ARROW_DEFAULT_MEMORY_POOL": "system", "ARROW_IO_THREADS": "1"}
    memory["MALLOC_ARENA_MAX"] = "2"
    return {**os.environ, **single, **memory, "PYTHONPATH": os.pathsep.join(paths)}


def _lost(command: dict[str, Any], why: str) -> PPMLError:
    """For a worker that did not answer."""
    if command["do"] == "catalogue":
        return DatasetUnavailable(f"Loading {command['name']} {why}. Try again later.")
    return UploadRejected(f"Reading the file {why}", fix="Leave out rows or columns.")


def _error(reply: dict[str, Any]) -> PPMLError:
    """The worker's exception again, with its message."""
    kind = getattr(errors, reply.get("type", ""), PPMLError)
    if kind is UploadRejected:
        return UploadRejected(**{"what": reply["error"], **reply.get("fields", {})})
    # The other classes build their message from values that did not travel.
    error = kind.__new__(kind)
    Exception.__init__(error, reply["error"])
    return error
