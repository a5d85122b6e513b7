"""What one browser has chosen. The only user of ``st.session_state`` and ``st.query_params``.

Two things live in the URL so that a link or a reload restores them: the open run
(``?run=``) and the chosen dataset (``?data=``). Streamlit empties the query string
when the page changes, so :func:`begin` writes it again in every script run.

Form choices: Streamlit forgets the value of a widget that another page does not draw.
Call :func:`sticky` right before the widget (``key=`` the same, no ``value=``), and
:func:`choice` to read it anywhere, callbacks included::

    session.sticky("model.epochs", 20)
    st.number_input("Epochs", 1, 1000, key="model.epochs")
    ...
    session.choice("model.epochs", 20)
"""

from __future__ import annotations

import secrets
from typing import Any

import streamlit as st

from app import guard
from app.guard import COOKIE

DEFAULT_DATASET = "digits"
_RUN, _DATA, _ID = "open_run", "dataset", "session_id"
_KEPT, _DRAWN_ON, _PAGE = "kept_choices", "drawn_on", "page"


def begin() -> None:
    """Take run and dataset from the URL, or put the session's back into it.

    Call once at the top of every script run, before a page reads anything.
    """
    for parameter, key in (("run", _RUN), ("data", _DATA)):
        asked = st.query_params.get(parameter, "").strip()
        if asked:
            st.session_state[key] = asked
        elif st.session_state.get(key):
            st.query_params[parameter] = st.session_state[key]


def session_id() -> str:
    """This browser session's unguessable name; runs and uploads belong to it.

    It is kept in a cookie that ends with the browser, so that a reload or a second
    tab is the same session. The server sets it (``app/guard.py``); no script sees it.
    """
    if _ID not in st.session_state:
        kept = str(st.context.cookies.get(COOKIE, ""))
        st.session_state[_ID] = kept if guard.valid(kept) else secrets.token_urlsafe(24)
    return str(st.session_state[_ID])


def address() -> str | None:
    """Where this browser is, as the server sees it (IP); None on this machine."""
    return st.context.ip_address


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
    """Query parameters that reproduce this view: for ``st.page_link(query_params=...)``."""
    kept = {"run": st.session_state.get(_RUN), "data": st.session_state.get(_DATA)}
    return {name: str(value) for name, value in kept.items() if value}


def enter(page: str) -> None:
    """Say which page is shown. Call once a script run, before the page itself."""
    st.session_state[_PAGE] = page


def sticky(key: str, default: Any) -> None:
    """Keep the widget ``key``'s value while its page is not shown. Call before drawing it.

    The same key on two pages is the same choice. Streamlit holds them for two widgets and
    would start the second one empty, so the value is set where the page has changed.
    """
    kept = st.session_state.setdefault(_KEPT, {})
    drawn_on = st.session_state.setdefault(_DRAWN_ON, {})
    value = st.session_state.get(key, kept.get(key, default))
    if key not in st.session_state or drawn_on.get(key) != st.session_state.get(_PAGE):
        st.session_state[key] = value
    kept[key], drawn_on[key] = value, st.session_state.get(_PAGE)


def choice(key: str, default: Any) -> Any:
    """A form value: the widget's if it is drawn, else the kept one, else ``default``."""
    kept = st.session_state.get(_KEPT, {})
    return st.session_state.get(key, kept.get(key, default))


def set_choice(key: str, value: Any) -> None:
    """Preset a form value. Only in callbacks or before its widget is drawn."""
    st.session_state.setdefault(_KEPT, {})[key] = value
    st.session_state[key] = value


def get(key: str, default: Any = None) -> Any:
    """A note of this session, or a widget's value."""
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    """Leave a note for later script runs of this session."""
    st.session_state[key] = value


def take(key: str) -> Any:
    """A note, removed as it is read; None if there is none."""
    return st.session_state.pop(key, None)


def dark() -> bool:
    """Whether this browser shows the dark theme."""
    return bool(st.context.theme.type == "dark")
