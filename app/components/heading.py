"""The top of every page: its name and the one question that it answers."""

from __future__ import annotations

import streamlit as st

from app import escape
from ppml_core.auditing.conclusions import Conclusion, Tone


def heading(title: str, question: str) -> None:
    """Page title and question."""
    st.title(title, anchor=False)
    st.html(f'<p class="lab-question">{escape.html(question)}</p>')


def section(title: str) -> None:
    """A heading below the page title; the level under it, which screen readers rely on."""
    st.header(title, anchor=False)


def sentence(text: str) -> None:
    """The plain sentence over a figure: what it shows and what to conclude."""
    st.html(f'<p class="lab-sentence">{escape.html(text)}</p>')


def verdict(text: str) -> None:
    """The one sentence that a whole audit comes down to."""
    st.html(f'<p class="lab-verdict">{escape.html(text)}</p>')


MARKS: dict[Tone, str] = {"grave": "✕", "warning": "!", "open": "?", "clear": "✓"}


def conclusion(said: Conclusion, where: str = "") -> None:
    """A conclusion in two words, told by a mark and a frame as well as by its colour."""
    before = f'<span class="lab-small">{escape.html(where)}</span> ' if where else ""
    st.html(
        '<p class="lab-conclusion">'
        + before
        + f'<strong class="lab-badge lab-badge-{escape.html(said.tone)}"><span aria-hidden="true">'
        f"{escape.html(MARKS[said.tone])}</span> {escape.html(said.label)}</strong></p>"
    )


def small(text: str) -> None:
    """A quiet line."""
    st.html(f'<p class="lab-small">{escape.html(text)}</p>')
