"""As a process of its own: signals, pipes, locales."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def ppml(*arguments: str, **options) -> subprocess.Popen:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    return subprocess.Popen([sys.executable, "-m", "ppml_core", *arguments], **pipes, **options)


def test_interrupting_ends_with_130_and_one_line():
    with ppml("audit", "digits", "--shadows", "64", "--epochs", "1000") as process:
        assert "Training models" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert error.splitlines()[-1] == "ppml: Interrupted."
    assert "Traceback" not in error


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
