"""The catalogue as cards: what each dataset is, and whether it can be had right now."""

from __future__ import annotations

import streamlit as st

from app import escape, session
from app.components import formats
from app.service import workbench
from ppml_core.datasets.catalogue import CATALOGUE, CatalogueEntry, availability
from ppml_core.errors import PPMLError

_COLUMNS = 4
_PROBLEM = "data.fetch-problem"
_STATES = {"connection": "needs a connection", "package or connection": "needs a connection"}


def show() -> None:
    """All cards; choosing one makes it the dataset that every form starts from."""
    problem = session.take(_PROBLEM)
    if problem:
        st.error(escape.markdown(problem))
    for start in range(0, len(CATALOGUE), _COLUMNS):
        places = st.columns(_COLUMNS, gap="small")
        for place, entry in zip(places, CATALOGUE[start : start + _COLUMNS], strict=False):
            with (
                place,
                st.container(
                    border=True,
                    height="stretch",
                    vertical_alignment="distribute",
                    key=f"card-{entry.name}",
                ),
            ):
                _card(entry)


def _card(entry: CatalogueEntry) -> None:
    """One dataset: words above, button below."""
    away = availability(entry.name)
    chosen = session.dataset() == entry.name
    st.html(words(entry, away, chosen=chosen))
    if away is None:
        st.button(
            f"{'Using' if chosen else 'Use'} {_short(entry)}",
            key=f"use-{entry.name}",
            disabled=chosen,
            on_click=session.choose_dataset,
            args=(entry.name,),
            width="stretch",
        )
    else:
        st.button(
            f"Fetch {_short(entry)}",
            key=f"use-{entry.name}",
            on_click=_fetch,
            args=(entry,),
            width="stretch",
        )


def _fetch(entry: CatalogueEntry) -> None:
    """Try the download in a worker process; what went wrong is said above the cards."""
    try:
        with st.spinner(f"Fetching {entry.title}…", show_time=True):
            workbench().card(entry.name)
    except PPMLError as error:
        session.put(_PROBLEM, str(error))
        return
    session.choose_dataset(entry.name)


def words(entry: CatalogueEntry, away: str | None, *, chosen: bool) -> str:
    """The card's text. Availability and choice are said in words."""
    tag = ""
    if chosen:
        tag = '<span class="lab-tag">in use</span>'
    elif away is not None:
        tag = f'<span class="lab-tag">{_STATES.get(entry.needs or "", "not installed")}</span>'
    facts = (
        f"{formats.count(entry.n)} {'pictures' if entry.kind == 'image' else 'rows'} · "
        f"{formats.count(entry.n_features)} features · {entry.n_classes} classes"
    )
    missing = f'<p class="data-card-source">{escape.html(away)}</p>' if away else ""
    return (
        f'<p class="data-card-title">{escape.html(entry.title)} {tag}</p>'
        f'<p class="lab-small data-card-words">{escape.html(entry.description)}</p>'
        f'<p class="data-card-facts">{facts}</p>{missing}'
    )


def about(ref: str) -> str:
    """What a catalogue dataset is, where it comes from and on what terms; empty for uploads."""
    return next((f"{e.description} {e.source}" for e in CATALOGUE if e.name == ref), "")


def _short(entry: CatalogueEntry) -> str:
    """A name that fits on a button."""
    name = entry.title.split(",")[0]
    return name if len(name) <= 18 else name.split()[0]
