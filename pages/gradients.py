"""Gradients: what does one shared gradient reveal?"""

from __future__ import annotations

import streamlit as st

from app import session, theme
from app.components import gradients_form, gradients_view, heading, run_panel, states

st.html(theme.ASSETS / "css" / "gradients.css")
heading.heading("Gradients", "What does one shared gradient reveal?")
run = session.run_id()
view = run_panel.find(run) if run else None
if view is not None and view.kind == "gradients":
    with st.expander("Set up another reconstruction", key="gradients-again"):
        gradients_form.show()
else:
    gradients_form.show()
if run is None:
    states.empty(
        "No gradient attacked yet",
        "In federated learning pictures stay with their owners and only gradients are sent. Press "
        "the button to see what whoever receives one can make of it. Then move the sliders.",
    )
else:
    run_panel.watch(run, gradients_view.show, kind="gradients")
