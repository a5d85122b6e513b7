"""The states that are no result: empty, failed, cancelled, missing, of another kind."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import escape, navigation, session
from ppml_core.auditing.report import AuditReport, Report
from ppml_core.datasets.turns import waiting_words
from ppml_core.jobs.view import RunView

PAGE_OF_KIND = {
    "train": "train",
    "audit": "membership",
    "frontier": "defend",
    "invert": "inversion",
    "attributes": "attributes",
    "gradients": "gradients",
    "ladder": "bounds",
}
TITLE_OF_KIND = {
    "train": "training run",
    "audit": "membership audit",
    "frontier": "frontier",
    "invert": "inversion",
    "attributes": "attribute inference",
    "gradients": "gradient reconstruction",
    "ladder": "reconstruction ladder",
}


def notice(title: str, body: str, *, tone: str = "calm", role: str = "status") -> None:
    """A quiet framed message. ``tone``: calm, warning or grave; never by colour alone."""
    mark = {"calm": "", "warning": "Note · ", "grave": "Attention · "}[tone]
    st.html(
        f'<div class="lab-notice lab-{tone}" role="{role}"><p class="lab-notice-title">'
        f"{mark}{escape.html(title)}</p><p>{escape.html(body)}</p></div>"
    )


def tell_waiting() -> Callable[[int], None]:
    """A line that says how many files are read before this person's, while there are any."""
    place = st.empty()

    def tell(before: int) -> None:
        if before:
            place.caption(waiting_words(before))
        else:
            place.empty()

    return tell


def empty(title: str, body: str) -> None:
    """Nothing to show yet, and what to do about it."""
    notice(title, body)


def failed(view: RunView) -> None:
    """A run that ended in an error: the message, and what can be done."""
    reason = view.error or "The run stopped without saying why."
    notice(
        "This run failed",
        f"{_sentence(reason)} Nothing else was lost; change the set-up and try again.",
        tone="grave",
        role="alert",
    )


def cancelled(view: RunView, report: Report | None) -> None:
    """A run a person stopped; what was computed so far stays visible below."""
    notice("This run was cancelled", kept_of(view, report), tone="warning")


def kept_of(view: RunView, report: Report | None) -> str:
    """What there is of a run that was stopped, and how to get the rest."""
    if report is None:
        return "It was stopped before there was a result. Start it again from its form."
    if isinstance(report, AuditReport):
        asked = getattr(view.request, "shadows", report.models)
        return (
            f"What is shown below rests on {report.models} of the {asked} models that were asked "
            "for. Start it again to get the rest: models that are trained are not trained again."
        )
    return "What had been computed by then is shown below. Start it again to compute the rest."


def missing(run: str) -> None:
    """A link to a run that is not (or no longer) in the store."""
    notice(
        "This run is not here",
        "It may have been deleted, or the link was cut off. Your other runs are on the page Runs.",
        tone="warning",
        role="alert",
    )
    st.button("Close it", key="close-missing-run", on_click=session.close_run)


def other_kind(view: RunView) -> None:
    """The open run belongs to another page: say so and link there."""
    title = TITLE_OF_KIND[view.kind]
    notice(
        f"The open run is {_article(title)} {title} of {view.dataset_name}",
        "It stays open; its results are on its own page.",
    )
    page = PAGE_OF_KIND[view.kind]
    st.page_link(navigation.path(page), label=f"Show the {title}", query_params=session.links())


def _article(title: str) -> str:
    """The word before a kind of run."""
    return "an" if title[:1] in "aeiou" else "a"


def _sentence(reason: str) -> str:
    """A message that another sentence can follow."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."
