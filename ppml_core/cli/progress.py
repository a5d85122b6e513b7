"""How far a run is, on standard error."""

from __future__ import annotations

import shutil
import time
from typing import TextIO

from ppml_core.cli.text import duration
from ppml_core.jobs.progress import Progress

QUIET_SECONDS = 5.0
"""Longest silence between plain lines, if there is anything new."""

_CLEAR = "\r\x1b[K"


class ProgressLine:
    """One line that is rewritten on a terminal; a line for each tenth elsewhere.

    Elsewhere nothing is written before there is progress (or ``QUIET_SECONDS``), so
    that bad input, which shows by then, leaves its message alone on standard error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._terminal = stream, stream.isatty()
        self._last: tuple[str, int] | None = None
        self._written: float | None = None

    def __call__(self, progress: Progress) -> None:
        """Show it, unless little has changed."""
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(_CLEAR + line(progress)[:width])
            self._stream.flush()
        elif self._is_news(progress):
            print(line(progress), file=self._stream, flush=True)

    def clear(self) -> None:
        """Leave a terminal's line free for what comes next."""
        if self._terminal:
            self._stream.write(_CLEAR)
            self._stream.flush()

    def _is_news(self, progress: Progress) -> bool:
        """Another stage, another tenth, or a while ago."""
        tenth = 10 * progress.done // max(1, progress.total)
        key = (progress.stage.partition(":")[0], tenth)
        now = time.monotonic()
        if self._written is None:  # the clock starts with the work, after the imports
            self._written = now
        seen = key == self._last or not progress.done
        if seen and now - self._written < QUIET_SECONDS:
            return False
        self._last, self._written = key, now
        return True


def line(progress: Progress) -> str:
    """Percentage, stage with its counts, time left.

    >>> line(Progress(stage="Training models: 3 of 8", done=3, total=8, eta_seconds=9.6))
    ' 38 %  Training models: 3 of 8, about 10 s left'
    """
    share = 100 * progress.done / max(1, progress.total)
    eta = progress.eta_seconds
    left = "" if eta is None else f", about {duration(eta)} left"
    return f"{share:3.0f} %  {progress.stage}{left}"
