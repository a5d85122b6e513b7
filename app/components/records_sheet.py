"""Some of a dataset's own pictures, as a quiet sheet: the records an audit is about."""

from __future__ import annotations

import streamlit as st

from app import escape
from app.components import live, store_words
from app.service import workbench
from ppml_core.datasets.card import DatasetCard

SHOWN = 40
EVERY_SECONDS = 1.0


def draw(ref: str, caption: str) -> None:
    """Pictures of dataset ``ref``. A server's very first visitor may come before its card is
    made; the place is then filled as soon as it is."""
    every = EVERY_SECONDS if workbench().ready_card(ref) is None else None
    st.fragment(_sheet, run_every=every)(ref, caption)


@store_words.told()
def _sheet(ref: str, caption: str) -> None:
    """The sheet, if the card is there."""
    card = workbench().ready_card(ref)
    if card is None:
        return
    _pictures(card, caption)
    live.stop_polling()


def _pictures(card: DatasetCard, caption: str) -> None:
    """The sheet itself; nothing for a table."""
    if not card.thumbnails:
        return
    pictures = "".join(
        f'<img src="data:image/png;base64,{escape.html(image)}" alt="">'
        for image in card.thumbnails[:SHOWN]
    )
    told = f"{len(card.thumbnails[:SHOWN])} of the {card.n:,} records. {caption}"
    st.html(
        f'<div class="lab-records" role="img" aria-label="{escape.html(told)}">{pictures}</div>'
        f'<p class="lab-small">{escape.html(told)}</p>'
    )
