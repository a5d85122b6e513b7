"""Defend: what does epsilon cost, and what does it buy?"""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import defend_form, defend_view, heading, run_panel, states

heading.heading("Defend", "What does epsilon cost, and what does it buy?")
run = session.run_id()
view = run_panel.find(run) if run else None
if view is not None and view.kind == "frontier":
    with st.expander("Compute another grid", key="defend-again"):
        defend_form.show()
else:
    defend_form.show()
if run is None:
    states.empty(
        "No grid yet",
        "Compute one above: every cell is trained with its own noise and clipping, attacked, and "
        "placed between useful and safe. Then move the sliders without waiting.",
    )
else:
    run_panel.watch(run, defend_view.show, kind="frontier")
