"""The script behind every page: page config, look and navigation."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # streamlit puts only app/ there
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from app import navigation, session, theme  # noqa: E402
from app.components import open_run, store_words  # noqa: E402

st.set_page_config(
    page_title="PPML Lab",
    page_icon=str(ROOT / "assets" / "favicon.png"),
    layout="wide",
    initial_sidebar_state=240,
)
session.begin()
theme.apply()
page = navigation.pages()
session.enter(page.url_path)
with store_words.told():
    open_run.sidebar()
    page.run()
