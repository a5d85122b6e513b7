"""Bounds: how much could anyone reconstruct, at most?"""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import heading, ladder_form, ladder_view, run_panel, states

heading.heading("Bounds", "How much could anyone reconstruct, at most?")
run = session.run_id()
view = run_panel.find(run) if run else None
if view is not None and view.kind == "ladder":
    with st.expander("Measure another ladder", key="ladder-again"):
        ladder_form.show()
else:
    ladder_form.show()
if run is None:
    states.empty(
        "No ladder yet",
        "Suppose someone knows every record but one, and has a list of who it might be. Press the "
        "button to measure how often they name the right one, and to see what no attack can "
        "exceed.",
    )
else:
    run_panel.watch(run, ladder_view.show, kind="ladder")
