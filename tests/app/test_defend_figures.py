"""The frontier's picture shows the report's numbers, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.figures import frontier, frontier_grid
from app.figures import frontier_values as values
from app.figures.frontier_labels import SIDES, Board
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.report import (
    AttackSummary,
    DatasetSummary,
    FrontierCell,
    FrontierReport,
    TprAtFpr,
)


def summary(advantage: float, *, tpr: float | None = 0.05) -> AttackSummary:
    measured = tpr is not None
    point = TprAtFpr(
        fpr=0.01,
        tpr=tpr,
        ci=(tpr - 0.01, tpr + 0.02) if measured else None,
        reason=None if measured else "Needs 1,000 non-members.",
    )
    return AttackSummary(
        name="lira",
        auc=0.5 + advantage / 2,
        auc_ci=(0.5, 0.9),
        advantage=advantage,
        advantage_ci=(advantage - 0.02, advantage + 0.03),
        tpr_at_fpr=(point,),
    )


def cell(epsilon: float | str, clip: float | None, accuracy: float, **how) -> FrontierCell:
    guarantee = None
    if not isinstance(epsilon, str):
        guarantee = PrivacyGuarantee(
            epsilon=epsilon,
            delta=1e-5,
            noise_multiplier=1.0,
            max_grad_norm=clip or 1.0,
            sample_rate=0.1,
            steps=100,
        )
    return FrontierCell(
        epsilon=epsilon,
        clip=clip,
        test_accuracy=accuracy,
        test_accuracy_ci=(accuracy - 0.02, accuracy + 0.01),
        train_accuracy=accuracy,
        attacks=(summary(accuracy / 4, **how),),
        guarantee=guarantee,
        models=16,
    )


@pytest.fixture
def report() -> FrontierReport:
    return FrontierReport(
        request={"epsilons": [None, 4.0, 1.0], "clips": [1.0, 0.5]},
        dataset=DatasetSummary(name="digits", n=100, sha256="0" * 64),
        reference=cell("inf", None, 0.95),
        cells=(
            cell(4.0, 0.5, 0.8),
            cell(1.0, 0.5, 0.6),
            cell("inf", 0.5, 0.9),
            cell(4.0, 1.0, 0.7),
        ),
    )


def choice(epsilon: float | None = 4.0, metric: str = "advantage") -> frontier.Choice:
    return frontier.Choice(epsilon=epsilon, clip=0.5, attack="lira", metric=metric)


def trace(figure, start: str):
    return next(trace for trace in figure.data if trace.name.startswith(start))


def test_chosen_cell_is_drawn_at_its_numbers_with_both_intervals(report):
    chosen = trace(frontier.draw(report, choice(), dark=False), "chosen")
    assert (chosen.x[0], chosen.y[0]) == (0.8, 0.2)
    np.testing.assert_allclose(
        [chosen.error_x.array[0], chosen.error_x.arrayminus[0]], [0.01, 0.02]
    )
    np.testing.assert_allclose(
        [chosen.error_y.array[0], chosen.error_y.arrayminus[0]], [0.03, 0.02]
    )


def test_path_runs_over_the_chosen_clipping_norm_from_strict_to_no_noise(report):
    path = trace(frontier.draw(report, choice(), dark=False), "clipping norm 0.5")
    assert list(path.x) == [0.6, 0.8, 0.9]
    others = trace(frontier.draw(report, choice(), dark=False), "other")
    assert list(others.x) == [0.7]


def test_reference_is_marked_by_shape(report):
    reference = trace(frontier.draw(report, choice(), dark=True), "ordinary")
    assert reference.marker.symbol == "diamond"
    assert reference.x[0] == 0.95


@pytest.mark.parametrize("metric", list(values.METRICS))
def test_theory_line_is_the_ceiling_at_the_guaranteed_epsilon(report, metric):
    figure = frontier.draw(report, choice(1.0, metric), dark=False)
    ceiling = values.METRICS[metric].ceiling(1.0, 1e-5)
    lines = [shape.y0 for shape in figure.layout.shapes]
    said = [note.text for note in figure.layout.annotations if "no attack" in note.text]
    assert values.number_text(ceiling, metric) in said[0]
    assert ceiling in lines or "above this view" in said[0]


def test_the_attack_that_is_strongest_without_protection_comes_first(report):
    weak, strong = summary(0.1, tpr=0.02), replace(summary(0.2, tpr=0.2), name="rmia")
    assert values.attack_names(report) == ("lira",)
    both = replace(report, reference=replace(report.reference, attacks=(weak, strong)))
    assert values.attack_names(both) == ("rmia", "lira")
    partial = replace(both, reference=None, cells=(replace(cell(4.0, 1.0, 0.7), attacks=(weak,)),))
    assert values.attack_names(partial) == ("lira",)
    assert values.attack_names(replace(report, reference=None, cells=())) == ()


def test_sliders_begin_on_a_private_cell_that_is_computed(report):
    assert values.start_cell(report) == (4.0, 1.0)
    assert values.start_cell(replace(report, cells=(cell("inf", 1.0, 0.9),))) == (4.0, 1.0)
    far = replace(report, cells=(cell("inf", 1.0, 0.9), cell(1.0, 0.5, 0.6)))
    assert values.start_cell(far) == (1.0, 0.5)


def test_words_in_the_picture_cover_neither_each_other_nor_a_marker():
    near = [cell(e, 0.5, a) for e, a in ((0.5, 0.90), (1.0, 0.905), (2.0, 0.91), (4.0, 0.95))]
    crowded = FrontierReport(
        request={"epsilons": [4.0, 2.0, 1.0, 0.5], "clips": [0.5]},
        dataset=DatasetSummary(name="digits", n=100, sha256="0" * 64),
        reference=cell("inf", None, 0.951),
        cells=(*near, cell(1.0, 1.0, 0.4)),
    )
    path = trace(frontier.draw(crowded, choice(0.5), dark=False), "clipping norm 0.5")
    assert path.text[0] == ""  # the chosen cell has its own
    assert sum(bool(text) for text in path.text) < 3
    roomy = FrontierReport(
        request={"epsilons": [4.0, 2.0, 1.0], "clips": [0.5]},
        dataset=crowded.dataset,
        reference=cell("inf", None, 0.95),
        cells=tuple(cell(e, 0.5, a) for e, a in ((1.0, 0.2), (2.0, 0.5), (4.0, 0.8))),
    )
    path = trace(frontier.draw(roomy, choice(4.0), dark=False), "clipping norm 0.5")
    assert list(path.text) == ["ε 1", "ε 2", ""]


def test_a_board_gives_every_word_a_place_of_its_own():
    board = Board(x_range=[0.0, 1.0], y_range=[0.0, 1.0])
    board.mark(0.5, 0.5, 9)
    sides = [board.beside(0.5, 0.5, "ε 1") for _ in range(5)]
    assert sides == [*SIDES, None]
    assert board.end_of_rule(0.5, "guessing") == "right"
    assert board.end_of_rule(0.5, "guessing") == "left"


def test_clipping_alone_is_no_noise_and_neither_is_the_ordinary_model(report):
    figure = frontier.draw(report, choice(1.0), dark=False)
    assert "no noise" in trace(figure, "clipping norm").text
    assert "no DP" not in figure.to_json()
    assert "no noise" in frontier_grid.html(report, choice(), "attack", dark=False)


def test_no_guarantee_no_ceiling(report):
    figure = frontier.draw(report, choice(None), dark=False)
    assert not any("no attack" in note.text for note in figure.layout.annotations)


def test_axes_do_not_move_with_the_sliders(report):
    moved = frontier.Choice(epsilon=1.0, clip=1.0, attack="lira", metric="advantage")
    assert frontier.ranges(report, choice()) == frontier.ranges(report, moved)


def test_unfinished_cell_is_not_drawn_and_said_so(report):
    missing = frontier.Choice(epsilon=1.0, clip=1.0, attack="lira", metric="advantage")
    names = [trace.name for trace in frontier.draw(report, missing, dark=False).data]
    assert not any(name.startswith("chosen") for name in names)
    assert "not computed yet" in frontier.alt(report, missing)


def test_a_rate_that_cannot_be_measured_keeps_its_reason():
    unmeasured = cell(1.0, 0.5, 0.6, tpr=None)
    measured = values.measure(unmeasured, "lira", "tpr")
    assert (measured.value, measured.reason) == (None, "Needs 1,000 non-members.")


def test_grid_is_sorted_with_no_noise_last(report):
    assert values.grid_of(report) == ((1.0, 4.0, None), (0.5, 1.0))


def test_few_enough_points_to_draw_fast(report):
    figure = frontier.draw(report, choice(), dark=False)
    assert sum(len(trace.x) for trace in figure.data) < 500


def test_grid_table_has_every_number_marks_the_chosen_and_waits_for_the_rest(report):
    html = frontier_grid.html(report, choice(), "accuracy", dark=False)
    assert html.count("<td") == 6
    assert html.count("not computed yet") == 2 * 2
    assert '<td class="chosen" aria-current="true"' in html
    assert ">80.0</td>" in html
    assert "Advantage of LiRA in %" in frontier_grid.title(choice(), "attack")


def test_a_zero_in_the_grid_is_a_number_like_any_other(report):
    flat = replace(report, cells=(cell(4.0, 0.5, 0.0), cell(1.0, 0.5, 0.8)))
    html = frontier_grid.html(flat, choice(), "accuracy", dark=True)
    assert "0.06)" in html
    assert "-0" not in html
