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
    files.sweep(tmp_path)  # it could still be being written
    assert len(list(tmp_path.iterdir())) == 2
    (left,) = set(tmp_path.iterdir()) - {path}
    hour_ago = time.time() - files.STALE_SECONDS - 1
    os.utime(left, (hour_ago, hour_ago))
    files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [path]


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
