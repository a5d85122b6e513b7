"""Data: whose records are these, and what in them identifies someone?"""

from __future__ import annotations

import streamlit as st

from app import session, theme
from app.components import data_card, data_catalogue, data_split, data_upload, heading

CATALOGUE, UPLOAD = "From the catalogue", data_upload.SOURCE


def choose() -> None:
    """Where the records come from."""
    session.sticky("data.source", CATALOGUE)
    source = st.segmented_control(
        "Records",
        (CATALOGUE, UPLOAD),
        key="data.source",
        required=True,
        label_visibility="collapsed",
    )
    if source == UPLOAD:
        data_upload.show()
    else:
        data_catalogue.show()


st.html(theme.ASSETS / "css" / "data.css")
heading.heading("Data", "Whose records are these, and what in them identifies someone?")
choose()
card = data_card.load()
if card is not None:
    data_card.show(card, still=data_upload.refused())
    st.header("Who trains the model, who does not", anchor=False)
    data_split.show(card.class_counts)
    data_card.identify(card)
