"""One number, with what it takes to believe it: its interval, its n and its meaning."""

from __future__ import annotations

import streamlit as st

from app import escape
from app.components import glossary


def metric(
    label: str, value: str, *, term: str, interval: str = "", n: str = "", reason: str | None = None
) -> None:
    """A framed number. ``interval`` and ``n`` stand below it; ``reason`` replaces a missing one."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(label, value, help=glossary.help_for(term))
        lines = [reason] if reason else [f"95 % interval {interval}" if interval else "", n]
        st.html(
            '<p class="lab-small">'
            + "<br>".join(escape.html(line) for line in lines if line)
            + "</p>"
        )
