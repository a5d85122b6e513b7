"""Figures carry the report's numbers, stay small, and tell series apart without colour."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.figures.base import PALETTE
from app.figures.learning import learning
from app.figures.roc import FLOOR, Operating, roc, thin
from app.figures.scores import counts, scores
from ppml_core.accounting.theory import max_tpr
from ppml_core.auditing.report import Histogram, RocCurve

TITLES = {"lira": "LiRA", "loss": "Loss threshold"}


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def test_roc_lines_are_points_of_the_report(audit_report):
    drawn = traces(roc(audit_report, TITLES, dark=False))
    for attack in audit_report.attacks:
        line = drawn[TITLES[attack.name]]
        known = dict(zip(attack.roc.fpr, attack.roc.tpr, strict=True))
        assert len(line.x) > 10
        assert all(tpr == max(known[fpr], FLOOR) for fpr, tpr in zip(line.x, line.y, strict=True))
        assert line.x[-1] == attack.roc.fpr[-1]


def test_roc_marks_the_reported_rates_with_their_intervals(audit_report):
    figure = roc(audit_report, TITLES, dark=False)
    marks = [trace for trace in figure.data if trace.name == "reported"]
    shown = [a for a in audit_report.attacks if any(p.tpr is not None for p in a.tpr_at_fpr)]
    assert len(marks) == len(shown)
    for trace, attack in zip(marks, shown, strict=True):
        points = [point for point in attack.tpr_at_fpr if point.tpr is not None]
        for index, point in enumerate(points):
            assert trace.x[index] == point.fpr
            assert point.tpr + trace.error_y.array[index] == pytest.approx(point.ci[1])
            assert point.tpr - trace.error_y.arrayminus[index] == pytest.approx(point.ci[0])


def test_the_theory_line_is_the_bound_and_only_there_with_a_guarantee(audit_report, private_report):
    assert not any("Limit" in name for name in traces(roc(audit_report, TITLES, dark=False)))
    drawn = traces(roc(private_report, TITLES, dark=False))
    [line] = [trace for name, trace in drawn.items() if "Limit" in name]
    guarantee = private_report.guarantee
    assert list(line.y) == pytest.approx(
        max_tpr(line.x, guarantee.epsilon, guarantee.delta).tolist()
    )


def test_the_chosen_threshold_is_marked(audit_report):
    chosen = Operating(attack="lira", fpr=0.02, tpr=0.3)
    mark = traces(roc(audit_report, TITLES, dark=True, operating=chosen))["Your threshold"]
    assert (mark.x[0], mark.y[0]) == (0.02, 0.3)


def test_figures_stay_small(audit_report, private_report):
    for report in (audit_report, private_report):
        figure = roc(report, TITLES, dark=False)
        assert sum(len(trace.x) for trace in figure.data) <= 600


def test_thin_keeps_both_ends_and_drops_what_a_log_axis_cannot_show():
    rates = tuple(place / 500 for place in range(501))
    thinned = thin(RocCurve(fpr=rates, tpr=rates, low=rates, high=rates), 50)
    assert len(thinned.fpr) == 50
    assert (thinned.fpr[0], thinned.fpr[-1]) == (1 / 500, 1.0)


HISTOGRAM = Histogram(edges=(0.0, 1.0, 2.0, 3.0), members=(1, 2, 7), nonmembers=(6, 3, 1))


def test_counts_at_a_threshold():
    at = counts(HISTOGRAM, 1)
    assert (at.found, at.missed, at.accused, at.cleared) == (9, 1, 4, 6)
    assert (at.tpr, at.fpr) == (0.9, 0.4)
    assert counts(HISTOGRAM, 0).fpr == 1.0
    assert counts(HISTOGRAM, 3).tpr == 0.0


def test_histograms_show_shares_and_the_threshold():
    figure = scores(HISTOGRAM, 2, dark=False)
    drawn = traces(figure)
    assert list(drawn["Members"].y) == [0.1, 0.2, 0.7]
    assert list(drawn["Non-members"].customdata) == [6, 3, 1]
    assert figure.layout.shapes[0].x0 == 2.0


def test_learning_curves_are_the_reports(train_report):
    target = train_report.target
    accuracy = traces(learning(target, dark=False, loss=False))
    loss = traces(learning(target, dark=False, loss=True))
    assert tuple(accuracy["Training records"].y) == target.train_accuracy_curve
    assert tuple(accuracy["Unseen records"].x) == target.epochs
    assert tuple(loss["Unseen records"].y) == target.test_loss


def test_series_differ_by_more_than_colour(audit_report):
    lines = [t for t in roc(audit_report, TITLES, dark=False).data if t.name in TITLES.values()]
    assert len({trace.line.dash for trace in lines}) == len(lines)


def _luminance(colour: str) -> float:
    """WCAG relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    """WCAG contrast ratio."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_colours_hold_on_both_backgrounds(mode):
    background = _theme()[mode]["backgroundColor"]
    for colour in (*PALETTE.series, PALETTE.text, PALETTE.muted, PALETTE.accent):
        assert _contrast(colour, background) >= 3, colour
    assert _contrast(_theme()[mode]["textColor"], background) >= 7


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_file_has_the_figures_colours(mode):
    assert tuple(_theme()[mode]["chartCategoricalColors"]) == PALETTE.series


def _theme() -> dict[str, Any]:
    """The theme as configured."""
    text = (Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text()
    return tomllib.loads(text)["theme"]


def test_figures_are_valid_json(audit_report):
    assert json.loads(roc(audit_report, TITLES, dark=True).to_json())["data"]
