"""The ladder from request to report, on real faces: rungs in order, and under the bound."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import norm

from ppml_core.accounting.reconstruction import gaussian_bound
from ppml_core.auditing.ladder_report import RUNGS, LadderReport
from ppml_core.auditing.ladder_sentences import CAUTION, person_sentence, point_sentence
from ppml_core.auditing.report import decode, encode
from ppml_core.auditing.sentences import headline
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.errors import InvalidValue, RunCancelled
from ppml_core.jobs import pipeline
from ppml_core.jobs.pipeline import ladder
from ppml_core.jobs.pipeline.ladder_world import make_setting
from ppml_core.jobs.progress import Silent
from ppml_core.jobs.requests import LadderRequest
from ppml_core.statistics.intervals import clopper_pearson

REQUEST = LadderRequest(
    people=6,
    candidates=4,
    noise_multipliers=(1.5, 5.0, 60.0),
    steps=20,
    runs=100,
    shadows=40,
    learning_rate=0.5,
)


class Listener(Silent):
    """Keeps partial reports and progress."""

    def __init__(self) -> None:
        self.partials: list[LadderReport] = []
        self.progressed: list[tuple[int, int]] = []

    def progress(self, stage, done, total):
        self.progressed.append((done, total))

    def partial(self, report):
        self.partials.append(report)


LISTENER = Listener()


@cache
def made() -> LadderReport:
    report = pipeline.run(REQUEST, reporter=LISTENER)
    assert isinstance(report, LadderReport)
    return report


def test_the_report_travels():
    assert decode(encode(made())) == made()


def test_every_noise_has_its_guarantee_and_its_rungs():
    report = made()
    assert [p.noise_multiplier for p in report.points] == [1.5, 5.0, 60.0]
    for point in report.points:
        assert tuple(rung.name for rung in point.rungs) == RUNGS
        assert point.guarantee.sample_rate == 1.0
        assert point.guarantee.steps == 20
        assert point.guarantee.delta == REQUEST.delta
        for rung in point.rungs:
            assert [one.n for one in rung.successes] == [100, 100, 100]
            assert all(one.ci[0] <= one.value <= one.ci[1] for one in rung.successes)


def test_the_accountants_bound_is_the_closed_form_and_is_never_crossed():
    for point in made().points:
        assert point.bounds == pytest.approx(point.closed_form, abs=1e-3)
        assert point.person_bounds == point.closed_form
        for rung in point.rungs:
            for one, bound in zip(rung.successes, point.bounds, strict=True):
                assert one.ci[0] <= bound
    assert made().findings == ()


def test_who_knows_more_succeeds_more_and_noise_ends_it():
    loose, middle, strict = made().points
    values = [[r.successes[-1].value for r in p.rungs] for p in (loose, middle, strict)]
    assert values[0][2] > 0.5
    assert values[1][2] > values[1][0] - 0.05
    assert values[0][2] > values[1][2] > values[2][2]
    assert all(
        one.ci[0] <= 1 / k <= one.ci[1]
        for rung in strict.rungs
        for k, one in enumerate(rung.successes, start=2)
    )


def test_progress_rises_and_partial_reports_grow():
    made()
    assert [len(report.points) for report in LISTENER.partials] == [1, 2]
    done = [d / t for d, t in LISTENER.progressed[1:]]
    assert done == sorted(done)
    assert done[-1] < 1


def test_the_mechanism_that_ran_reaches_the_oracle():
    """Between two candidates: Phi(sqrt(sum |g_a - g_b|^2) / (2 sigma clip)), as trained."""
    request = replace(REQUEST, candidates=2, runs=200)
    setting = make_setting(load_dataset("faces"), request)
    noise, recipe = 3.0, ladder._recipe(request, make_setting(load_dataset("faces"), request), 3.0)
    ground = type("G", (), {"reporter": Silent()})()
    clock = ladder._Clock(ground, request, noise, 0, 8)
    seen = ladder._train(setting, request, recipe, noise, "attacked", clock)
    won = int((seen.scores.argmax(axis=1) == seen.truth).sum())
    low, high = clopper_pearson(won, request.runs, 0.999)
    assert low <= norm.cdf(np.sqrt(seen.spread) / (2 * noise)).mean() <= high


def test_a_person_with_several_records_breaks_the_records_bound_not_their_own():
    request = replace(REQUEST, copies=8, noise_multipliers=(16.0,), shadows=20)
    report = pipeline.run(request)
    assert isinstance(report, LadderReport)
    (point,) = report.points
    best = point.rungs[-1].successes[-1]
    assert best.ci[0] > point.bounds[-1]
    assert best.ci[0] <= point.person_bounds[-1]
    assert point.person_bounds[-1] == pytest.approx(gaussian_bound(0.25, 2.0, 20))
    assert point.person_epsilon > 3 * point.guarantee.epsilon
    assert "does not hold for them" in person_sentence(report, 4)
    assert report.findings == ()


def test_tables_have_a_ladder_too():
    request = replace(REQUEST, dataset="wine", noise_multipliers=(2.0,), runs=40, shadows=20)
    report = pipeline.run(replace(request, copies=2))
    assert report.points[0].rungs[-1].successes[0].value > 0.55


def test_sentences_are_the_reports_numbers():
    report = made()
    point = report.points[1]
    best = max(rung.successes[2].value for rung in point.rungs)
    told = point_sentence(report, point)
    assert f"{100 * best:.1f} % of 100 trainings" in told
    assert f"epsilon {point.guarantee.epsilon:.3g} per record (delta 0.001)" in told
    assert f"exceed {100 * point.bounds[2]:.1f} %" in told
    assert headline(report).endswith(CAUTION)
    assert person_sentence(report, 4) == ""
    assert "No setting" in headline(replace(report, points=()))


def test_a_measurement_surely_above_the_bound_is_the_gravest_finding():
    low = replace(made().points[0], person_bounds=(0.3, 0.2, 0.1))
    (found,) = ladder._broken(REQUEST, [low])
    assert (found.code, found.severity) == ("LS040", "grave")


def test_too_few_records_are_refused():
    with pytest.raises(InvalidValue, match="people"):
        pipeline.run(replace(REQUEST, people=80, candidates=20))


def test_cancel_stops_within_a_step():
    class Impatient(Silent):
        def progress(self, stage, done, total):
            if done > 3:
                raise RunCancelled()

    with pytest.raises(RunCancelled):
        pipeline.run(REQUEST, reporter=Impatient())


def test_the_adversarys_own_records_are_of_nobody_in_the_world():
    setting = make_setting(load_dataset("faces"), REQUEST)
    inside = {row.tobytes() for row in setting.world.records.astype(np.float32)}
    outside = [row.tobytes() for row in setting.auxiliary.astype(np.float32)]
    assert len(outside) >= 10
    assert not inside & set(outside)


def test_the_final_models_likelihood_is_fitted_on_shadow_trainings_alone(monkeypatch):
    fitted, real = [], ladder.final.fit
    monkeypatch.setattr(
        ladder.final,
        "fit",
        lambda found, at, truth: fitted.append(len(at)) or real(found, at, truth),
    )
    pipeline.run(replace(REQUEST, noise_multipliers=(5.0,), steps=3, runs=31, shadows=23))
    assert fitted == [23]


def test_a_crossed_bound_is_a_finding_only_beyond_what_many_comparisons_bring():
    """70 of 100: a single interval starts at 0.60, one of 27 at 0.55."""
    point = made().points[0]
    one = replace(point.rungs[0].successes[0], value=0.7)
    rungs = tuple(replace(rung, successes=(one,) * 3) for rung in point.rungs)

    def found(bound: float) -> list[str]:
        points = [replace(point, rungs=rungs, person_bounds=(bound,) * 3)] * 3
        return [finding.code for finding in ladder._broken(REQUEST, points)]

    assert found(0.58) == []
    assert found(0.50) == ["LS040"]
