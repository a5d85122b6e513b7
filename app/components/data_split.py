"""How the records are shared out: three sliders and a picture of the result."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import glossary, states
from app.components.chart import chart
from app.figures import split as figure
from ppml_core import limits
from ppml_core.datasets.split import SplitSizes

MEMBERS, NONMEMBERS, AUXILIARY = "data.members", "data.nonmembers", "data.auxiliary"
_DEFAULTS = {MEMBERS: 40, NONMEMBERS: 40, AUXILIARY: 20}
_LABELS = {
    MEMBERS: ("Trained on (members)", "members"),
    NONMEMBERS: ("Kept out (non-members)", "nonmembers"),
    AUXILIARY: ("The attacker's own (auxiliary)", "auxiliary"),
}


def read() -> SplitSizes:
    """The chosen sizes. Where they come to more than everything, non-members and
    auxiliary share what the members leave, in their proportion."""
    members, others, auxiliary = (session.choice(key, _DEFAULTS[key]) / 100 for key in _DEFAULTS)
    left = 1.0 - members
    if others + auxiliary > left:
        scale = left / (others + auxiliary)
        others, auxiliary = others * scale, auxiliary * scale
    return SplitSizes(members=members, nonmembers=round(others, 4), auxiliary=round(auxiliary, 4))


def show(counts: tuple[int, ...]) -> None:
    """The sliders, the picture and what to think of it, for classes of
    so many records."""
    controls, picture = st.columns([2, 3], gap="medium")
    with controls:
        for key, (label, term) in _LABELS.items():
            session.sticky(key, _DEFAULTS[key])
            low, high = (10, 80) if key == MEMBERS else (5, 80)
            st.slider(
                label, low, high, step=5, format="%d %%", key=key, help=glossary.help_for(term)
            )
    sizes = read()
    with picture:
        _overfull()
        chart(
            figure.draw(sizes, counts, dark=session.dark()),
            key="data-split",
            alt=figure.alt(sizes, counts),
            sentence=sentence(sizes, counts),
            rows=[
                {"group": group.name, "share, %": round(100 * group.share, 1), "records": group.n}
                for group in figure.groups(sizes, counts)
            ],
        )


def _overfull() -> None:
    """Say so when the sliders ask for more than there is."""
    total = sum(session.choice(key, _DEFAULTS[key]) for key in _DEFAULTS)
    if total > 100:
        states.notice(
            f"The three come to {total} %",
            "Non-members and auxiliary were shortened to fit.",
            tone="warning",
        )


def sentence(sizes: SplitSizes, counts: tuple[int, ...]) -> str:
    """What this division lets one see."""
    n = sum(counts)
    parts = figure.groups(sizes, counts)
    start = (
        f"{parts[0].n:,} records train the model, {parts[1].n:,} do not; the attack has "
        "to tell them apart."
    )
    if n < limits.MIN_RECORDS:
        return f"{n} records are too few to divide; at least {limits.MIN_RECORDS} are needed."
    if parts[1].n < 1000:
        return (
            f"{start} Rates at 1 % false alarms need about 1,000 cases of a record the model has "
            "not seen; several attacked models supply them."
        )
    return start
