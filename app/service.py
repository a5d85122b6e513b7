"""The one Workbench of this server, made and warmed up once."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import streamlit as st

import app.components
import app.figures
from ppml_core.errors import PPMLError
from ppml_core.jobs.service import Workbench


@st.cache_resource(show_spinner=False)  # made when the server starts: see below
def workbench() -> Workbench:
    """Shared by all sessions. Freezes what is loaded, so that the collection after
    every script run does not walk it again."""
    import app.figures.base  # noqa: F401  (loads plotly before the freeze)

    bench = Workbench()
    bench.warm()
    gc.collect()
    gc.freeze()
    return bench


@asynccontextmanager
async def lifespan(server: object) -> AsyncIterator[None]:
    """Get ready while nobody has asked yet, without making whoever asks first wait."""
    threading.Thread(target=get_ready, name="get-ready", daemon=True).start()
    yield


def get_ready() -> None:
    """Start a worker, and load what pages import. A page says what went wrong, not this."""
    with suppress(PPMLError):
        workbench()
    for package in (app.components, app.figures):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()
