"""A finished or growing inversion: sliders, verdict, swap test, contact sheet, guarantee."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from app import escape, session
from app.components import (
    findings,
    formats,
    heading,
    inversion_guarantee,
    inversion_person,
    inversion_sheet,
    inversion_swap,
    inversion_take_away,
    metric,
)
from app.components import inversion_words as words
from app.components.chart import Row, chart, wide_table
from app.components.glossary import help_for
from app.components.grid_slider import grid_slider
from app.components.request_line import listing, request_line
from app.figures import inversion_curves as curves
from app.figures import inversion_values as values
from ppml_core.auditing.inversion_report import NULLS, InversionCell, InversionReport
from ppml_core.auditing.report import Report
from ppml_core.jobs.view import RunView

NAMED = 6
"""Settings that are named while they are not finished; the rest is counted."""


def show(view: RunView, report: Report) -> None:
    """Everything under the progress line; drawn anew at every tick and every slider move."""
    assert isinstance(report, InversionReport)
    heading.small(request_line(view.request, view.dataset_name))
    chosen = controls(report)
    if view.state != "finished" and values.unfinished(report):
        heading.small(missing(report))
    cell = values.find_cell(report, chosen)
    if cell is None:
        heading.sentence(
            "This setting is not computed yet. It appears here as soon as it is."
            if view.live
            else "This setting was not computed. Choose another one."
        )
    else:
        _cell(report, cell)
    if len(values.wanted(report)) > 1 and report.cells:
        _curves(view.run_id, report, chosen)
    if cell is not None:
        _beneath(report, cell)
    if view.state == "finished":
        findings.findings(report.findings)
    if cell is not None:
        inversion_take_away.show(view, report, cell)


def controls(report: InversionReport) -> values.Setting:
    """The two sliders; where no grid was asked for, the one setting there is."""
    epsilons, clips = values.grid_of(report)
    if not epsilons:
        return values.setting_of(report.cells[0]) if report.cells else values.Setting()
    with st.container(border=True, key="inversion-controls"):
        left, right = st.columns(2, gap="medium")
        with left:
            options = (*epsilons, values.ORDINARY)
            epsilon = grid_slider(
                "epsilon", "Epsilon", options, values.ORDINARY, help_for("epsilon")
            )
        with right:
            named = tuple(f"{clip:g}" for clip in clips)
            clip = grid_slider("clipping", "Clipping norm", named, named[0], help_for("clip"))
        if epsilon == values.ORDINARY:
            heading.small(
                "The ordinary model has neither clipping nor noise, so the clipping norm only "
                "chooses the curves."
            )
    return values.Setting(epsilon=epsilon, clip=float(clip))


def missing(report: InversionReport) -> str:
    """Which settings are not finished, by name as far as they are few."""
    left = values.unfinished(report)
    named = [values.told(at) for at in left[:NAMED]]
    if len(left) > NAMED:
        named.append(f"{len(left) - NAMED} more")
    done = len(values.wanted(report)) - len(left)
    return f"{done} of {len(values.wanted(report))} settings are finished. Not yet: " + (
        listing([f"({name})" if "," in name else name for name in named]) + "."
    )


def _cell(report: InversionReport, cell: InversionCell) -> None:
    """Verdict, swap test, the two numbers beside it, the sheet, and one person."""
    said = words.told(cell)
    st.html(
        inversion_sheet.words_tag(said)
        + f'<p class="lab-verdict">{escape.html(cell.evidence or said.meaning)}</p>'
    )
    swap, likeness, accuracy = st.columns([2, 1, 1])
    with swap:
        inversion_swap.card(report, cell)
    with likeness:
        _likeness(cell)
    with accuracy:
        _accuracy(cell)
    inversion_sheet.show(report, cell)
    inversion_person.show(report, cell)


def _likeness(cell: InversionCell) -> None:
    """Mean correlation with the truth, beside the best null."""
    one, best = cell.correlation, values.strongest_null(cell)
    beside = ""
    if best is not None:
        beside = f"Best null, {words.NULLS[best[0]].title.lower()}: {words.estimate(best[1])}"
    metric.metric(
        "Correlation with the truth",
        "–" if one.value is None else words.correlation(one.value),
        term="correlation",
        interval=words.interval(one),
        n=". ".join(part for part in (f"n = {one.n} {one.unit}".strip(), beside) if part),
        reason=one.reason,
    )


def _accuracy(cell: InversionCell) -> None:
    """What the attacked models are good for."""
    target = cell.target
    metric.metric(
        "Test accuracy",
        formats.percent(target.test_accuracy),
        term="test_accuracy",
        interval=formats.percent_interval(target.test_accuracy_ci),
        n=f"n = {formats.count(target.models)} models",
    )


def _curves(run: str, report: InversionReport, chosen: values.Setting) -> None:
    """What epsilon does to both quantities."""
    heading.section("What noise does to it")
    for place, quantity in zip(st.columns(2, gap="medium"), curves.QUANTITIES, strict=True):
        with place:
            chart(
                _curve(
                    f"{run} {len(report.cells)} {report.seconds} {chosen}",
                    quantity,
                    session.dark(),
                    report,
                    chosen,
                ),
                key=f"inversion-{quantity}",
                alt=curves.alt(report, chosen, quantity),
                rows=curve_rows(report, quantity),
                note=curve_note(report, chosen),
            )


@st.cache_resource(max_entries=128, show_spinner=False)
def _curve(
    identity: str, quantity: str, dark: bool, _report: InversionReport, _chosen: values.Setting
) -> go.Figure:
    """The figure, drawn once for all sessions: ``identity`` tells reports and settings apart."""
    return curves.draw(_report, _chosen, quantity, dark=dark)


def curve_note(report: InversionReport, chosen: values.Setting) -> str:
    """Which clipping norm is drawn, and what the bars are."""
    clips = values.grid_of(report)[1]
    clip = chosen.clip if chosen.clip is not None else clips[0]
    row = "copy" if report.cells and report.cells[0].copies_of_person > 1 else "record"
    return (
        f"Clipping norm {clip:g}; the ordinary model has none. Epsilon is for one {row}. "
        "Bars: 95 % intervals."
    )


def curve_rows(report: InversionReport, quantity: str) -> list[Row]:
    """Every finished setting with the quantity, its interval and n."""
    read = curves.reader(quantity)
    return [
        {
            "Epsilon": values.option(cell.epsilon),
            "Clipping norm": cell.clip,
            curves.TITLES[quantity]: read(cell).value,
            "low": read(cell).ci[0] if read(cell).ci else None,
            "high": read(cell).ci[1] if read(cell).ci else None,
            "n": read(cell).n,
        }
        for cell in report.cells
    ]


def _beneath(report: InversionReport, cell: InversionCell) -> None:
    """The guarantee, the averages over people, and the numbers that prove nothing."""
    inversion_guarantee.card(report, cell)
    heading.section("The averages")
    wide_table(
        average_rows(cell),
        caption="Mean correlation with the truth, 95 % intervals in brackets. The fair comparison "
        "is the model without: the same attack, and who was in the data is all that differs.",
    )
    with st.expander("Appearance, which proves nothing", key="inversion-appearance"):
        wide_table(
            appearance_rows(cell),
            caption="How alike the pictures look. A picture can look like a person because all "
            "faces look alike, so no verdict here uses these numbers.",
        )


def average_rows(cell: InversionCell) -> list[Row]:
    """Reconstruction and nulls."""
    named = [("Reconstruction", "what the attack made of the model", cell.correlation)]
    named += [
        (words.NULLS[name].title, words.NULLS[name].meaning, cell.baselines[name])
        for name in NULLS
        if name in cell.baselines
    ]
    rows: list[Row] = [
        {"Picture": title, "What it is": meaning, "Correlation": words.estimate(one), "n": one.n}
        for title, meaning, one in named
    ]
    return rows


def appearance_rows(cell: InversionCell) -> list[Row]:
    """SSIM, PSNR, and what an open-set classifier takes the pictures for."""
    shown = cell.recognised
    share = shown.reason or "not asked"
    if shown.value is not None:
        share = f"{formats.percent(shown.value)} ({formats.percent_interval(shown.ci)})"
    return [
        {
            "Number": "SSIM",
            "Value": words.estimate(cell.ssim),
            "n": cell.ssim.n,
            "What it is": help_for("ssim"),
        },
        {
            "Number": "PSNR, decibels",
            "Value": words.estimate(cell.psnr, 1),
            "n": cell.psnr.n,
            "What it is": help_for("psnr"),
        },
        {
            "Number": "Recognised by another classifier",
            "Value": share,
            "n": shown.n,
            "What it is": help_for("open_set"),
        },
    ]
