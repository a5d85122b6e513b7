"""The finished or growing ladder: sliders, the main picture, the chosen level, its guarantee."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import downloads, findings, formats, glossary, heading, metric
from app.components import ladder_words as words
from app.components.chart import chart
from app.components.grid_slider import grid_slider
from app.components.guarantee_card import guarantee_card
from app.components.request_line import request_line
from app.figures import ladder_curve as curve
from ppml_core.auditing.ladder_report import LadderPoint, LadderReport
from ppml_core.auditing.ladder_sentences import (
    RUNG_TITLES,
    ladder_sentence,
    person_sentence,
    point_sentence,
    telling_point,
)
from ppml_core.auditing.report import Report
from ppml_core.jobs.view import RunView


def show(view: RunView, report: Report) -> None:
    """Everything under the progress line; drawn anew at every tick and every slider move."""
    assert isinstance(report, LadderReport)
    heading.verdict(ladder_sentence(report))
    heading.small(request_line(view.request, view.dataset_name))
    choice = _controls(report)
    point = _chosen(report, choice)
    told = person_sentence(report, choice.k)
    if told:
        heading.sentence(told)
    if point is not None:
        heading.sentence(point_sentence(report, point, choice.k))
        _numbers(point, choice)
    picture, beside = st.columns([5, 3], gap="medium")
    with picture:
        chart(
            curve.draw(report, choice, dark=session.dark()),
            key="ladder-curve",
            alt=curve.alt(report, choice),
            rows=words.rows(report, choice.k, choice.unit),
            file_rows=words.file_rows(report),
            note=_note(report),
        )
        with st.expander("Who knows what", key="ladder-knows"):
            heading.small(words.KNOWS)
    with beside:
        if point is not None:
            guarantee_card(words.guarantee_of(report, point, choice.unit), compact=True)
    if view.state == "finished":
        findings.findings(report.findings)
    downloads.downloads(report, view.run_id, words.file_rows(report))


def _controls(report: LadderReport) -> curve.Choice:
    """How many candidates, which noise level, and epsilon for whom. All in the address."""
    with st.container(border=True, key="ladder-controls"):
        left, right = st.columns(2, gap="medium")
        with left:
            k = _among(report)
        with right:
            noise = _level(report, k)
        units = words.units(report)
        unit = units[0]
        if len(units) > 1:
            unit = str(
                st.segmented_control(
                    "Epsilon and bound for one",
                    units,
                    default=units[0],
                    key="lunit",
                    required=True,
                    bind="query-params",
                    help=glossary.help_for("unit"),
                )
                or units[0]
            )
        else:
            heading.small(
                "Each person has one record here, so the bound for a record is the bound for the "
                "person. Choose more pictures of each person above to see them part."
            )
    return curve.Choice(k=k, unit=unit, noise=noise)


def _among(report: LadderReport) -> int:
    """Of how many candidates the adversary names one."""
    options = [str(k) for k in range(2, report.candidates + 1)]
    told = glossary.help_for("kappa")
    return int(grid_slider("lamong", "Candidates", options, options[-1], told))


def _level(report: LadderReport, k: int) -> float | None:
    """The noise level whose numbers are shown."""
    noises = {f"{noise:g}": noise for noise in reversed(_noises(report))}
    if len(noises) < 2:
        return next(iter(noises.values()), None)
    start = telling_point(report, k)
    epsilons = {p.noise_multiplier: p.guarantee.epsilon for p in report.points}
    chosen = st.select_slider(
        "Noise multiplier",
        list(noises),
        value=f"{start.noise_multiplier:g}" if start else None,
        format_func=lambda text: f"{text} (ε {epsilons[noises[text]]:.3g})",
        key="lnoise",
        bind="query-params",
        help=f"{glossary.help_for('noise_multiplier')} ε is for one record.",
    )
    return noises.get(str(chosen))


def _noises(report: LadderReport) -> list[float]:
    """Computed so far, ascending."""
    return [point.noise_multiplier for point in report.points]


def _chosen(report: LadderReport, choice: curve.Choice) -> LadderPoint | None:
    """The marked level; until there is one, the most telling."""
    marked = (p for p in report.points if p.noise_multiplier == choice.noise)
    return next(marked, telling_point(report, choice.k))


def _numbers(point: LadderPoint, choice: curve.Choice) -> None:
    """Each rung in numbers, and what is proven."""
    *rungs, proven = st.columns(4)
    for place, rung in zip(rungs, point.rungs, strict=True):
        one = rung.successes[choice.k - 2]
        with place:
            metric.metric(
                RUNG_TITLES[rung.name],
                formats.percent(one.value),
                term=f"rung_{rung.name}",
                interval=formats.percent_interval(one.ci),
                n=f"n = {formats.count(one.n)} trainings",
            )
    with proven:
        metric.metric(
            f"Bound for a {choice.unit}",
            formats.percent(words.bound_of(point, choice.unit, choice.k)),
            term="reconstruction_bound",
            n=f"Proven, no interval. Guessing: {formats.percent(1 / choice.k)}",
        )


def _note(report: LadderReport) -> str:
    """How to read the picture."""
    wanted = len(report.request.get("noise_multipliers", ()))
    parts = [
        "Bars: 95 % intervals. Shaded: proven out of reach. Between the bars and the shade nothing "
        "is known: a better attack may come."
    ]
    if len(report.points) < wanted:
        parts.append(f"{len(report.points)} of {wanted} noise levels are computed so far.")
    return " ".join(parts)
