"""From a request about gradients to its report, on real pictures."""

from __future__ import annotations

from dataclasses import replace
from math import erf, exp, sqrt

import numpy as np
import pytest

from ppml_core.auditing.gradients_sentences import cell_sentence
from ppml_core.auditing.pictures import pixels
from ppml_core.auditing.report import GradientsReport, decode, encode
from ppml_core.auditing.sentences import headline
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.errors import AttackNotApplicable, RunCancelled
from ppml_core.jobs import pipeline
from ppml_core.jobs.pipeline.gradients_clients import Clients
from ppml_core.jobs.pipeline.gradients_figures import (
    guarantee_of,
    mean_over_clients,
    share_over_clients,
    verdict_of,
)
from ppml_core.jobs.progress import Silent
from ppml_core.jobs.requests import GradientsRequest

REQUEST = GradientsRequest(
    dataset="digits",
    clips=(None, 1.0),
    noises=(0.0, 1e-3, 10.0),
    repetitions=6,
)


@pytest.fixture(scope="module")
def report() -> GradientsReport:
    made = pipeline.run(REQUEST)
    assert isinstance(made, GradientsReport)
    return made


def cell(report, clip, noise):
    return next(c for c in report.cells if (c.clip, c.noise) == (clip, noise))


def test_cells_go_from_no_noise_to_most_at_every_clipping_norm(report):
    settings = [(c.clip, c.noise) for c in report.cells]
    assert settings == [(c, n) for n in (0.0, 1e-3, 10.0) for c in (None, 1.0)]
    assert decode(encode(report)) == report


def test_clipping_alone_does_nothing_and_noise_does(report):
    for clip in (None, 1.0):
        assert cell(report, clip, 0.0).psnr.value == 120.0
        assert cell(report, clip, 0.0).recognised.value == 1.0
        assert cell(report, clip, 0.0).labels.value == 1.0
        assert cell(report, clip, 0.0).verdict == "individual-leakage"
        assert cell(report, clip, 10.0).recognised.value <= 1 / 6
        assert cell(report, clip, 10.0).verdict != "individual-leakage"
    assert cell(report, 1.0, 0.0).clipped == 1.0
    assert cell(report, None, 1e-3).psnr.value > cell(report, 1.0, 1e-3).psnr.value + 5


def test_pictures_are_those_of_the_data_and_the_exact_ones_look_the_same(report):
    data = load_dataset("digits")
    for shown, one in zip(report.pictures, cell(report, 1.0, 0.0).reconstructions, strict=True):
        truth = data.features[shown.record_id]
        assert np.abs(pixels(shown.truth) / 255 - truth).max() < 0.003
        assert one.picture == shown.truth
        assert one.rank == 1
        assert shown.label == str(data.labels[shown.record_id])


def test_the_attackers_pictures_are_none_of_the_clients(report):
    assert report.dataset.members == 6
    assert report.line_up == report.dataset.auxiliary == 1000
    assert all(shown.nearest_psnr < 120 for shown in report.pictures)
    assert report.nearest_psnr.value > report.mean_psnr.value


def test_the_same_request_gives_the_same_report(report):
    again = pipeline.run(REQUEST)
    assert replace(again, seconds=0.0) == replace(report, seconds=0.0)


def test_cells_do_not_depend_on_which_others_are_asked_for(report):
    alone = pipeline.run(replace(REQUEST, clips=(1.0,), noises=(1e-3,)))
    assert alone.cells[0].psnr == cell(report, 1.0, 1e-3).psnr
    assert alone.pictures == report.pictures


def test_sentences_are_computed_from_the_report(report):
    said = headline(report)
    assert "6 of 6 pictures" in said
    assert "Clipping alone changes nothing" in said
    told = cell_sentence(report, cell(report, 1.0, 10.0))
    assert "Clipping norm 1, noise 10" in told
    assert "does not mean that none is possible" in told or "Too little data" in told


@pytest.mark.parametrize("method", ["l2", "cosine"])
def test_searching_runs_through_the_same_pipeline(method):
    asked = replace(
        REQUEST,
        method=method,
        model=None,
        clips=(1.0,),
        noises=(0.0,),
        repetitions=2,
        batch=2,
        search_steps=8,
    )
    made = pipeline.run(asked)
    assert made.cells[0].psnr.n == 4
    assert made.cells[0].labels.value == 1.0
    assert 0 < made.cells[0].psnr.value < 120
    assert made.model == "lenet-sigmoid"


def test_a_model_that_was_trained_first_has_smaller_gradients():
    asked = replace(REQUEST, clips=(None,), noises=(0.0,), repetitions=3)
    fresh, trained = (pipeline.run(replace(asked, training_steps=n)) for n in (0, 300))
    assert trained.gradient_norm < fresh.gradient_norm
    assert trained.cells[0].recognised.value == 1.0


