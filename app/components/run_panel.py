"""A run as it goes: queue place, progress, time left, cancel; then its result or its end."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import escape
from app.components import cancel, data_notes, formats, live, states, store_words
from app.service import workbench
from ppml_core.auditing.report import Report
from ppml_core.errors import RunNotFound
from ppml_core.jobs.view import RunView

EVERY_SECONDS = 1.0
Draw = Callable[[RunView, Report], None]


def watch(run: str, draw: Draw, *, kind: str, waiting: Callable[[], None] | None = None) -> None:
    """Show run ``run`` and keep it up to date until it ends.

    ``draw(view, report)`` draws the report, partial or final, inside the fragment.
    ``waiting()`` fills the place while there is no report at all. A run of another
    ``kind`` is linked to, not drawn.
    """
    cancel.came_back(run)
    view = find(run)
    if view is None:
        states.missing(run)
    elif view.kind != kind:
        states.other_kind(view)
    else:
        every = EVERY_SECONDS if view.live else None
        st.fragment(_panel, run_every=every)(run, draw, waiting)


def find(run: str) -> RunView | None:
    """The run, or None if the store does not have it."""
    try:
        return workbench().view(run)
    except RunNotFound:
        return None


@store_words.told()
def _panel(run: str, draw: Draw, waiting: Callable[[], None] | None) -> None:
    """Everything of the run, redrawn at every tick."""
    if cancel.has_left(run):
        live.stop_polling()
        cancel.left_notice()
        return
    view = find(run)
    if view is None:
        live.stop_polling()
        states.missing(run)
        return
    report = workbench().report(run)
    _header(view, report)
    if report is not None:
        draw(view, report)
        data_notes.show(report.dataset)
    elif waiting is not None and view.live:
        waiting()
    if not view.live:
        live.stop_polling()  # last: an end that could not be drawn is tried again


def _header(view: RunView, report: Report | None) -> None:
    """What state the run is in."""
    if view.live:
        _progress(view)
    elif view.state == "failed":
        states.failed(view)
    elif view.state == "cancelled":
        states.cancelled(view, report)


def _progress(view: RunView) -> None:
    """Stage, bar, time left and the cancel button."""
    with st.container(border=True, key="run-progress"):
        words, button = st.columns([5, 1], vertical_alignment="center")
        with words:
            done, total = _units(view)
            st.html(_bar(_stage(view), done, total, _left(view)))
        with button:
            cancel.offer(view.run_id, cancel.mine())


def _units(view: RunView) -> tuple[int, int]:
    """Done and total, safe to divide."""
    if view.progress is None:
        return 0, 1
    return view.progress.done, max(1, view.progress.total)


def _stage(view: RunView) -> str:
    """What happens now, in words."""
    return view.progress.stage if view.progress else "Starting"


def _left(view: RunView) -> str:
    """Time left in words, empty while unknown."""
    if view.progress is None or view.progress.eta_seconds is None:
        return ""
    return f"about {formats.duration(view.progress.eta_seconds)} left"


def _bar(stage: str, done: int, total: int, left: str) -> str:
    """A progress bar that also says its value in text."""
    share = min(100, round(100 * done / total))
    return (
        f'<div class="lab-progress"><div class="lab-progress-words"><span>{escape.html(stage)}'
        f"</span><span>{escape.html(left)}</span></div>"
        f'<progress max="100" value="{share}" aria-label="Progress of the run"></progress>'
        f'<div class="lab-progress-words lab-small"><span>{share} % done</span></div></div>'
    )
