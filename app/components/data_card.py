"""The chosen dataset: how much of what, a look at it, and what using it gives away."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from app import escape, session
from app.components import data_catalogue, data_preview, formats, heading, states
from app.components.chart import chart
from app.figures import class_balance, data_uniqueness
from app.service import workbench
from ppml_core.datasets.card import DatasetCard
from ppml_core.errors import PPMLError

NUMBER_OF_NOTES = 8


def load() -> DatasetCard | None:
    """The card of the chosen dataset; if it cannot be had, the reason is drawn instead."""
    try:
        with st.spinner("Looking at the records…"):
            return workbench().card(session.dataset())
    except PPMLError as error:
        states.notice("This dataset is not here", str(error), tone="warning", role="alert")
        st.button(
            "Go back to the digits",
            key="data-reset",
            on_click=session.choose_dataset,
            args=(session.DEFAULT_DATASET,),
        )
        return None


def show(card: DatasetCard, *, still: bool = False) -> None:
    """Facts, records and class balance; ``still`` in use after another was refused."""
    state = "Still in use" if still else "In use"
    st.header(f"{state}: {escape.markdown(card.title)}", anchor=False)
    about = data_catalogue.about(card.ref)
    if about:
        heading.small(about)
    st.html(facts(card))
    if card.ref.startswith("upload:"):
        _sharing(card)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _look(card)
    with right:
        _balance(card)
    _honesty(card)


def facts(card: DatasetCard) -> str:
    """The numbers of the card as a list of terms."""
    shape = " x ".join(map(str, card.image_shape)) if card.image_shape else ""
    items = [
        ("Records", formats.count(card.n)),
        ("Features", f"{formats.count(card.n_features)}{f' ({shape})' if shape else ''}"),
        ("Classes", formats.count(card.n_classes)),
    ]
    if 0 < card.distinct < card.n:
        items.insert(1, ("Different records", formats.count(card.distinct)))
    if card.persons:
        items.insert(1, ("People", formats.count(card.persons)))
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in items)
    return (
        f'<dl class="data-facts">{listed}<div><dt>Fingerprint (SHA-256)</dt>'
        f'<dd class="data-hash" title="{escape.html(card.sha256)}">'
        f"{escape.html(card.sha256[:24])}…</dd></div></dl>"
    )


def _look(card: DatasetCard) -> None:
    """A few records as they are."""
    st.subheader("A few of the records", anchor=False)
    if card.thumbnails:
        st.html(data_preview.contact_sheet(card.thumbnails, card.thumbnail_labels))
    elif card.rows:
        st.html(data_preview.table(card.columns, card.rows, label=f"Records of {card.title}"))
    else:
        heading.small("There is no preview of these records.")


def _balance(card: DatasetCard) -> None:
    """How many records each class has."""
    st.subheader("Classes", anchor=False)
    labels, counts = card.label_names, card.class_counts
    chart(
        class_balance.draw(labels, counts, dark=session.dark()),
        key="data-balance",
        alt=class_balance.alt(labels, counts),
        rows=[
            {"class": name, "records": count, "share, %": round(100 * count / card.n, 2)}
            for name, count in zip(labels, counts, strict=True)
        ],
    )
    heading.small(class_balance.sentence(labels, counts))


def _honesty(card: DatasetCard) -> None:
    """What was done on the way in, and which private statistics that used."""
    if card.private_statistics:
        used = "; ".join(card.private_statistics[:NUMBER_OF_NOTES])
        more = len(card.private_statistics) - NUMBER_OF_NOTES
        states.notice(
            "Private statistics were used",
            f"{used}{f'; and {more} more' if more > 0 else ''}. They were computed from the "
            "records themselves, so no differential privacy guarantee covers them; it will say "
            "so. Declare bounds and fill values to avoid it.",
            tone="warning",
        )
    if card.notes:
        notes = "".join(f"<li>{escape.html(note)}</li>" for note in card.notes[:NUMBER_OF_NOTES])
        st.html(f'<p class="lab-small">Done on the way in:</p><ul class="lab-small">{notes}</ul>')


def _sharing(card: DatasetCard) -> None:
    """The unguessable link to an upload."""
    with st.expander("Share or return to these records", key="data-share"):
        heading.small(
            "Nobody else sees this upload. Its address cannot be guessed; whoever you give it to "
            "can look at the records, train on them and see the results. Keep it to come back "
            "after closing the browser."
        )
        here = str(st.context.url or "").split("?")[0]
        st.code(f"{here}?{urlencode({'data': card.ref})}", language=None)


def identify(card: DatasetCard) -> None:
    """What in the records tells a person apart."""
    st.header("What in them identifies someone?", anchor=False)
    found = card.uniqueness
    if found is None:
        heading.sentence(
            "A picture is unlike every other one: the whole record identifies. Whether a model "
            "remembers single pictures is what the membership audit measures."
        )
        return
    chart(
        data_uniqueness.draw(found, dark=session.dark()),
        key="data-uniqueness",
        alt=data_uniqueness.alt(found),
        rows=data_uniqueness.rows(found),
        sentence=data_uniqueness.sentence(found),
    )
    heading.small(
        "Hatched: columns in which nine of ten records are alone. Leave such columns out of an "
        "upload where the model does not need them."
    )
