"""Attributes: what does the model betray about a person's unknown attribute?"""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import attribute_form, attribute_view, heading, run_panel, states

heading.heading("Attributes", "What does the model betray about a person's unknown attribute?")
run = session.run_id()
view = run_panel.find(run) if run else None
if view is not None and view.kind == "attributes":
    with st.expander("Set up another attack", key="attributes-again"):
        attribute_form.show()
else:
    attribute_form.show()
if run is None:
    states.empty(
        "Nothing guessed yet",
        "An attacker knows everything about a person but one column. Much of it can be guessed "
        "from the others by anybody; what counts is what the model adds, and whether it adds "
        "more for the people it was trained on. Press the button.",
    )
else:
    run_panel.watch(run, attribute_view.show, kind="attributes")
