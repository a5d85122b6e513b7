"""Runs: what is running, what was run?"""

from __future__ import annotations

import streamlit as st

from app import theme
from app.components import heading, runs_list

st.html(theme.ASSETS / "css" / "runs.css")
heading.heading("Runs", "What is running, what was run?")
runs_list.show()
