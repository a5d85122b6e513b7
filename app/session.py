"""What one browser has chosen. The only user of ``st.session_state`` and ``st.query_params``.

Three things live in the URL so that a link or a reload restores them: the open run
(``?run=``), the chosen dataset (``?data=``) and nothing else. Streamlit empties the
query string when the page changes, so :func:`begin` writes it again in every script
run. Form choices stay in the session: give such a widget ``key=...`` and
``persist_state="session"``, and read it where it is drawn.
"""

from __future__ import annotations

import secrets
from typing import Any

import streamlit as st

DEFAULT_DATASET = "digits"
_RUN, _DATA, _ID = "open_run", "dataset", "session_id"


def begin() -> None:
    """Take run and dataset from the URL, or put the session's back into it.

    Call once at the top of every script run, before a page reads anything.
    """
    for parameter, key in (("run", _RUN), ("data", _DATA)):
        asked = st.query_params.get(parameter)
        if asked:
            st.session_state[key] = asked.strip()
        elif st.session_state.get(key):
            st.query_params[parameter] = st.session_state[key]


def session_id() -> str:
    """This browser session's unguessable name; uploads belong to it."""
    if _ID not in st.session_state:
        st.session_state[_ID] = secrets.token_urlsafe(24)
    return str(st.session_state[_ID])


def run_id() -> str | None:
    """The open run, if any."""
    found = st.session_state.get(_RUN)
    return str(found) if found else None


def open_run(run: str) -> None:
    """Make ``run`` the open one, on every page and in the URL. Safe in callbacks."""
    st.session_state[_RUN] = run
    st.query_params["run"] = run


def close_run() -> None:
    """No run is open any more."""
    st.session_state.pop(_RUN, None)
    if "run" in st.query_params:
        del st.query_params["run"]


def dataset() -> str:
    """The chosen dataset's ref: a catalogue name or ``upload:<token>``."""
    return str(st.session_state.get(_DATA) or DEFAULT_DATASET)


def choose_dataset(ref: str) -> None:
    """Make ``ref`` the dataset that forms start from, and put it in the URL."""
    st.session_state[_DATA] = ref
    st.query_params["data"] = ref


def links() -> dict[str, str]:
    """Query parameters that reproduce this view, for ``st.page_link``."""
    kept = {"run": st.session_state.get(_RUN), "data": st.session_state.get(_DATA)}
    return {name: str(value) for name, value in kept.items() if value}


def get(key: str, default: Any = None) -> Any:
    """A widget's or note's value in this session."""
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    """Set a note, or a widget's value before that widget is drawn (or in a callback)."""
    st.session_state[key] = value


def forget(key: str) -> None:
    """Drop a note."""
    st.session_state.pop(key, None)


def dark() -> bool:
    """Whether this browser shows the dark theme."""
    return bool(st.context.theme.type == "dark")
