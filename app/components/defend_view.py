"""The finished or growing grid: sliders, the main picture, the chosen cell and its guarantee."""

from __future__ import annotations

import streamlit as st

from app import escape, session
from app.components import downloads, findings, formats, glossary, heading, metric
from app.components.chart import CONFIG, Row, table_twin
from app.components.defend_form import NO_DP, NO_DP_HELP
from app.components.grid_slider import grid_slider
from app.components.guarantee_card import guarantee_card
from app.components.request_line import request_line
from app.figures import frontier, frontier_grid
from app.figures import frontier_values as values
from ppml_core.auditing import conclusions
from ppml_core.auditing.frontier_sentences import cell_sentence, frontier_sentence
from ppml_core.auditing.report import FrontierCell, FrontierReport, Report
from ppml_core.jobs.view import RunView

Choice = frontier.Choice
_START = "defend.start"
METRIC_TERMS = {"tpr": "tpr_at_fpr", "advantage": "advantage", "auc": "auc"}


def show(view: RunView, report: Report) -> None:
    """Everything under the progress line; drawn anew at every tick and every slider move."""
    assert isinstance(report, FrontierReport)
    eyebrow("The whole grid")
    if view.state == "finished":
        heading.conclusion(conclusions.of_frontier(report), "Largest leak of all settings:")
    heading.verdict(frontier_sentence(report))
    heading.small(request_line(view.request, view.dataset_name))
    choice = controls(report)
    picture, beside = st.columns([5, 3], gap="medium")
    with picture:
        eyebrow("The chosen cell")
        _chosen_badge(report, choice)
        heading.sentence(sentence(report, choice))
        _picture(report, choice)
        _grids(report, choice)
    with beside:
        _beside(report, choice)
    table_twin(rows(report, choice.attack), key="defend-cells", file_rows=file_rows(report))
    if view.state == "finished":
        findings.findings(report.findings)
    downloads.downloads(report, view.run_id)


def eyebrow(text: str) -> None:
    """A small line that says what the sentence below is about."""
    st.html(f'<p class="lab-small"><strong>{escape.html(text)}</strong></p>')


def controls(report: FrontierReport) -> Choice:
    """The two sliders and the two switches. Their values are in the URL."""
    epsilons, clips = values.grid_of(report)
    attacks = values.attack_names(report)
    start = _start(report)
    shown, norms = [_option(e) for e in epsilons], [f"{c:g}" for c in clips]
    told = glossary.help_for("epsilon")
    with st.container(border=True, key="defend-controls"):
        left, right = st.columns(2, gap="medium")
        with left:
            epsilon = grid_slider(
                "eps",
                "Epsilon",
                shown,
                start[0],
                f"{told} {NO_DP_HELP}" if NO_DP in shown else told,
            )
        with right:
            clip = grid_slider("clip", "Clipping norm", norms, start[1], glossary.help_for("clip"))
        left, right = st.columns(2, gap="medium")
        with left:
            metric_key = _switch(
                "metric", "Attack success as", {k: m.label for k, m in values.METRICS.items()}
            )
        with right:
            attack = _switch("attack", "Attack", {a: formats.attack_title(a) for a in attacks})
    return Choice(
        epsilon=None if epsilon == NO_DP else float(epsilon),
        clip=float(clip),
        attack=attack,
        metric=metric_key,
    )


def _option(epsilon: float | None) -> str:
    """An epsilon as the slider and the URL have it."""
    return NO_DP if epsilon is None else values.epsilon_text(epsilon)


def _start(report: FrontierReport) -> tuple[str, str]:
    """Where the sliders begin. While the first cells come they follow, until one is shown
    or a person has moved them."""
    epsilon, clip = values.start_cell(report)
    start = _option(epsilon), f"{clip:g}"
    before = session.get(_START)
    if before and before != start and (session.get("eps"), session.get("clip")) == before:
        shown = None if before[0] == NO_DP else float(before[0])
        if values.find_cell(report, shown, float(before[1])) is None:
            session.put("eps", start[0])
            session.put("clip", start[1])
    session.put(_START, start)
    return start


def _switch(key: str, label: str, titles: dict[str, str]) -> str:
    """One of a few."""
    options = list(titles)
    chosen = st.segmented_control(
        label,
        options,
        default=options[0],
        format_func=lambda option: titles[option],
        key=key,
        required=True,
        bind="query-params",
    )
    return str(chosen or options[0])


def _picture(report: FrontierReport, choice: Choice) -> None:
    """The scatter, and how many cells it cannot show."""
    st.plotly_chart(
        frontier.draw(report, choice, dark=session.dark()),
        key="defend-frontier",
        alt=frontier.alt(report, choice),
        theme=None,
        config=CONFIG,
    )
    heading.small(footnote(report, choice))


def _chosen_badge(report: FrontierReport, choice: Choice) -> None:
    """What all attacks together say of the chosen cell."""
    cell = values.find_cell(report, choice.epsilon, choice.clip)
    if cell is not None:
        heading.conclusion(conclusions.of_cell(report.dataset, cell))


def footnote(report: FrontierReport, choice: Choice) -> str:
    """What the picture leaves out, and how to read it."""
    epsilons, clips = values.grid_of(report)
    wanted = len(epsilons) * len(clips)
    parts = ["Right is useful, down is safe. Bars: 95 % intervals."]
    if report.request.get("recipe", {}).get("optimizer") == "sgd":
        parts.append(
            "The ordinary model here is not the one of page Start, because the recipes differ: "
            "a grid trains all its models by plain SGD."
        )
    if len(report.cells) < wanted:
        parts.append(f"{len(report.cells)} of {wanted} cells are computed so far.")
    unmeasured = [
        measured.reason
        for cell in report.cells
        if (measured := values.measure(cell, choice.attack, choice.metric)).value is None
    ]
    if unmeasured:
        parts.append(f"{len(unmeasured)} cells have no such number: {unmeasured[0]}")
    return " ".join(parts)


