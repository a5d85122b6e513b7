"""Figures carry the report's numbers, stay small, and tell series apart without colour."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.figures.base import PALETTE
from app.figures.learning import learning
from app.figures.roc import MIN_ALARMS, Operating, measurable, roc, start_of, thin
from app.figures.scores import counts, scores
from ppml_core.accounting.theory import max_tpr
from ppml_core.accounting.tradeoff import TradeOff
from ppml_core.auditing.rates import MIN_FALSE_POSITIVES
from ppml_core.auditing.report import AttackSummary, Histogram, RocCurve

TITLES = {"lira": "LiRA", "loss": "Loss threshold"}


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def test_roc_lines_are_points_of_the_report(audit_report):
    drawn = traces(roc(audit_report, TITLES, dark=False))
    for attack in audit_report.attacks:
        line = drawn[TITLES[attack.name]]
        known = dict(zip(attack.roc.fpr, attack.roc.tpr, strict=True))
        assert len(line.x) > 10
        assert all(tpr == known[fpr] for fpr, tpr in zip(line.x, line.y, strict=True))
        assert line.x[-1] == attack.roc.fpr[-1]


def test_the_figure_shows_no_rate_that_the_card_refuses(audit_report):
    figure = roc(audit_report, TITLES, dark=False)
    drawn = traces(figure)
    for attack in audit_report.attacks:
        x = drawn[TITLES[attack.name]].x
        assert min(x) * attack.n_nonmembers >= MIN_ALARMS - 1e-9
        assert min(drawn[TITLES[attack.name]].y) > 0
        assert min(attack.roc.fpr) < min(x), "nothing was left out"
    bands = [trace for trace in figure.data if trace.name == "band"]
    assert min(min(band.x) for band in bands) >= start_of(audit_report) - 1e-12
    assert 10 ** figure.layout.xaxis.range[0] <= start_of(audit_report)
    assert 10 ** figure.layout.xaxis.range[0] >= 0.9 * start_of(audit_report)


def test_the_same_limit_as_the_stated_rates():
    assert MIN_ALARMS == MIN_FALSE_POSITIVES


def test_a_curve_that_finds_nobody_yet_is_not_drawn_at_the_floor():
    rates = (0.0, 0.01, 0.1, 0.2, 1.0)
    curve = RocCurve(fpr=rates, tpr=(0.0, 0.0, 0.0, 0.1, 1.0), low=rates, high=rates)
    attack = AttackSummary(name="lira", auc=0.5, n_nonmembers=100, roc=curve)
    assert measurable(attack).fpr == (0.2, 1.0)
    assert measurable(replace(attack, n_nonmembers=20)).fpr == (1.0,)


def test_a_threshold_left_of_the_curves_is_not_marked(audit_report):
    for chosen in (
        Operating(attack="lira", fpr=start_of(audit_report) / 2, tpr=0.3),
        Operating(attack="lira", fpr=0.0, tpr=0.0),
    ):
        drawn = traces(roc(audit_report, TITLES, dark=False, operating=chosen))
        assert "Your threshold" not in drawn


def test_roc_marks_the_reported_rates_with_their_intervals(audit_report):
    figure = roc(audit_report, TITLES, dark=False)
    marks = [trace for trace in figure.data if trace.name == "reported"]
    shown = [a for a in audit_report.attacks if any(p.tpr for p in a.tpr_at_fpr)]
    assert len(marks) == len(shown)
    for trace, attack in zip(marks, shown, strict=True):
        points = [point for point in attack.tpr_at_fpr if point.tpr]
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


def test_the_mechanism_s_own_line_is_drawn_where_the_report_has_it(private_report):
    curves = (TradeOff("replace-one", (-0.5, 0.0, 0.5), (0.4, 0.2, 0.05)),)
    guarantee = replace(private_report.guarantee, trade_offs=curves)
    drawn = traces(roc(replace(private_report, guarantee=guarantee), TITLES, dark=False))
    line = drawn["One replaced"]
    assert list(line.y) == pytest.approx(curves[0].max_tpr(line.x).tolist())
    old = replace(private_report, guarantee=replace(guarantee, trade_offs=()))
    assert "One replaced" not in traces(roc(old, TITLES, dark=False))


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
