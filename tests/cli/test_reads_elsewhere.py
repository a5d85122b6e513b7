"""The command line reads files as the server does: in a process of its own, in turn."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ppml_core.cli.arguments import build_parser
from ppml_core.cli.inputs import read_data
from ppml_core.datasets import ingest
from ppml_core.datasets.turns import turn
from ppml_core.storage.home import open_home

SAMPLE = Path(__file__).parents[2] / "assets" / "samples" / "breast-cancer.csv"


def test_a_file_is_read_elsewhere_and_waits_for_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def here(*_: object, **__: object) -> None:
        raise AssertionError("read in this process")

    monkeypatch.setattr(ingest, "inspect", here)
    monkeypatch.setattr(ingest, "prepare", here)
    home = open_home(tmp_path)
    free, waiting = threading.Event(), threading.Event()

    def hold() -> None:
        with turn(home.locks / "reading"):
            waiting.set()
            free.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    waiting.wait(60)
    monkeypatch.setattr("ppml_core.datasets.turns.time.sleep", lambda _: free.set())
    arguments = build_parser().parse_args(["audit", str(SAMPLE), "--label", "diagnosis"])
    data = read_data(arguments, home.root)
    holder.join()
    assert data.dataset is not None and len(data.dataset) == 569
    assert capsys.readouterr().err == "Files are read one at a time; one is before yours.\n"
