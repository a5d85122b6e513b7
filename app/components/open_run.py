"""The open run, named in the sidebar of every page."""

from __future__ import annotations

import streamlit as st

from app import escape, navigation, session
from app.components import cancel, heading, states
from app.components.run_panel import find


def sidebar() -> None:
    """Which run is open, a way to it, and a way to close it."""
    run = session.run_id()
    view = find(run) if run else None
    if view is None:
        _left()
        return
    with st.sidebar, st.container(key="open-run", gap="xsmall"):
        heading.small(f"Open run: {states.TITLE_OF_KIND[view.kind]}")
        page = navigation.path(states.PAGE_OF_KIND[view.kind])
        st.page_link(page, label=escape.markdown(view.dataset_name), query_params=session.links())
        st.button("Close it", key="close-run", type="tertiary", on_click=session.close_run)


def _left() -> None:
    """A way back to a run that was left to others and goes on."""
    run = cancel.left_run()
    view = find(run) if run else None
    if run is None or view is None or not view.live:
        return
    with st.sidebar, st.container(key="left-run-place", gap="xsmall"):
        heading.small(f"You left a {states.TITLE_OF_KIND[view.kind]}; it goes on.")
        st.button(
            "Open it again",
            key="reopen-left-run",
            type="tertiary",
            on_click=cancel.reopen,
            args=(run,),
        )
