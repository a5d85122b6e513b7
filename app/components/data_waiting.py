"""A file that was brought in and is not what the form would use."""

from __future__ import annotations

import streamlit as st

from app import escape, session
from app.components import data_upload, heading
from app.service import workbench


def show(now: str, kind: str | None = None) -> None:
    """Point it out where ``now`` is the dataset of the form, and offer to use it.

    ``kind``: ``table`` or ``image`` where only one of them can be used.
    """
    unprepared = data_upload.unprepared()
    if unprepared is not None:
        heading.small(
            f"{unprepared} has been read, but not prepared yet: its columns are waiting on page "
            "Data."
        )
        return
    cards = workbench().uploads(session=session.session_id())
    if now in [card.ref for card in cards]:
        return
    card = next((card for card in cards if kind in (None, card.kind)), None)
    if card is None:
        return
    heading.small(f"Your file {card.title} is prepared, and not in use here.")
    st.button(
        f"Use {escape.markdown(card.title)}",
        key="data-use-upload",
        on_click=session.choose_dataset,
        args=(card.ref,),
    )
