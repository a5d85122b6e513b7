"""Stopping a run: only who asked for it may, and it stops once none of those wants it."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from app import escape, session
from app.components import states
from app.service import workbench
from ppml_core.errors import NotYours, RunNotFound

_LEFT = "left-run"
OTHERS_RUN = "Started by another browser: it can be watched from here, and stopped from there."
"""In place of Cancel for whoever only has the link, or sees it listed."""


def mine() -> frozenset[str]:
    """The runs that this browser may cancel."""
    return workbench().asked(session=session.session_id())


def offer(run: str, asked: Collection[str]) -> None:
    """Cancel, for a browser that asked for the run; words for any other."""
    if run in asked:
        st.button("Cancel", key=f"cancel-{run}", on_click=cancel, args=(run,))
    else:
        st.html(f'<p class="lab-small" role="note">{escape.html(OTHERS_RUN)}</p>')


def cancel(run: str) -> None:
    """Stop the run, or leave it to the other browsers that asked for it. For callbacks.

    A run that is gone needs no stopping.
    """
    try:
        others = workbench().cancel(run, session=session.session_id())
    except NotYours as error:
        st.toast(escape.markdown(str(error)), duration="long")
        return
    except RunNotFound:
        return
    if others:
        session.put(_LEFT, (run, others))
        st.toast(f"You left the run; it goes on. {_why(others)}", duration="long")
        if session.run_id() == run:
            session.close_run()


def came_back(run: str) -> None:
    """The run is open again: it is not left any more."""
    if session.run_id() == run and has_left(run):
        _wait_again(run)


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
    _wait_again(run)
    session.open_run(run)


def left_notice() -> None:
    """In place of the run that was left."""
    left = session.get(_LEFT)
    if left:
        states.notice("You left the run; it goes on", _why(left[1]))
        if st.button("Open it again", key="reopen-run"):
            reopen(left[0])
            st.rerun()


def _wait_again(run: str) -> None:
    """Be one of those who want it, so that it stops for nobody else."""
    session.take(_LEFT)
    workbench().rejoin(run, session=session.session_id())


def _why(others: int) -> str:
    """Who keeps it going, and where to find it."""
    who = "another browser" if others == 1 else f"{others} other browsers"
    return f"It was not cancelled, because {who} asked for it too. It stays listed under Runs."
