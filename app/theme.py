"""The product's look on top of ``.streamlit/config.toml``: wordmark and style sheet."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).resolve().parent.parent / "assets"


def apply() -> None:
    """Wordmark and style sheet, once a script run, before the page."""
    st.logo(str(ASSETS / "wordmark.svg"), size="large", icon_image=str(ASSETS / "mark.svg"))
    st.html(ASSETS / "css" / "lab.css")
