"""The guarantee of the chosen setting, for one record or for a whole person."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app.components import formats, glossary, heading, states
from app.components import inversion_words as words
from app.components.guarantee_card import guarantee_card, rounded_up
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.inversion_report import InversionCell, InversionReport

UNITS = {"person": ("record", "person"), "record": ("copy", "record")}
"""What is protected: one row of the training data, or all that comes from one of whom the
report speaks."""


def card(report: InversionReport, cell: InversionCell) -> None:
    """The card; where a person has several copies, with a switch of the unit."""
    guarantee = cell.guarantee
    if guarantee is None:
        guarantee_card(None)
        return
    row, whole = UNITS.get(report.unit, UNITS["person"])
    chosen = row
    if cell.copies_of_person > 1:
        chosen = _switch(row, whole)
    if chosen == row:
        guarantee_card(guarantee, conclusion=for_row(cell, row, whole))
        return
    grouped = for_group(cell, guarantee, row, whole)
    if grouped is None:
        heading.section("Guarantee")
        states.notice(f"None for a whole {whole}", nothing_left(cell, row, whole), tone="warning")
    else:
        guarantee_card(grouped, conclusion=group(cell, guarantee, row, whole))


def _switch(row: str, whole: str) -> str:
    """Which of the two the guarantee is read for."""
    chosen = st.segmented_control(
        "The guarantee is for one",
        (row, whole),
        default=row,
        key="protects",
        required=True,
        bind="query-params",
        help=glossary.help_for("group_privacy"),
    )
    return str(chosen or row)


def for_group(
    cell: InversionCell, guarantee: PrivacyGuarantee, row: str, whole: str
) -> PrivacyGuarantee | None:
    """The guarantee by group privacy, or None where nothing is left of it."""
    epsilon, delta = cell.person_epsilon, cell.person_delta
    if epsilon is None or delta is None or not 0 < delta < 1:
        return None
    copies = cell.copies_of_person
    return replace(
        guarantee,
        epsilon=epsilon,
        delta=min(rounded_up(delta), 1 - 1e-9),
        rdp_epsilon=None,
        unit=f"{whole} (all {copies} of its {words.several(row)})",
        neighboring_relation=f"add or remove all {copies} {words.several(row)} of one {whole}",
        caveats=(
            *guarantee.caveats,
            "This is group privacy, worked out from the guarantee for one of them; noise, sample "
            "rate and steps are those of the training.",
        ),
    )


def for_row(cell: InversionCell, row: str, whole: str) -> str:
    """What the guarantee of one row does not say about the whole."""
    copies = cell.copies_of_person
    if copies == 1:
        return f"Every {whole} is one row of the training data, so the guarantee is for both."
    return (
        f"This is for one {row}. There are {copies} {words.several(row)} of every {whole} in the "
        f"training data, so a {whole} is protected less: switch to “{whole}”."
    )


def group(cell: InversionCell, guarantee: PrivacyGuarantee, row: str, whole: str) -> str:
    """Where the whole's figures come from."""
    return (
        f"For a {whole} with all {cell.copies_of_person} {words.several(row)}. One {row} alone "
        f"has epsilon {formats.epsilon(guarantee.epsilon)}."
    )


def nothing_left(cell: InversionCell, row: str, whole: str) -> str:
    """Why the whole has no guarantee although a row has one."""
    epsilon = "" if cell.person_epsilon is None else f" (here {cell.person_epsilon:.3g})"
    return (
        f"There are {cell.copies_of_person} {words.several(row)} of every {whole} in the training "
        f"data. Group privacy multiplies epsilon by that number{epsilon} and lets delta grow to 1 "
        "or more, which promises nothing."
    )
