"""A slider over the values that a run computed, kept in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def grid_slider(key: str, label: str, options: Sequence[str], start: str, told: str) -> str:
    """One of ``options``, first ``start``; ``told`` is its help. One value alone is simply
    stated."""
    if len(options) == 1:
        st.markdown(f"{label}: **{options[0]}**")
        return options[0]
    return str(
        st.select_slider(label, options, value=start, key=key, bind="query-params", help=told)
    )