def test_tables_and_too_few_pictures_are_refused_in_words():
    with pytest.raises(AttackNotApplicable, match="wine is a table"):
        pipeline.run(replace(REQUEST, dataset="wine"))
    with pytest.raises(AttackNotApplicable, match="there are 200"):
        pipeline.run(replace(REQUEST, dataset="faces", repetitions=40, batch=8))


def test_it_reports_as_it_goes_and_stops_when_told():
    steps = []

    class Counter(Silent):
        def progress(self, stage, done, total):
            steps.append(done / total)
            if len(steps) == 20:
                raise RunCancelled

    with pytest.raises(RunCancelled):
        pipeline.run(REQUEST, reporter=Counter())
    assert steps == sorted(steps)
    assert steps[-1] > 0


def test_partial_reports_have_the_cells_so_far(monkeypatch):
    grown = []

    class Recorder(Silent):
        def partial(self, report):
            grown.append(len(report.cells))

    monkeypatch.setattr("ppml_core.jobs.pipeline.gradients.PARTIAL_SECONDS", -1.0)
    pipeline.run(REQUEST, reporter=Recorder())
    assert grown == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("clip", "noise", "delta"), [(1.0, 2.0, 1e-5), (0.5, 3.0, 1e-6)])
def test_the_guarantee_is_that_of_one_gaussian_for_replacing_a_client(clip, noise, delta):
    """Exact curve of the Gaussian mechanism (Balle and Wang 2018, theorem 8), sensitivity 2C."""
    guarantee, reason = guarantee_of(clip, noise, delta)
    assert reason is None
    mu, eps = 2 * clip / noise, guarantee.epsilon

    def phi(x):
        return (1 + erf(x / sqrt(2))) / 2

    exact = phi(mu / 2 - eps / mu) - exp(eps) * phi(-mu / 2 - eps / mu)
    assert exact == pytest.approx(delta, rel=0.02)
    assert exact <= delta
    assert guarantee.neighboring_relation == "replace-one"
    assert (guarantee.noise_multiplier, guarantee.steps) == (noise / clip, 1)


def test_no_noise_no_clipping_or_too_little_noise_guarantee_nothing():
    for clip, noise, word in ((1.0, 0.0, "noise"), (None, 1.0, "length"), (1.0, 0.01, "hundreds")):
        guarantee, reason = guarantee_of(clip, noise, 1e-5)
        assert guarantee is None
        assert word in reason


def test_one_client_has_no_interval_and_says_why():
    found = mean_over_clients(np.array([[10.0, 20.0]]), 0.0, 120.0)
    assert (found.value, found.ci) == (15.0, None)
    assert "One client" in found.reason


def test_pictures_of_one_client_count_as_dependent():
    """All or nothing within each of ten clients: as wide as ten trials, not eighty."""
    hits = np.repeat(np.arange(10)[:, None] < 5, 8, axis=1).astype(float)
    together = share_over_clients(hits)
    single = share_over_clients(hits[:, :1])
    assert together.ci == pytest.approx(single.ci, abs=0.03)
    assert together.n == 80


def test_a_verdict_needs_more_than_luck():
    one_of_twelve = np.eye(1, 12).T
    assert verdict_of(np.zeros((12, 1)), 0.01, cells=1) == "nothing-recovered"
    assert verdict_of(one_of_twelve, 0.01, cells=24) == "inconclusive"
    assert verdict_of(np.ones((12, 1)), 0.01, cells=24) == "individual-leakage"
    assert verdict_of(np.ones((1, 1)), 0.01, cells=24) == "inconclusive"


def test_few_clients_with_large_batches_raise_no_alarm_beyond_their_rate():
    """Recognised by chance alone, and pictures of one client alike: the spread between three
    clients is itself a guess."""
    rng, chance, alarms = np.random.default_rng(0), 0.5, 0
    for _ in range(400):
        of_client = rng.beta(1, 1, size=(3, 1))
        hits = (rng.random((3, 8)) < of_client).astype(float)
        alarms += verdict_of(hits, chance, cells=12) == "individual-leakage"
    assert alarms <= 2


@pytest.mark.parametrize(("batch", "chance"), [(1, 1 / 4), (2, 2 / 4), (4, 1.0)])
def test_chance_gives_the_truth_the_best_of_a_batch_of_guesses(batch, chance):
    """Three of the attacker's pictures have the label, and each guess may be the one."""
    empty = np.zeros((2, batch))
    found = Clients(
        model=None, rows=empty.astype(int), pictures=empty, labels=empty, auxiliary=empty,
        weights=(), gradients=(), expected=(), usual_norm=(), mean_psnr=empty,
        nearest_psnr=empty, nearest=empty, same_class=np.full((2, batch), 3),
    )  # fmt: skip
    assert found.chance == pytest.approx(chance)
