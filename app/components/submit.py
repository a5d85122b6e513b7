"""From a form to a run: build the request when the button is pressed, submit, open."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import session
from app.components import states
from app.service import workbench
from ppml_core.errors import PPMLError
from ppml_core.jobs.requests import Request

_PROBLEM = "submit-problem"


def button(label: str, make: Callable[[], Request], *, key: str) -> None:
    """The primary button. ``make`` reads the form when pressed, so that a value typed a
    moment before counts; what is wrong with it is said above the button."""
    problem = session.take(_PROBLEM)
    if problem:
        states.notice("This cannot be run yet", problem, tone="grave", role="alert")
    st.button(label, key=key, type="primary", on_click=start, args=(make,))


def start(make: Callable[[], Request]) -> None:
    """Submit what ``make`` builds and open that run; a problem is kept for the page."""
    try:
        me, where = session.session_id(), session.address()
        session.open_run(workbench().submit(make(), session=me, address=where))
    except PPMLError as error:
        session.put(_PROBLEM, str(error))
