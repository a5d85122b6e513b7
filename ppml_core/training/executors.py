"""Executors on this machine: threads, and processes that outlive the death of one of them.

One thread that trains one group on all cores is the fastest for small models, starts at
once and needs no memory of its own. Several threads would hand Python's lock to each other
at every operation, which takes longer than the operations; processes do not, and reach for
larger models what one group on all cores does.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar

import numpy as np
import torch

from ppml_core._validate import positive
from ppml_core.training.tasks import ArrayRecords, Records, obey

P = ParamSpec("P")
T = TypeVar("T")


class Threads(ThreadPoolExecutor):
    """Threads of this process, each of which computes on ``cores``."""

    def __init__(self, workers: int, cores: int = 1) -> None:
        positive("workers", workers)
        positive("cores", cores)
        super().__init__(
            workers,
            thread_name_prefix="train",
            initializer=torch.set_num_threads,
            initargs=(cores,),
        )
        self._before = torch.get_num_threads()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Also lets threads that are started later compute on all cores again."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        torch.set_num_threads(self._before)


@dataclass(frozen=True, kw_only=True)
class FileRecords:
    """Records in files of numpy's format, mapped into memory; ``sha256`` names the content."""

    features: str
    labels: str
    sha256: str

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Read when first used; writes, which nobody makes, would stay in this process."""
        return _mapped(self)


@lru_cache(maxsize=1)
def _mapped(records: FileRecords) -> tuple[torch.Tensor, torch.Tensor]:
    """The records of the present run."""
    found = (np.load(p, "c", allow_pickle=False) for p in (records.features, records.labels))
    features, labels = (torch.from_numpy(np.asarray(array)) for array in found)
    return features, labels


def _nameless(array: np.ndarray) -> BinaryIO:
    """A file that holds the array, and that nobody finds once this process is gone."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever holds it closes it)
    np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
    file.flush()
    return file


class Processes(Executor):
    """Worker processes with one thread each; if one dies, all are replaced.

    Each costs more than a second to start and some hundred megabytes. The records are
    put into a nameless temporary file that the workers map into their memory.
    """

    def __init__(self, workers: int) -> None:
        positive("workers", workers)
        self._workers = workers
        self._context = multiprocessing.get_context("spawn")
        self._stop = self._context.Event()
        self._pool: ProcessPoolExecutor | None = None
        self._files: dict[str, tuple[BinaryIO, BinaryIO]] = {}

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See ``Executor.submit``; a pool that broke is replaced by a new one."""
        try:
            return self._running_pool().submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._close_pool(wait=False)
            return self._running_pool().submit(fn, *args, **kwargs)

    def place(self, records: ArrayRecords) -> Records:
        """Refer to the records by file, where the system can."""
        if not Path("/proc/self/fd").is_dir():
            return records
        if records.sha256 not in self._files:
            self._forget_files()
            self._files[records.sha256] = (_nameless(records.features), _nameless(records.labels))
        features, labels = (
            f"/proc/{os.getpid()}/fd/{f.fileno()}" for f in self._files[records.sha256]
        )
        return FileRecords(features=features, labels=labels, sha256=records.sha256)

    def halt(self) -> None:
        """Make running groups stop at their next step."""
        self._stop.set()

    def resume(self) -> None:
        """Let later groups run."""
        self._stop.clear()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See ``Executor.shutdown``; the records go too."""
        self._close_pool(wait=wait, cancel_futures=cancel_futures)
        self._forget_files()

    def _running_pool(self) -> ProcessPoolExecutor:
        """Started when first needed."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._workers,
                mp_context=self._context,
                initializer=obey,
                initargs=(self._stop,),
            )
        return self._pool

    def _close_pool(self, **how: Any) -> None:
        """Let go of it; a new one is made when needed."""
        if self._pool is not None:
            self._pool.shutdown(**how)
            self._pool = None

    def _forget_files(self) -> None:
        """A nameless file is gone when it is closed here and unmapped there."""
        for pair in self._files.values():
            for file in pair:
                file.close()
        self._files.clear()
