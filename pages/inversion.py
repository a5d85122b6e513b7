"""Inversion: what can be reconstructed about a person?"""

from __future__ import annotations

import streamlit as st

from app import session, theme
from app.components import heading, inversion_form, inversion_view, run_panel, states

st.html(theme.ASSETS / "css" / "inversion.css")
heading.heading("Inversion", "What can be reconstructed about a person?")
run = session.run_id()
view = run_panel.find(run) if run else None
if view is not None and view.kind == "invert":
    with st.expander("Set up another reconstruction", key="inversion-again"):
        inversion_form.show()
else:
    inversion_form.show()
if run is None:
    states.empty(
        "Nothing reconstructed yet",
        "The choices above are a sensible start: press the button. Every picture that comes out "
        "is shown beside four that cannot know the person, because a picture that looks like a "
        "face proves nothing about whose face it is.",
    )
else:
    run_panel.watch(run, inversion_view.show, kind="invert")
