"""Stopping a run: for everybody if nobody else waits for it, else only for this browser."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import states
from app.service import workbench
from app.viewers import viewers
from ppml_core.errors import RunNotFound

_LEFT = "left-run"


def cancel(run: str) -> None:
    """Stop the run, or leave it to the other browsers that wait for it. For callbacks.

    A run that is gone needs no stopping.
    """
    me = session.session_id()
    viewers().leave(run, me)
    if others := viewers().others(run, me):
        session.put(_LEFT, (run, others))
        st.toast(f"You left the run; it goes on. {_why(others)}", duration="long")
        if session.run_id() == run:
            session.close_run()
        return
    try:
        workbench().cancel(run)
    except RunNotFound:
        return


def came_back(run: str) -> None:
    """The run is open again: it is not left any more."""
    if session.run_id() == run and has_left(run):
        session.take(_LEFT)


def has_left(run: str) -> bool:
    """Whether this browser left the run to others."""
    left = session.get(_LEFT)
    return bool(left) and left[0] == run


def left_run() -> str | None:
    """The run that this browser left to others last, if any."""
    left = session.get(_LEFT)
    return str(left[0]) if left else None


def reopen(run: str) -> None:
    """Go back to a run that was left."""
    session.take(_LEFT)
    session.open_run(run)


def left_notice() -> None:
    """In place of the run that was left."""
    left = session.get(_LEFT)
    if left:
        states.notice("You left the run; it goes on", _why(left[1]))
        if st.button("Open it again", key="reopen-run"):
            reopen(left[0])
            st.rerun()


def _why(others: int) -> str:
    """Who keeps it going, and where to find it."""
    who = "another browser is" if others == 1 else f"{others} other browsers are"
    return f"It was not cancelled, because {who} waiting for it. It stays listed under Runs."
