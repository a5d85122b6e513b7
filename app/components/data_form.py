"""The group "Data" of a form: which records, and how they are divided."""

from __future__ import annotations

import streamlit as st

from app import escape, navigation, session
from app.components import data_split, data_waiting, formats, glossary, heading
from app.service import workbench
from ppml_core.datasets.catalogue import CATALOGUE, availability
from ppml_core.datasets.split import SplitSizes
from ppml_core.errors import PPMLError


def draw() -> None:
    """Dataset picker, its one-line description and the split."""
    heading.section("Data")
    picker("Dataset", options(), session.dataset(), key="data.picked")
    st.html(f'<p class="lab-small">{escape.html(_describe(session.dataset()))}</p>')
    data_waiting.show(session.dataset())
    link()
    session.sticky(data_split.MEMBERS, 40)
    st.slider(
        "Trained on (members)",
        10,
        80,
        step=5,
        format="%d %%",
        key=data_split.MEMBERS,
        help=glossary.help_for("members"),
    )


def picker(label: str, titles: dict[str, str], now: str, *, key: str) -> None:
    """One of ``titles`` (ref to title), ``now`` being chosen; it becomes the session's dataset."""
    session.put(key, now)
    st.selectbox(
        label,
        list(titles),
        format_func=lambda ref: titles[ref],
        key=key,
        on_change=_choose,
        args=(key,),
    )


def options() -> dict[str, str]:
    """Ref to title, of everything that can be chosen in this session."""
    titles = {entry.name: entry.title for entry in CATALOGUE if availability(entry.name) is None}
    for card in workbench().uploads(session=session.session_id()):
        titles[card.ref] = f"{card.title} (yours)"
    chosen = session.dataset()
    if chosen not in titles:
        titles[chosen] = _title_of_link(chosen)
    return titles


def read_split() -> SplitSizes:
    """Members as chosen; non-members and auxiliary in the proportion of page Data."""
    return data_split.read()


def adopt(split: SplitSizes) -> None:
    """Set the three shares, to the nearest step of their sliders; for callbacks."""
    for key, share, low in (
        (data_split.MEMBERS, split.members, 10),
        (data_split.NONMEMBERS, split.nonmembers, 5),
        (data_split.AUXILIARY, split.auxiliary, 5),
    ):
        session.set_choice(key, min(80, max(low, 5 * round(20 * share))))


def _choose(key: str) -> None:
    """The picker was changed."""
    session.choose_dataset(session.get(key))


def _title_of_link(ref: str) -> str:
    """The title of a dataset that came by link."""
    try:
        return f"{workbench().card(ref).title} (by link)"
    except PPMLError:
        return f"{escape.plain(ref)[:24]} (not available)"


def _describe(ref: str) -> str:
    """One line on the chosen dataset."""
    for entry in CATALOGUE:
        if entry.name == ref:
            return (
                f"{entry.description} {formats.count(entry.n)} records, "
                f"{entry.n_features} features, {entry.n_classes} classes."
            )
    try:
        card = workbench().card(ref)
    except PPMLError as error:
        return str(error)
    return f"{formats.count(card.n)} records, {card.n_features} features, {card.n_classes} classes."


def link() -> None:
    """To the page on which own data is brought in."""
    st.page_link(
        navigation.path("data"),
        label="Look at it, or bring your own",
        query_params=session.links(),
    )
