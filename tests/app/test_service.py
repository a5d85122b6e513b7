"""What the server does before anybody asks."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import service
from ppml_core.errors import StoreUnavailable


def test_the_server_gets_ready_in_a_thread_of_its_own(monkeypatch):
    called: list[str] = []
    done = threading.Event()

    def get_ready() -> None:
        called.append(threading.current_thread().name)
        done.set()

    async def serve() -> None:
        async with service.lifespan(None):
            assert await asyncio.to_thread(done.wait, 10)

    monkeypatch.setattr(service, "get_ready", get_ready)
    with ThreadPoolExecutor(1) as elsewhere:  # a browser test may have left a loop here
        elsewhere.submit(lambda: asyncio.run(serve())).result()
    assert called == ["get-ready"]


def test_getting_ready_loads_what_pages_import_and_leaves_errors_to_them(monkeypatch):
    def away() -> None:
        raise StoreUnavailable("The store is away.")

    loaded: list[str] = []
    monkeypatch.setattr(service, "workbench", away)
    monkeypatch.setattr(service.importlib, "import_module", loaded.append)
    service.get_ready()
    assert {"app.components.heading", "app.figures.roc"} <= set(loaded)


@pytest.mark.parametrize("attribute", ["routes", "lifespan"])
def test_the_server_is_told(attribute):
    """Nothing else calls them."""
    from pathlib import Path

    assert f"{attribute}=" in Path(service.__file__).with_name("main.py").read_text()
