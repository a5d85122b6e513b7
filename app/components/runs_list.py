"""The list of runs: what is going on, what was done, and what can be done with each."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from app import escape, navigation, session
from app.components import cancel, runs_delete, runs_words, states, store_words
from app.service import workbench
from ppml_core.auditing.report import encode

if TYPE_CHECKING:
    from ppml_core.jobs.service import RunView

LIVE = ("queued", "running")
PAGE_SIZE = 10
EVERY_SECONDS = 2.0
_SHOWN, _LINKED = "runs.shown", "runs.linked"


def show() -> None:
    """The whole list, kept up to date. New runs of other tabs appear by themselves."""
    st.fragment(_panel, run_every=EVERY_SECONDS)()


@store_words.told()
def _panel() -> None:
    """Everything inside the fragment: groups, rows, dialog."""
    runs = workbench().runs(session=session.session_id())
    if not runs:
        _nothing()
        return
    live = sorted((run for run in runs if run.state in LIVE), key=_queue_order)
    ended = [run for run in runs if run.state not in LIVE]
    st.html(
        f'<p class="runs-count" role="status">{escape.html(runs_words.counts(live, ended))}</p>'
    )
    _group("Now", live, "Nothing is running. A new run appears here as soon as it is started.")
    shown = int(session.get(_SHOWN, PAGE_SIZE))
    _group("Earlier", ended[:shown], "Nothing has finished yet.")
    if len(ended) > shown:
        st.button(
            f"Show {min(PAGE_SIZE, len(ended) - shown)} more",
            key="runs-more",
            on_click=session.put,
            args=(_SHOWN, shown + PAGE_SIZE),
        )
    runs_delete.dialog_if_asked()


def _nothing() -> None:
    """The empty list, with a way on."""
    states.empty(
        "No runs yet",
        "Every training, audit and frontier you start is listed here, keeps going when you "
        "close the page, and can be opened again from any browser by its link.",
    )
    st.page_link(navigation.path("start"), label="Start with the bundled audit")


def _queue_order(run: RunView) -> tuple[int, float]:
    """Running first, then the queue in its order."""
    return (0 if run.state == "running" else 1 + (run.position or 0), run.created)


def _group(title: str, runs: Sequence[RunView], otherwise: str) -> None:
    """One headed part of the list."""
    st.header(title, anchor=False)
    if not runs:
        st.html(f'<p class="lab-small">{escape.html(otherwise)}</p>')
    mine = cancel.mine() if any(run.state in LIVE for run in runs) else ()
    for run in runs:
        _row(run, mine)


def _row(run: RunView, mine: Collection[str]) -> None:
    """One run in a frame: what, state, progress, and its buttons."""
    with st.container(border=True, key=f"run-{run.run_id}"):
        st.html(runs_words.head(run, is_open=run.run_id == session.run_id(), now=time.time()))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _buttons(run, mine)
        if session.get(_LINKED) == run.run_id:
            _link(run, states.PAGE_OF_KIND[run.kind])


def _buttons(run: RunView, mine: Collection[str]) -> None:
    """Open, link, download, and cancel or delete."""
    name = escape.markdown(runs_words.short_title(run))
    page = states.PAGE_OF_KIND[run.kind]
    st.page_link(
        navigation.path(page),
        label="Open",
        query_params={**session.links(), "run": run.run_id},
        help=f"Open {name}",
    )
    st.button("Link", key=f"link-{run.run_id}", on_click=_toggle_link, args=(run.run_id,))
    if run.state in LIVE:
        cancel.offer(run.run_id, mine)
        return
    st.download_button(
        "JSON",
        lambda: _report_bytes(run.run_id),
        escape.file_name(run.kind, run.dataset_name, run.run_id[:8], end=".json"),
        "application/json",
        key=f"json-{run.run_id}",
        on_click="ignore",
        help=f"Download the report of {name}",
        disabled=run.state != "finished" and workbench().report(run.run_id) is None,
    )
    st.button("Delete", key=f"delete-{run.run_id}", on_click=runs_delete.ask, args=(run.run_id,))


def _toggle_link(run: str) -> None:
    """Show the link of this run, or hide it again."""
    session.put(_LINKED, None if session.get(_LINKED) == run else run)


def _link(run: RunView, page: str) -> None:
    """The address that opens this run in any browser."""
    st.html('<p class="lab-small">Opens this run in any browser that reaches this server.</p>')
    st.code(permalink(str(st.context.url or ""), page, run.run_id), language=None)
    if run.request.dataset.startswith("upload:"):
        st.html(
            '<p class="lab-small">It rests on uploaded records: whoever has the link sees '
            "the results.</p>"
        )


def permalink(here: str, page: str, run: str) -> str:
    """The address of a run on its page, from the address of this page.

    >>> permalink("http://127.0.0.1:8501/runs?run=old", "defend", "0af3")
    'http://127.0.0.1:8501/defend?run=0af3'
    """
    root = here.split("?")[0].rstrip("/")
    root = root.removesuffix("/runs")
    path = "" if page == "start" else page
    return f"{root}/{path}?{urlencode({'run': run})}"


def _report_bytes(run: str) -> bytes:
    """The report's JSON, read when the download is pressed."""
    report = workbench().report(run)
    return encode(report) if report is not None else b"{}"
