from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # importlib mode puts nothing there
    sys.path.append(HERE)

import postgres_kit  # noqa: E402

from ppml_core.storage.sql import SqlStore  # noqa: E402

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL; skips where there is none, fails where there has to be one."""
    if reason := postgres_kit.missing():
        if os.environ.get("PPML_REQUIRE_POSTGRES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with postgres_kit.running() as server:
        yield server


@pytest.fixture
def schema(server):
    """Address of an empty place for one store on the server."""
    with postgres_kit.schema(server) as url:
        yield url


@pytest.fixture(params=DATABASES)
def url(request):
    """Where the store's rows are: None for the file in its home."""
    return None if request.param == "sqlite" else request.getfixturevalue("schema")


@pytest.fixture
def open_store(tmp_path, url):
    """Opens the one store of a test, any number of times."""
    made = []

    def make(**more):
        made.append(SqlStore(tmp_path / "home", url, **more))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(open_store):
    return open_store()
