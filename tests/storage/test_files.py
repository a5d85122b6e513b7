from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time

import pytest

from ppml_core.storage import files

WRITE_HALF = """
import sys, time
from pathlib import Path
from ppml_core.storage.files import atomic
with atomic(Path(sys.argv[1])) as file:
    file.write(b"half of it")
    file.flush()
    print("written", flush=True)
    time.sleep(600)
"""


def test_a_file_appears_whole(tmp_path):
    path = tmp_path / "deep" / "file"
    with files.atomic(path) as file:
        file.write(b"all")
        assert not path.exists()
    assert path.read_bytes() == b"all"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_an_error_leaves_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), files.atomic(path) as file:
        file.write("text does not go into a binary file")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_process_killed_while_writing_leaves_nothing_half_read(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    command = [sys.executable, "-c", WRITE_HALF, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "written\n"
        os.kill(writer.pid, signal.SIGKILL)
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [path]


def test_what_living_processes_and_other_machines_write_stays_for_an_hour(tmp_path, monkeypatch):
    mine = files.temporary_beside(tmp_path / "file")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(files, "this_host", lambda: "another")
        elsewhere.setattr(files, "birth", lambda _: "boot:1")
        theirs = files.temporary_beside(tmp_path / "file")
    old = tmp_path / ".tmp-0123456789abcdef-file"  # of an earlier version
    for path in (mine, theirs, old):
        path.write_bytes(b"half")
    files.sweep(tmp_path)
    assert set(tmp_path.iterdir()) == {mine, theirs, old}
    hour_ago = time.time() - files.STALE_SECONDS - 1
    for path in (theirs, old):
        os.utime(path, (hour_ago, hour_ago))
    files.sweep(tmp_path)
    assert set(tmp_path.iterdir()) == {mine}


def test_a_number_that_was_given_to_another_process_does_not_keep_a_file(tmp_path, monkeypatch):
    left = files.temporary_beside(tmp_path / "file")
    left.write_bytes(b"half")
    monkeypatch.setattr(files, "birth", lambda _: "another boot:1")
    files.sweep(tmp_path)
    assert not left.exists()


def test_a_lock_lets_one_in_at_a_time(tmp_path):
    inside, most = [], []

    def enter():
        for _ in range(20):
            with files.locked(tmp_path / "lock"):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 80
    assert set(most) == {1}
