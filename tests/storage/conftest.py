from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ppml_core.storage.sql import SqlStore

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # importlib mode puts nothing there
    sys.path.append(HERE)


@pytest.fixture
def store(tmp_path):
    store = SqlStore(tmp_path / "home")
    yield store
    store.close()
