"""The server's side of the service stays free of heavy libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest

USE = """
import sys, tempfile
from pathlib import Path
from ppml_core.jobs.service import Workbench
from ppml_core.jobs.requests import AuditRequest
from ppml_core.storage.records import Owner
with tempfile.TemporaryDirectory() as folder:
    bench = Workbench(Path(folder), 1)
    bench._supervisor._hire = lambda *_: None  # start no worker
    run_id = bench.submit(AuditRequest(), session="A")
    bench.runs(session="A"), bench.view(run_id), bench.report(run_id)
    bench.cancel(run_id, session="A")
    bench.card("wine")
    bench.close()
print(*sorted(name for name in sys.modules if "." not in name))
"""


@pytest.mark.parametrize("heavy", ["torch", "sklearn", "opacus", "scipy", "pandas", "streamlit"])
def test_using_the_workbench_imports_nothing_heavy(loaded, heavy):
    assert heavy not in loaded


@pytest.fixture(scope="module")
def loaded():
    done = subprocess.run([sys.executable, "-c", USE], capture_output=True, text=True, check=True)
    names = done.stdout.split()
    assert "sqlalchemy" in names
    return names
