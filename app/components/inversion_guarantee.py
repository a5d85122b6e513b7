"""The guarantee of the chosen setting, for one record or for a whole person."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app.components import formats, glossary, heading, states
from app.components.guarantee_card import guarantee_card
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.inversion_report import InversionCell, InversionReport

UNITS = ("record", "person")


def card(report: InversionReport, cell: InversionCell) -> None:
    """The card; where a person has several copies, with a switch of the unit."""
    guarantee = cell.guarantee
    if guarantee is None:
        guarantee_card(None)
        return
    unit = UNITS[0]
    if cell.copies_of_person > 1:
        unit = str(
            st.segmented_control(
                "The guarantee is for one",
                UNITS,
                default=UNITS[0],
                key="privacy-unit",
                required=True,
                bind="query-params",
                help=glossary.help_for("group_privacy"),
            )
            or UNITS[0]
        )
    if unit == UNITS[0]:
        guarantee_card(guarantee, conclusion=for_record(cell))
        return
    whole = for_person(cell, guarantee)
    if whole is None:
        heading.section("Guarantee")
        states.notice("None for a whole person", nothing_left(cell), tone="warning")
    else:
        guarantee_card(whole, conclusion=group(cell))


def for_person(cell: InversionCell, guarantee: PrivacyGuarantee) -> PrivacyGuarantee | None:
    """The guarantee by group privacy, or None where nothing is left of it."""
    epsilon, delta = cell.person_epsilon, cell.person_delta
    if epsilon is None or delta is None or not 0 < delta < 1:
        return None
    copies = cell.copies_of_person
    return replace(
        guarantee,
        epsilon=epsilon,
        delta=delta,
        rdp_epsilon=None,
        unit=f"person ({copies} training records)",
        neighboring_relation=f"add or remove all {copies} records of one person",
        caveats=(
            *guarantee.caveats,
            "This is group privacy, worked out from the guarantee for one record. "
            "The accountant's figures below it are of the record.",
        ),
    )


def for_record(cell: InversionCell) -> str:
    """What the record's guarantee does not say about the person."""
    copies = cell.copies_of_person
    if copies == 1:
        return "Every person is one training record here, so the guarantee is for the person."
    return (
        f"This is for one training record. A person has {copies} of them here (the record and "
        "its variations), and is protected less: switch to “person”."
    )


def group(cell: InversionCell) -> str:
    """Where the person's figures come from."""
    return (
        f"For a person with all their {cell.copies_of_person} training records. A record alone "
        f"has epsilon {formats.epsilon(cell.guarantee.epsilon if cell.guarantee else None)}."
    )


def nothing_left(cell: InversionCell) -> str:
    """Why a person has no guarantee although a record has one."""
    epsilon = "" if cell.person_epsilon is None else f" (here {cell.person_epsilon:.3g})"
    return (
        f"A person has {cell.copies_of_person} training records here. Group privacy multiplies "
        f"epsilon by that number{epsilon} and lets delta grow to 1 or more, which promises nothing."
    )
