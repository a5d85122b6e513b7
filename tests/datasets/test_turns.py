"""One reader at a time, in the order of asking, whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ppml_core.datasets import isolated
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.turns import turn
from ppml_core.errors import ReaderBusy

SAMPLE = Path(__file__).parents[2] / "assets" / "samples" / "breast-cancer.csv"
HOLD = """
import os, subprocess, sys, time
from pathlib import Path
from ppml_core.datasets.turns import turn
with turn(Path(sys.argv[1])) as place:
    if len(sys.argv) > 2:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"],
                                 pass_fds=(place,), stdout=subprocess.DEVNULL)
        print(child.pid, flush=True)
    else:
        print("held", flush=True)
    time.sleep(600)
"""


def holder(folder: Path, *more: str) -> tuple[subprocess.Popen[str], str]:
    """Another process that holds the place, and what it says once it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), *more], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    """Kill without a chance to tidy up."""
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_one_at_a_time_and_in_order(tmp_path: Path) -> None:
    order: list[int] = []
    inside: list[int] = []
    waits: dict[int, list[int]] = {}

    def take(number: int) -> None:
        with turn(tmp_path, waits.setdefault(number, []).append):
            inside.append(number)
            assert inside == [number]
            order.append(number)
            time.sleep(0.02)
            inside.remove(number)

    threads = []
    with turn(tmp_path):
        for number in range(6):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            while not waits.get(number):  # it is in the queue
                time.sleep(0.005)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4, 5]
    assert [waits[number][0] for number in range(6)] == [1, 2, 3, 4, 5, 6]
    assert all(heard[-1] == 0 and heard == sorted(heard, reverse=True) for heard in waits.values())
    assert os.listdir(tmp_path) == ["door"]


def test_a_killed_reader_frees_the_place(tmp_path: Path) -> None:
    process, said = holder(tmp_path)
    assert said == "held"
    with pytest.raises(ReaderBusy, match="one at a time"), turn(tmp_path, patience=0.2):
        pytest.fail("two at once")
    end(process)
    with turn(tmp_path, patience=30.0):
        assert len(os.listdir(tmp_path)) == 2


def test_a_reader_whose_server_was_killed_keeps_the_place(tmp_path: Path) -> None:
    process, child = holder(tmp_path, "with a child")
    end(process)
    try:
        with pytest.raises(ReaderBusy), turn(tmp_path, patience=0.2):
            pytest.fail("two at once")
    finally:
        os.kill(int(child), signal.SIGKILL)
    with turn(tmp_path, patience=30.0):
        pass


def test_whoever_gives_up_is_not_waited_for(tmp_path: Path) -> None:
    with turn(tmp_path):
        with pytest.raises(ReaderBusy), turn(tmp_path, patience=0.0):
            pytest.fail("two at once")
        assert len(os.listdir(tmp_path)) == 2


def test_files_are_read_in_turn(tmp_path: Path) -> None:
    heard: list[int] = []

    def read() -> None:
        isolated.inspect_isolated(SAMPLE, "d.csv", queue=tmp_path, on_wait=heard.append)

    with turn(tmp_path):
        thread = threading.Thread(target=read)
        thread.start()
        while not heard:
            time.sleep(0.01)
    thread.join()
    assert heard == [1, 0]


def test_a_dataset_is_taken_over_and_no_file_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ppml_core.datasets.ingest import prepare

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    preparation = Preparation(label="diagnosis")
    found = isolated.read_isolated(SAMPLE, SAMPLE.name, preparation)
    expected = prepare(SAMPLE, SAMPLE.name, preparation)
    assert (found.sha256, found.notes, found.name) == (
        *(expected.sha256, expected.notes, expected.name),
    )
    assert os.listdir(tmp_path) == []


def test_what_a_killed_reader_left_beside_its_output_goes(tmp_path: Path) -> None:
    out = tmp_path / "d[1].npz"
    for name in ("d[1].npzabc.part", "other.part"):
        (tmp_path / name).touch()
    isolated.prepare_isolated(SAMPLE, "d.csv", Preparation(label="diagnosis"), out, "upload:t")
    assert sorted(os.listdir(tmp_path)) == ["d[1].npz", "other.part"]
