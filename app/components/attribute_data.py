"""The group "Data" of page Attributes: which table, and which of its columns is guessed."""

from __future__ import annotations

import streamlit as st

from app import escape, session
from app.components import data_form, data_waiting, formats, glossary, heading, states
from app.service import workbench
from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.catalogue import CATALOGUE
from ppml_core.errors import PPMLError
from ppml_core.jobs.attribute_request import ATTRIBUTES_SPLIT

COLUMN = "attr.column"
DEFAULT_TABLE = "breast-cancer"
NAMED = 6
"""Columns that are named before the rest is counted."""

_PREFERRED = ("sex", "gender", "race", "income")
"""Where a table has such a column, it is what the form offers first."""


def draw() -> None:
    """Picker of tables, and of the column to guess."""
    heading.section("Data")
    data_form.picker("Dataset", _tables(), dataset(), key="attr.dataset")
    card = card_of(dataset())
    if card is None:
        states.notice(
            "The columns of this dataset cannot be read",
            "Choose another one, or prepare it again on page Data.",
            tone="warning",
        )
    else:
        st.html(f'<p class="lab-small">{escape.html(_describe(card))}</p>')
        _column(card)
    heading.small(_division())
    data_waiting.show(dataset(), "table")
    data_form.link()


def dataset() -> str:
    """The session's dataset where it is a table, else the default one."""
    ref = session.dataset()
    return DEFAULT_TABLE if ref in _images() else ref


def column() -> str:
    """The column to guess: the chosen one, or the first choice among the dataset's."""
    card = card_of(dataset())
    return _chosen(columns_of(card)) if card else str(session.choice(COLUMN, ""))


def card_of(ref: str) -> DatasetCard | None:
    """The dataset's card, None where it cannot be had."""
    try:
        return workbench().ready_card(ref) or workbench().card(ref)
    except PPMLError:
        return None


def columns_of(card: DatasetCard) -> list[str]:
    """The columns that can be guessed: not the label, which is the card's last, nor one
    that is the same for everybody."""
    same = constant_columns(card)
    return [name for name in _features(card) if name not in same]


def constant_columns(card: DatasetCard) -> list[str]:
    """Columns with one and the same value in all records: there is nothing to guess."""
    counted = card.uniqueness.columns if card.uniqueness else ()
    same = {column.name for column in counted if column.distinct <= 1}
    return [name for name in _features(card) if name in same]


def _features(card: DatasetCard) -> list[str]:
    """All columns of a table but the label."""
    return [] if card.kind == "image" else list(card.columns[:-1])


def _tables() -> dict[str, str]:
    """Ref to title of every dataset of the picker that is a table."""
    titles, pictures = data_form.options(), _images()
    for card in workbench().uploads(session=session.session_id()):
        if card.kind == "image":
            pictures = pictures | {card.ref}
    tables = {ref: title for ref, title in titles.items() if ref not in pictures}
    tables.setdefault(dataset(), escape.plain(dataset())[:24])
    return tables


def _images() -> set[str]:
    """Catalogue names of pictures."""
    return {entry.name for entry in CATALOGUE if entry.kind == "image"}


def _column(card: DatasetCard) -> None:
    """The column to guess, from the dataset's own."""
    known, same = columns_of(card), constant_columns(card)
    if known:
        session.set_choice(COLUMN, _chosen(known))
        st.selectbox("Column to guess", known, key=COLUMN, help=glossary.help_for("sensitive"))
    elif card.kind == "image":
        heading.small("These are pictures: attribute inference needs a table with columns.")
    if same:
        heading.small(said_of_constant(same, len(known)))


def said_of_constant(same: list[str], others: int) -> str:
    """Why some columns are not offered.

    >>> said_of_constant(["country"], 3)
    'Not offered: country. All records have the same value there: there is nothing to guess.'
    """
    named = ", ".join(same[:NAMED]) + (f" and {len(same) - NAMED} more" * (len(same) > NAMED))
    left = "" if others else " No other column is left."
    return (
        f"Not offered: {named}. All records have the same value there: there is nothing "
        f"to guess.{left}"
    )


def _division() -> str:
    """How the records are shared out; fixed, because imputer and shadow models need many."""
    split = ATTRIBUTES_SPLIT
    return (
        f"{split.members:.0%} of the records train the models, {split.nonmembers:.0%} do not, "
        f"and {split.auxiliary:.0%} are the attacker's own."
    ).replace("%", " %")


def _chosen(known: list[str]) -> str:
    """What was chosen if the dataset has it, else a likely one."""
    chosen = str(session.choice(COLUMN, ""))
    if chosen in known:
        return chosen
    likely = [name for name in known if name.lower() in _PREFERRED]
    return (likely or known or [""])[0]


def _describe(card: DatasetCard) -> str:
    """One line on the table."""
    about = next((entry.description for entry in CATALOGUE if entry.name == card.ref), "")
    return f"{about} {formats.count(card.n)} records, {len(_features(card))} columns.".strip()
