"""The product's look on top of ``.streamlit/config.toml``: wordmark and style sheet."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import session
from app.figures.base import palette

ASSETS = Path(__file__).resolve().parent.parent / "assets"


def apply() -> None:
    """Wordmark and style sheet, once a script run, before the page."""
    st.logo(str(ASSETS / "wordmark.svg"), size="large", icon_image=str(ASSETS / "mark.svg"))
    st.html(ASSETS / "css" / "lab.css")


def sketch() -> None:
    """The drawing on the start page, in the theme's colours. Says nothing the text does not."""
    colours = palette(session.dark())
    drawing = (ASSETS / "sketch.svg").read_text(encoding="utf-8")
    drawing = drawing.replace("currentColor", colours.text).replace("#12848b", colours.accent)
    st.image(drawing, alt="", width="stretch")
