"""One person, enlarged: the pictures, every number, and the optimisation as it went."""

from __future__ import annotations

import streamlit as st

from app import escape
from app.components import glossary, heading, inversion_player
from app.components import inversion_pictures as pictures
from app.components import inversion_words as words
from app.components.inversion_sheet import verdict_tag
from app.figures import inversion_values as values
from ppml_core.auditing.inversion_report import (
    InversionCell,
    InversionReport,
    Person,
    Reconstruction,
)


def show(report: InversionReport, cell: InversionCell) -> None:
    """A picker, and the chosen person. The choice is in the URL."""
    people = named(pictures.rows(report, cell))
    if not people:
        return
    heading.section(f"One {report.unit}, enlarged")
    with st.container(key="inversion-person"):
        chosen = st.selectbox(
            report.unit.capitalize(), list(people), key="person", bind="query-params"
        )
        person, one = people.get(str(chosen)) or next(iter(people.values()))
        st.html(gallery(person, one))
        left, right = st.columns([2, 3], gap="medium")
        with left:
            _play(report, cell, person, one)
        with right:
            st.html(numbers(one))


def named(
    people: list[tuple[Person, Reconstruction]],
) -> dict[str, tuple[Person, Reconstruction]]:
    """Everybody by title; equal titles are told apart by their class."""
    found: dict[str, tuple[Person, Reconstruction]] = {}
    for person, one in people:
        taken = person.title in found
        found[f"{person.title} (class {person.slot + 1})" if taken else person.title] = person, one
    return found


def gallery(person: Person, one: Reconstruction) -> str:
    """The six pictures, large, each with what it is."""
    items = []
    for title, shown, value in pictures.of(person, one):
        meaning = next((n.meaning for n in words.NULLS.values() if n.title == title), "")
        number = "" if value is None else f"{words.correlation(value)} with the truth"
        told = "; ".join(part for part in (number, meaning) if part)
        alt = f"{title} of {person.title}, enlarged"
        items.append(
            f"<figure>{pictures.tag(shown, alt)}<figcaption><strong>{escape.html(title)}</strong>"
            f"<span>{escape.html(told)}</span></figcaption></figure>"
        )
    return f'<div class="inv-gallery">{"".join(items)}</div>'


def numbers(one: Reconstruction) -> str:
    """Verdict, its evidence and the figures behind it."""
    known = {None: "not asked", True: "yes", False: "no"}[one.recognised]
    won = f"{one.wins} of {one.trials}" if one.trials else "no trial"
    listed = [
        ("Correlation with the truth", words.correlation(one.correlation), "correlation"),
        ("Won by the models with it", won, "with_without"),
        ("By chance, corrected", words.p_value(one.p_value), "p_value"),
        ("Recognised by another classifier", known, "open_set"),
    ]
    items = "".join(
        f"<div><dt>{escape.html(name)}</dt><dd>{escape.html(value)}"
        f"<span>{escape.html(glossary.help_for(term))}</span></dd></div>"
        for name, value, term in listed
    )
    meaning = words.verdict(one.verdict).meaning
    return (
        f"<p>{verdict_tag(one.verdict)}</p><p>{escape.html(one.evidence or meaning)}</p>"
        f'<dl class="lab-terms">{items}</dl>'
    )


def _play(
    report: InversionReport, cell: InversionCell, person: Person, one: Reconstruction
) -> None:
    """The optimisation, where its pictures were kept."""
    if len(one.frames) < 2:
        heading.small(not_kept(report, cell))
        return
    inversion_player.player(
        [pictures.uri(frame) for frame in one.frames],
        name=f"Reconstruction of {person.title}",
        key="inversion-player",
    )


def not_kept(report: InversionReport, cell: InversionCell) -> str:
    """Why there is nothing to play."""
    kept = _with_frames(cell)
    if kept:
        return f"The way to the picture was kept for the first {kept} only; choose one of them."
    for other in report.cells:
        if _with_frames(other):
            where = values.told(values.setting_of(other))
            return f"The way to the picture was kept for one setting only: {where}."
    return "This attack kept no pictures on its way."


def _with_frames(cell: InversionCell) -> int:
    """Of how many the optimisation was kept."""
    return sum(len(one.frames) > 1 for one in cell.reconstructions)
