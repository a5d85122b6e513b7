"""The one Workbench of this server, made and warmed up once."""

from __future__ import annotations

import gc

import streamlit as st

from ppml_core.jobs.service import Workbench


@st.cache_resource(show_spinner="Starting the workbench…")
def workbench() -> Workbench:
    """Shared by all sessions. Freezes what is loaded, so that the collection after
    every script run does not walk it again."""
    import app.figures.base  # noqa: F401  (loads plotly before the freeze)

    bench = Workbench()
    bench.warm()
    gc.collect()
    gc.freeze()
    return bench