def _beside(report: FrontierReport, choice: Choice) -> None:
    """The chosen cell in numbers, beside the ordinary model, and its guarantee."""
    cell = values.find_cell(report, choice.epsilon, choice.clip)
    if cell is None:
        heading.small("This cell is not computed yet. It appears here as soon as it is.")
        return
    with st.container():  # of its own, so that the frames keep to their contents
        _numbers(cell, report.reference, choice)
    guarantee_card(cell.guarantee, compact=True)


def _numbers(cell: FrontierCell, reference: FrontierCell | None, choice: Choice) -> None:
    """Accuracy and attack success with interval, n, and the ordinary model's number."""
    measured = values.measure(cell, choice.attack, choice.metric)
    n = scores_of(cell, choice.attack)
    metric.metric(
        "Test accuracy",
        formats.percent(cell.test_accuracy),
        term="test_accuracy",
        interval=formats.percent_interval(cell.test_accuracy_ci),
        n=f"{cell.models} models. {_ordinary(reference, None, choice)}",
    )
    metric.metric(
        f"{values.METRICS[choice.metric].label}, {formats.attack_title(choice.attack)}",
        values.number_text(measured.value, choice.metric),
        term=METRIC_TERMS[choice.metric],
        interval=values.interval_text(measured.ci, choice.metric),
        n=f"{n}. {_ordinary(reference, choice.metric, choice)}",
        reason=measured.reason,
    )


def scores_of(cell: FrontierCell, attack: str) -> str:
    """How many scores the attack's numbers rest on, and of how many records."""
    found = next((summary for summary in cell.attacks if summary.name == attack), None)
    if found is None:
        return "n = 0"
    scores = formats.count(found.n_members + found.n_nonmembers)
    return f"n = {scores} scores of {formats.records_of(found)}"


def _ordinary(reference: FrontierCell | None, metric_key: str | None, choice: Choice) -> str:
    """The ordinary model's number, for comparison."""
    if reference is None:
        return ""
    if metric_key is None:
        value = formats.percent(reference.test_accuracy)
        interval = formats.percent_interval(reference.test_accuracy_ci)
    else:
        measured = values.measure(reference, choice.attack, metric_key)
        value = values.number_text(measured.value, metric_key)
        interval = values.interval_text(measured.ci, metric_key)
    return f"Ordinary model: {value} ({interval})" if interval else f"Ordinary model: {value}"


def _grids(report: FrontierReport, choice: Choice) -> None:
    """The whole grid twice: what it is good for, and what it gives away."""
    for quantity in frontier_grid.QUANTITIES:
        st.html(frontier_grid.html(report, choice, quantity, dark=session.dark()))


def rows(report: FrontierReport, attack: str) -> list[Row]:
    """The table twin of the picture: every cell, as people read it."""
    cells = [*([report.reference] if report.reference else []), *report.cells]
    return [
        {**_row(cell, attack), "Verdict": values.verdict(report, cell, attack)} for cell in cells
    ]


def _row(cell: FrontierCell, attack: str) -> Row:
    """One cell as text."""
    row: Row = {
        "Epsilon": "ordinary model" if cell.clip is None else values.epsilon_text(cell.epsilon),
        "Clipping norm": "none" if cell.clip is None else f"{cell.clip:g}",
        "Test accuracy": f"{formats.percent(cell.test_accuracy)} "
        f"({formats.percent_interval(cell.test_accuracy_ci)})",
    }
    for key, one in values.METRICS.items():
        measured = values.measure(cell, attack, key)
        interval = values.interval_text(measured.ci, key)
        text = values.number_text(measured.value, key)
        row[one.label] = f"{text} ({interval})" if interval else text
    row["Models"] = str(cell.models)
    return row


def file_rows(report: FrontierReport) -> list[Row]:
    """Plain numbers of every cell and attack, for the CSV; rates are fractions."""
    cells = [*([report.reference] if report.reference else []), *report.cells]
    return [
        {**_file_row(cell, one.name), "verdict": values.verdict(report, cell, one.name)}
        for cell in cells
        for one in cell.attacks
    ]


def _file_row(cell: FrontierCell, attack: str) -> Row:
    """One cell and attack as numbers."""
    row: Row = {
        "epsilon": cell.epsilon,
        "clip": cell.clip,
        "train_accuracy": cell.train_accuracy,
        "test_accuracy": cell.test_accuracy,
        "test_accuracy_low": cell.test_accuracy_ci[0],
        "test_accuracy_high": cell.test_accuracy_ci[1],
        "attack": attack,
    }
    for key in values.METRICS:
        measured = values.measure(cell, attack, key)
        name = "tpr_at_0.01" if key == "tpr" else key
        row[name] = measured.value
        row[f"{name}_low"] = measured.ci[0] if measured.ci else None
        row[f"{name}_high"] = measured.ci[1] if measured.ci else None
    guarantee = cell.guarantee
    row["epsilon_proven"] = guarantee.epsilon if guarantee else None
    row["noise_multiplier"] = guarantee.noise_multiplier if guarantee else None
    row["models"] = cell.models
    return row


def sentence(report: FrontierReport, choice: Choice) -> str:
    """What the chosen cell costs and buys, compared with the ordinary model."""
    cell = values.find_cell(report, choice.epsilon, choice.clip)
    if cell is None:
        return "This cell is not computed yet; move the sliders over those that are."
    return cell_sentence(report, cell, choice.attack)
