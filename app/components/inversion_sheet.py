"""The contact sheet: a row a person, and beside every reconstruction what never saw them."""

from __future__ import annotations

import streamlit as st

from app import escape
from app.components import heading
from app.components import inversion_pictures as pictures
from app.components import inversion_words as words
from app.components.chart import Row, table_twin
from app.figures import inversion_values as values
from ppml_core.auditing.inversion_report import (
    NULLS,
    InversionCell,
    InversionReport,
    Person,
    Reconstruction,
)

FIRST = 6
"""People shown before all are asked for: the first ones, not chosen ones."""


def show(report: InversionReport, cell: InversionCell) -> None:
    """The sheet of one setting, with its table twin."""
    people = pictures.rows(report, cell)
    heading.section(f"What comes out, beside what never saw the {report.unit}")
    if not people:
        heading.small("No reconstruction is ready in this setting.")
        return
    shown = people
    if len(people) > FIRST:
        everyone = st.toggle(
            f"Show all {len(people)} {words.several(report.unit)}", key="inversion-everyone"
        )
        shown = people if everyone else people[:FIRST]
    st.html(html(report, cell, shown))
    heading.small(note(len(shown), len(people), report.unit))
    table_twin(rows(people), key="inversion-sheet", file_rows=file_rows(report, cell))


def note(shown: int, all_of_them: int, unit: str) -> str:
    """How to read the sheet, and that nobody was picked for it."""
    first = (
        f"The first {shown} of {all_of_them} {words.several(unit)}, not chosen ones. "
        if (shown < all_of_them)
        else ""
    )
    return (
        f"{first}The number below a picture is its correlation with the truth, or with the "
        "training copy of it that is nearest: 1 is the same picture but for brightness and "
        "contrast, 0 has nothing in common with it. Likeness proves nothing: the nulls have it "
        "too. The verdict rests on how often models with this very one came nearer to it than "
        f"models without (“won”), corrected for the number of {words.several(unit)}."
    )


def html(
    report: InversionReport, cell: InversionCell, people: list[tuple[Person, Reconstruction]]
) -> str:
    """The sheet as a table that becomes cards on narrow screens."""
    heads = [report.unit.capitalize(), "Truth", "Reconstruction"]
    heads += [words.NULLS[name].title for name in NULLS] + ["Verdict"]
    head = "".join(
        f'<th role="columnheader" scope="col">{escape.html(name)}</th>' for name in heads
    )
    body = "".join(_row(person, one) for person, one in people)
    setting = values.told(values.setting_of(cell))
    caption = (
        f"{words.attack_title(report.attack)}, {setting}. "
        + "; ".join(f"{words.NULLS[name].title}: {words.NULLS[name].meaning}" for name in NULLS)
        + "."
    )
    return (
        f'<table class="inv-sheet" role="table"><caption>{escape.html(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _row(person: Person, one: Reconstruction) -> str:
    """One person: name, six pictures, verdict."""
    cells = []
    for title, shown, value in pictures.of(person, one):
        alt = f"{title} of {person.title}"
        number = "" if value is None else f"<span>{words.correlation(value)}</span>"
        kind = ' class="inv-own"' if title == "Reconstruction" else ""
        cells.append(
            f'<td role="cell" data-label="{escape.html(title)}"{kind}>'
            f"{pictures.tag(shown, alt)}{number}</td>"
        )
    return (
        f'<tr role="row"><th role="rowheader" scope="row">{escape.html(person.title)}</th>'
        f'{"".join(cells)}<td role="cell" class="inv-said">{verdict_tag(one.verdict)}'
        f"<span>{escape.html(words.evidence(one))}</span></td></tr>"
    )


def verdict_tag(name: str) -> str:
    """A verdict as a word with a mark, told by more than its colour."""
    return words_tag(words.verdict(name))


def words_tag(said: words.VerdictWords) -> str:
    """The same of words that are known."""
    return (
        f'<strong class="inv-verdict inv-{said.tone}"><span aria-hidden="true">{said.mark}</span> '
        f"{escape.html(said.title)}</strong>"
    )


def rows(people: list[tuple[Person, Reconstruction]]) -> list[Row]:
    """The sheet as text."""
    return [
        {
            "Person": person.title,
            "Reconstruction": words.correlation(one.correlation),
            **{
                words.NULLS[name].title: words.correlation(one.baselines[name])
                for name in NULLS
                if name in one.baselines
            },
            "Won": f"{one.wins} of {one.trials}" if one.trials else "–",
            "p, corrected": words.p_value(one.p_value),
            "Recognised": _recognised(one.recognised),
            "Verdict": words.verdict(one.verdict).title,
        }
        for person, one in people
    ]


def _recognised(known: bool | None) -> str:
    """What the evaluation classifier says."""
    return "not asked" if known is None else "yes" if known else "no"


def file_rows(report: InversionReport, cell: InversionCell) -> list[Row]:
    """One row a person with every number of the setting, for the CSV."""
    return [
        {
            "person": person.title,
            "slot": person.slot,
            "record_id": person.record_id,
            "epsilon": cell.epsilon,
            "epsilon_protects_one": None if cell.guarantee is None else cell.guarantee.unit,
            "epsilon_for_all_copies": cell.person_epsilon,
            "clipping_norm": cell.clip,
            "attack": report.attack,
            "correlation": one.correlation,
            **{f"correlation_{name}": one.baselines.get(name) for name in NULLS},
            "wins": one.wins,
            "trials": one.trials,
            "p_value_corrected": one.p_value,
            "recognised": None if one.recognised is None else int(one.recognised),
            "verdict": one.verdict,
            "evidence": one.evidence,
        }
        for person, one in pictures.rows(report, cell)
    ]
