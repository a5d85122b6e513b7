"""The finished or growing grid: two sliders, the pictures, the curve, the chosen cell's numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from app import escape, session
from app.components import downloads, findings, formats, glossary, heading, metric, submit
from app.components import gradients_pictures as pictures
from app.components import gradients_tables as tables
from app.components import gradients_words as words
from app.components.chart import CONFIG, table_twin
from app.components.grid_slider import grid_slider
from app.components.guarantee_card import guarantee_card
from app.components.request_line import request_line
from app.figures import gradients_curve as curve
from app.figures import gradients_values as values
from ppml_core.auditing.gradients_report import GradientCell, GradientsReport
from ppml_core.auditing.gradients_sentences import cell_sentence, gradients_sentence
from ppml_core.auditing.report import Report
from ppml_core.jobs.gradients_request import METHODS
from ppml_core.jobs.requests import GradientsRequest
from ppml_core.jobs.view import RunView


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the controls say."""

    clip: float | None
    noise: float


def show(view: RunView, report: Report) -> None:
    """Everything under the progress line; drawn anew at every tick and every slider move."""
    assert isinstance(report, GradientsReport)
    heading.verdict(gradients_sentence(report))
    heading.small(request_line(view.request, view.dataset_name))
    choice = _controls(report)
    cell = values.find_cell(report, choice.clip, choice.noise)
    _told(report, cell)
    st.html(pictures.sheet(report, cell))
    heading.small(_legend(report))
    if cell is not None:
        _numbers(report, cell)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _curve(report, choice)
    with right:
        _guarantee(cell)
    table_twin(tables.rows(report), key="gradients-cells", file_rows=tables.file_rows(report))
    if view.state == "finished":
        findings.findings(report.findings)
        _other_attacks(view)
    _take_away(view, report, cell)


def _controls(report: GradientsReport) -> Choice:
    """Two sliders over the grid's own values, in the address; and what the curve shows."""
    clips = {words.clip_text(clip): clip for clip in values.clips_of(report)}
    noises = {words.noise_text(noise): noise for noise in values.noises_of(report)}
    with st.container(border=True, key="gradients-controls"):
        left, right = st.columns(2, gap="medium")
        with left:
            clip = _first("gclip", "Clipping norm", list(clips), "gradient_clip")
        with right:
            noise = _first("gnoise", "Noise", list(noises), "gradient_noise")
    return Choice(clip=clips[clip], noise=noises[noise])


def _first(key: str, label: str, options: list[str], term: str) -> str:
    """A slider that starts at the weakest protection."""
    return grid_slider(key, label, options, options[0], glossary.help_for(term))


def _told(report: GradientsReport, cell: GradientCell | None) -> None:
    """What the chosen cell shows, with its verdict."""
    if cell is None:
        heading.sentence("This setting is not computed yet. It appears here as soon as it is.")
        return
    title, tone = words.verdict(cell, report.chance)
    st.html(
        f'<p class="lab-sentence"><span class="grad-verdict grad-{tone}">'
        f"{escape.html(title)}</span> "
        f"{escape.html(cell_sentence(report, cell))}</p>"
    )


def _legend(report: GradientsReport) -> str:
    """How many there are of what is shown."""
    total = report.clients * report.batch
    shown = len(report.pictures)
    which = (
        f"All {total} pictures that were attacked."
        if shown == total
        else f"{shown} of the {total} pictures that were attacked; figures are over all."
    )
    return (
        f"{which} "
        f"Nearest other: the most similar of {report.line_up:,} pictures that the attacker has "
        "anyway. Places are by correlation, so brightness and contrast do not count."
    )


def _curve(report: GradientsReport, choice: Choice) -> None:
    """The line over all noises, and what it shows."""
    heading.section("Against noise")
    measure = st.segmented_control(
        "Show",
        list(values.MEASURES),
        default="psnr",
        format_func=lambda key: values.MEASURES[key].label,
        key="gshow",
        required=True,
        bind="query-params",
    )
    chosen = (choice.clip, choice.noise, str(measure or "psnr"))
    st.plotly_chart(
        curve.draw(report, *chosen, dark=session.dark()),
        key="gradients-curve",
        alt=curve.alt(report, *chosen),
        theme=None,
        config=CONFIG,
    )
    asked = len(values.clips_of(report)) * len(values.noises_of(report))
    sofar = "" if len(report.cells) == asked else f"{len(report.cells)} of {asked} settings so far."
    heading.small(f"Bars: 95 % intervals over clients, at the chosen clipping norm. {sofar}")


def _numbers(report: GradientsReport, cell: GradientCell) -> None:
    """The chosen cell in numbers, with interval, n and what needs no gradient."""
    shown = (
        ("recognised", "Recognised", "line_up"),
        ("psnr", "PSNR", "gradient_psnr"),
        ("labels", "Labels recovered", "gradient_labels"),
    )
    for place, (key, label, term) in zip(st.columns(3), shown, strict=True):
        found = values.estimate(cell, key)
        with place:
            metric.metric(
                label,
                values.number(found.value, key),
                term=term,
                interval=values.interval(found, key),
                n=f"n = {formats.count(found.n)} {found.unit} of {report.clients} clients. "
                f"{tables.null_of(report, key)}",
            )


def _guarantee(cell: GradientCell | None) -> None:
    """The guarantee of this one gradient, or why there is none."""
    if cell is None:
        return
    if cell.guarantee is not None:
        guarantee_card(cell.guarantee, compact=True)
        return
    with st.container(border=True):
        heading.section("Guarantee")
        st.html(
            f"<p><strong>No guarantee.</strong> {escape.html(cell.no_guarantee or '')} "
            "A failed attack does not mean that none can succeed.</p>"
        )


def _other_attacks(view: RunView) -> None:
    """The same clients under another attack, one press away."""
    request = view.request
    if not isinstance(request, GradientsRequest):
        return
    heading.section("The same pictures, attacked otherwise")
    with st.container(horizontal=True):
        for method in METHODS:
            if method != request.method:
                st.button(
                    words.METHODS[method],
                    key=f"gradients-try-{method}",
                    on_click=submit.start,
                    args=(lambda method=method: otherwise(request, method),),
                    help=words.METHOD_LINES[method],
                )


def otherwise(request: GradientsRequest, method: str) -> GradientsRequest:
    """The request for another method: its usual model, steps, and for searches a small grid."""
    from app.components import gradients_choices as choices

    asked = replace(request, method="analytic", model=None, search_steps=None)
    if method == "analytic":
        usual = GradientsRequest()
        return replace(asked, clips=usual.clips, noises=usual.noises, repetitions=usual.repetitions)
    return replace(
        asked,
        method=method,
        clips=choices.SEARCH_CLIPS,
        noises=choices.SEARCH_NOISES,
        repetitions=choices.SEARCH_CLIENTS,
    )


def _take_away(view: RunView, report: GradientsReport, cell: GradientCell | None) -> None:
    """The sheet as PNG, the pictures as CSV, all of it as JSON; made when pressed."""
    with st.container(horizontal=True, key="gradients-take-away"):
        if cell is not None:
            setting = f"clip-{words.clip_text(cell.clip)}-noise-{words.noise_text(cell.noise)}"
            name = f"gradients-{report.dataset.name}-{view.run_id[:8]}-{setting}"
            st.download_button(
                "Download pictures (PNG)",
                lambda: pictures.png(report, cell),
                escape.file_name(*name.split("-"), end=".png"),
                "image/png",
                key=f"png-{view.run_id}",
                on_click="ignore",
            )
        downloads.downloads(report, view.run_id, tables.picture_rows(report))
