"""Deleting a run: asked for first, in a dialog that survives the list's redrawing."""

from __future__ import annotations

import streamlit as st

from app import escape, session
from app.components import runs_words
from app.service import workbench
from ppml_core.errors import PPMLError, RunNotFound

_ASKED = "runs.delete"
_PROBLEM = "runs.delete-problem"


def ask(run: str) -> None:
    """Open the dialog; for callbacks."""
    session.put(_ASKED, run)


def dialog_if_asked() -> None:
    """Draw the dialog while it is open. Call inside the list's fragment at every tick."""
    problem = session.take(_PROBLEM)
    if problem:
        st.error(escape.markdown(problem))
    if session.get(_ASKED):
        st.dialog("Delete this run?", on_dismiss=_keep)(_body)()


def _body() -> None:
    """What is lost, and the two answers."""
    run = session.get(_ASKED)
    if not run:
        st.rerun()  # answered: a dialog closes by a full rerun, after its callback ran
    try:
        view = workbench().view(run)
    except RunNotFound:
        st.write("It is gone already.")
        return
    st.html(
        f"<p><strong>{escape.html(runs_words.title(view))}</strong></p><p>It is taken off "
        "your list. Once it is on nobody's list, its report, scores and files are removed and "
        "its link leads nowhere; asking for the same run again computes it again.</p>"
    )
    with st.container(horizontal=True):
        st.button("Delete it", key="delete-yes", type="primary", on_click=_delete, args=(run,))
        st.button("Keep it", key="delete-no", on_click=_keep)


def _delete(run: str) -> None:
    """The answer was yes."""
    session.take(_ASKED)
    try:
        workbench().delete(run, session=session.session_id())
    except PPMLError as error:
        session.put(_PROBLEM, str(error))
    if session.run_id() == run:
        session.close_run()


def _keep() -> None:
    """The answer was no, or the dialog was dismissed."""
    session.take(_ASKED)
