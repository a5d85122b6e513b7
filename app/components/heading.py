"""The top of every page: its name and the one question that it answers."""

from __future__ import annotations

import streamlit as st

from app import escape


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


def small(text: str) -> None:
    """A quiet line."""
    st.html(f'<p class="lab-small">{escape.html(text)}</p>')
