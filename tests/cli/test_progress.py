"""What is shown of a run on its way."""

from __future__ import annotations

import io

from ppml_core.cli.progress import ProgressLine
from ppml_core.jobs.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def step(done: int, stage: str = "Training models: {} of 64") -> Progress:
    return Progress(stage=stage.format(done), done=done, total=64, eta_seconds=64.0 - done)


def test_progress_elsewhere_is_a_line_for_each_tenth():
    stream = io.StringIO()
    show = ProgressLine(stream)
    for done in range(65):
        show(step(done))
    show.clear()
    lines = stream.getvalue().splitlines()
    assert 10 <= len(lines) <= 12
    assert lines[0] == "  2 %  Training models: 1 of 64, about 63 s left"
    assert "\x1b" not in stream.getvalue()


def test_progress_on_a_terminal_stays_on_one_line(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    show = ProgressLine(stream)
    for done in range(3):
        show(step(done))
    show.clear()
    written = stream.getvalue()
    assert "\n" not in written
    assert written.endswith("\r\x1b[K")
    assert max(len(part) for part in written.split("\r\x1b[K")) == 29
