"""As a process of its own: signals, pipes, locales."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from ppml_core.storage.sql import SqlStore

ROOT = Path(__file__).parents[2]


def ppml(*arguments: str, **options) -> subprocess.Popen:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    command = [sys.executable, "-m", "ppml_core", *arguments]
    return subprocess.Popen(command, **pipes, preexec_fn=_heed_interrupts, **options)


def _heed_interrupts() -> None:
    """What a shell runs in the background ignores Ctrl-C, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_interrupting_ends_with_130_and_one_line():
    with ppml("audit", "digits", "--shadows", "64", "--epochs", "1000") as process:
        assert "Training models" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert error.splitlines()[-1] == "ppml: Interrupted."
    assert "Traceback" not in error


def test_interrupting_says_what_there_is_and_the_same_command_goes_on(tmp_path):
    """After eight models there is a report; they are not trained again."""
    command = ("audit", "wine", "--shadows", "256", "--epochs", "20", "--store", str(tmp_path))
    with ppml(*command) as process:
        for line in process.stderr:
            if "Training models" in line and int(line.split()[0]) >= 10:
                break
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    said, last = error.splitlines()[-2:]
    assert last == "ppml: Interrupted."
    found = re.match(
        r"What there is rests on (\d+) of 256 models and is kept as run (\w+) in", said
    )
    models, run = found.groups()
    store = SqlStore(tmp_path)
    assert store.runs.get(run).state == "cancelled"
    assert store.runs.report(run).models == int(models) >= 16
    assert sum(1 for _ in store.home.artifacts.rglob("*.npz")) >= int(models) / 8
    store.close()


def test_as_a_module_in_a_plain_locale():
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONWARNINGS": "error"}
    with ppml("audit", "Köln.csv", env=environment) as process:
        out, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == ""
    assert error.count("\n") == 1


def test_a_reader_that_leaves_early_is_no_traceback():
    with ppml("datasets") as process:
        process.stdout.close()
        error = process.stderr.read()
        process.wait(timeout=60)
    assert error == ""
