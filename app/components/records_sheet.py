"""Some of a dataset's own pictures, as a quiet sheet: the records an audit is about."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.service import workbench

SHOWN = 40


def draw(ref: str, caption: str) -> None:
    """Pictures of dataset ``ref``; nothing while its card is still being made."""
    card = workbench().ready_card(ref)
    if card is None or not card.thumbnails:
        return
    pictures = "".join(
        f'<li><img src="data:image/png;base64,{escape(image)}" alt=""></li>'
        for image in card.thumbnails[:SHOWN]
    )
    told = f"{len(card.thumbnails[:SHOWN])} of the {card.n:,} records. {caption}"
    st.html(
        f'<ul class="lab-records" role="img" aria-label="{escape(told)}">{pictures}</ul>'
        f'<p class="lab-small">{escape(told)}</p>'
    )
