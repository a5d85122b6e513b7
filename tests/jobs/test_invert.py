"""Whole inversion runs: the anchors, the null, and what a report holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ppml_core import load_dataset
from ppml_core.auditing.inversion_report import NULLS, VERDICTS, InversionReport
from ppml_core.auditing.pictures import pixels
from ppml_core.auditing.report import decode, encode
from ppml_core.datasets.bounds import pixel_names
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import InvalidValue, RunCancelled, TrainingDiverged
from ppml_core.jobs.invert_request import INVERT_RECIPE, InvertRequest, invert_recipe
from ppml_core.jobs.pipeline import run
from ppml_core.jobs.progress import Silent
from ppml_core.models.architecture import Architecture
from ppml_core.statistics.intervals import clopper_pearson
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

MLP = TrainingRecipe(
    architecture=Architecture(kind="mlp", hidden=(128,)), epochs=15, learning_rate=2e-3
)


class Recorder(Silent):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, int]] = []
        self.partials: list[InversionReport] = []

    def progress(self, stage: str, done: int, total: int) -> None:
        self.heard.append((stage, done, total))

    def partial(self, report) -> None:
        self.partials.append(report)


@pytest.fixture(scope="module")
def grid() -> tuple[InversionReport, Recorder]:
    """Twenty faces without privacy, at epsilon 50 and at epsilon 1."""
    recorder = Recorder()
    request = InvertRequest(pairs=10, epsilons=(1.0, 50.0), clips=(1.0,))
    return run(request, reporter=recorder), recorder


def test_anchor_without_privacy(grid):
    cell = grid[0].cells[0]
    assert cell.target.test_accuracy > 0.95
    assert 0.74 < cell.correlation.value < 0.86
    assert cell.correlation.ci[0] > cell.baselines["auxiliary-mean"].ci[1]
    assert cell.correlation.ci[0] > cell.baselines["nearest-auxiliary"].ci[1]
    assert abs(cell.baselines["model-without"].value) < 0.25
    assert (cell.swap.wins, cell.swap.pairs) == (10, 10)
    assert cell.verdict == "individual-leakage"
    assert cell.recognised.value > 0.5
    people = [each.verdict for each in cell.reconstructions]
    assert people.count("individual-leakage") >= 15


def test_anchor_with_privacy(grid):
    """Correlation about 0.3 at epsilon 50 and about 0 at epsilon 1, accuracy beside it."""
    _, weak, strong = grid[0].cells
    assert (weak.epsilon, strong.epsilon) == (50.0, 1.0)
    assert 0.2 < weak.correlation.value < 0.42
    assert 0.6 < weak.target.test_accuracy < 1.0
    assert abs(strong.correlation.value) < 0.06
    assert strong.target.test_accuracy < 0.2
    assert strong.verdict != "class-average"
    assert weak.guarantee.epsilon <= 50.0
    assert weak.guarantee.unit == "copy of a record"
    assert strong.copies_of_person == 7
    assert strong.person_epsilon == pytest.approx(7 * strong.guarantee.epsilon)
    assert 1e-5 < strong.person_delta < 0.1
    assert weak.person_delta is None


def test_every_row_has_its_nulls_and_its_evidence(grid):
    report = grid[0]
    assert report.unit == "person"
    assert [person.slot for person in report.people] == list(range(20))
    assert len({person.record_id for person in report.people}) == 20
    for cell in report.cells:
        assert tuple(cell.baselines) == NULLS
        assert len(cell.reconstructions) == 20
        for each in cell.reconstructions:
            assert tuple(each.baselines) == NULLS
            assert each.verdict in VERDICTS
            assert each.evidence
            assert bool(each.frames) == (each.slot < 6)
        shown = cell.reconstructions[0]
        assert shown.frames[-1] == shown.picture
        assert len(shown.frames) == 10


def test_the_truth_is_the_record_it_says_it_is(grid):
    data = load_dataset("faces")
    for person in grid[0].people:
        shown = pixels(person.truth) / 255
        assert shown == pytest.approx(data.features[person.record_id], abs=1 / 255)
        assert data.label_names[data.labels[person.record_id]] == "face"


def test_findings_and_what_they_say(grid):
    found = {finding.code: finding for finding in grid[0].findings}
    assert {"LS101", "LS103", "LS104", "LS105"} <= found.keys()
    assert "other setting" in found["LS101"].evidence
    assert "7 times" in found["LS105"].evidence


def test_progress_rises_and_partial_reports_grow(grid):
    _, recorder = grid
    shares = [done / total for _, done, total in recorder.heard if total > 1]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert [len(report.cells) for report in recorder.partials] == [1, 2]
    assert recorder.partials[0].cells[0] == grid[0].cells[0]
    assert decode(encode(grid[0])) == grid[0]


def test_certain_at_one_record_a_class_and_at_chance_at_a_hundred():
    """The same test, the same attack, only the class is fuller. One picture alone then tells
    nothing; side by side, twins still show a trace now and then."""
    alone, among = (
        run(
            InvertRequest(
                dataset="digits", recipe=INVERT_RECIPE, records_per_class=count, copies=1,
                pairs=100, attack="gradient",
            )
        ).cells[0]
        for count in (1, 100)
    )  # fmt: skip
    assert alone.swap.rate >= 0.98
    assert alone.verdict == "individual-leakage"
    assert among.swap.ci[0] < 0.5 < among.swap.ci[1]
    assert among.side_by_side.rate > among.swap.rate
    assert among.correlation.value < alone.correlation.value
    assert among.target.test_accuracy > alone.target.test_accuracy


def test_models_that_never_saw_the_candidates_are_at_chance(monkeypatch):
    """The null: whatever the attack finds, the coins played no part in the training."""
    from ppml_core.attacks.inversion.slots import Experiment

    real = Experiment.membership
    monkeypatch.setattr(Experiment, "membership", lambda self, holds: real(self, holds | True))
    wins = pairs = 0
    for seed in range(3):
        cell = run(InvertRequest(pairs=24, slots=6, seed=seed)).cells[0]
        wins, pairs = wins + cell.swap.wins, pairs + cell.swap.pairs
        assert cell.verdict != "individual-leakage"
        assert all(r.verdict != "individual-leakage" for r in cell.reconstructions)
    assert 0.3 < wins / pairs < 0.7


def test_too_few_pairs_are_inconclusive_and_no_pass():
    report = run(InvertRequest(pairs=2, slots=4))
    assert report.cells[0].verdict == "inconclusive"
    assert {r.verdict for r in report.cells[0].reconstructions} == {"inconclusive"}
    assert "LS102" in {finding.code for finding in report.findings}


def test_the_same_request_gives_the_same_report():
    request = InvertRequest(pairs=3, slots=3)
    first, second = (replace(run(request), seconds=0.0) for _ in range(2))
    assert encode(first) == encode(second)


def test_clipping_without_noise_has_no_guarantee():
    recipe = replace(INVERT_RECIPE, privacy=DPSGDConfig(noise_multiplier=0.0))
    cell = run(InvertRequest(recipe=recipe, pairs=2, slots=3)).cells[0]
    assert (cell.epsilon, cell.clip, cell.guarantee) == ("inf", 1.0, None)
    assert cell.person_epsilon is None


def test_a_named_noise_is_shown_by_its_epsilon():
    recipe = replace(INVERT_RECIPE, privacy=DPSGDConfig(noise_multiplier=2.0), epochs=5)
    cell = run(InvertRequest(recipe=recipe, pairs=2, slots=3)).cells[0]
    assert cell.epsilon == cell.guarantee.epsilon


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_other_models_learn_and_are_inverted(kind):
    recipe = invert_recipe(Architecture(kind=kind))
    cell = run(InvertRequest(recipe=recipe, pairs=2, slots=4)).cells[0]
    assert cell.target.test_accuracy > 0.6
    assert np.isfinite(cell.correlation.value)


def test_what_cannot_be_inverted_is_refused_before_training():
    with pytest.raises(InvalidValue, match="Expected data pictures"):
        run(InvertRequest(dataset="wine"))


def test_a_first_setting_that_diverges_ends_the_run():
    recipe = replace(INVERT_RECIPE, learning_rate=1e38)
    with pytest.raises(TrainingDiverged):
        run(InvertRequest(recipe=recipe, pairs=1, slots=2))


@pytest.mark.parametrize("calls", [1, 5, 60])
def test_it_can_be_cancelled_at_any_time(calls):
    class Stopped(Recorder):
        left = calls

        def check(self) -> None:
            self.left -= 1
            if self.left <= 0:
                raise RunCancelled()

    with pytest.raises(RunCancelled):
        run(InvertRequest(pairs=2, slots=3), reporter=Stopped())


def test_a_person_of_several_records_counts_with_all_their_copies(monkeypatch):
    """Two pictures of each person, three copies of each: six rows, and three settings looked at."""
    from ppml_core.jobs.pipeline import invert_summary

    looks, real = [], invert_summary.judge
    monkeypatch.setattr(
        invert_summary, "judge", lambda seen: looks.append(seen.looks) or real(seen)
    )
    rng = np.random.default_rng(0)
    people = Dataset(
        name="people",
        features=rng.random((48, 8, 8), dtype=np.float32),
        labels=np.repeat(np.arange(12), 4),
        feature_names=pixel_names((8, 8)),
        label_names=tuple(f"person {k}" for k in range(12)),
        record_ids=np.arange(48),
    )
    request = InvertRequest(
        dataset="people", slots=3, records_per_class=2, copies=3, pairs=2,
        recipe=replace(INVERT_RECIPE, epochs=5), epsilons=(2.0, 8.0), clips=(1.0,),
    )  # fmt: skip
    report = run(request, dataset=people)
    assert report.unit == "person"
    for cell in report.cells:
        assert cell.copies_of_person == 6
        found = cell.recognised
        assert found.n == 6  # candidates, though four models were inverted at three slots each
        assert found.ci == pytest.approx(clopper_pearson(found.value * 6, 6))
    assert report.cells[2].person_epsilon == pytest.approx(6 * report.cells[2].guarantee.epsilon)
    assert looks == [3, 3, 3]


def test_olivetti_faces_are_people_of_ten_large_pictures(monkeypatch, tmp_path):
    """The download is a stand-in: forty people, ten pictures of each, 64 by 64."""
    import sklearn.datasets

    rng = np.random.default_rng(0)
    faces = np.repeat(rng.random((40, 16, 16), dtype=np.float32), 10, axis=0)
    images = faces.repeat(4, axis=1).repeat(4, axis=2)
    images += rng.normal(0, 0.05, images.shape).astype(np.float32)
    found = {"images": images.clip(0, 1), "target": np.repeat(np.arange(40), 10)}
    monkeypatch.setattr(sklearn.datasets, "fetch_olivetti_faces", lambda data_home: found)
    monkeypatch.setenv("PPML_HOME", str(tmp_path))
    request = InvertRequest(
        dataset="olivetti-faces", records_per_class=2, copies=1, pairs=3,
        recipe=replace(INVERT_RECIPE, epochs=20),
    )  # fmt: skip
    report = run(request)
    assert (report.unit, len(report.people)) == ("person", 16)
    assert report.people[0].truth.height == 64
    cell = report.cells[0]
    assert cell.target.test_accuracy > 0.9  # on the people's other pictures
    assert (cell.swap.wins, cell.swap.pairs) == (3, 3)
    assert cell.copies_of_person == 2


def test_intervals_of_likeness_hold_for_other_models_too():
    """Slots of one model are inverted well or badly together: forty slots of two models
    are not forty independent trials."""
    from ppml_core.jobs.pipeline.invert_summary import likeness, recognition

    rng, missed, wrong, runs = np.random.default_rng(0), 0, 0, 300
    for _ in range(runs):
        heads = rng.random((5, 8)) < 0.5
        holds = np.stack([heads, ~heads], axis=1).reshape(10, 8)
        held = holds[..., None] == np.array([True, False])
        of_model, of_person = rng.normal(size=(10, 1, 1)), rng.normal(size=(1, 8, 2))
        near = 0.3 + 0.1 * of_model + 0.05 * of_person + 0.05 * rng.normal(size=(10, 8, 2))
        low, high = likeness(near, held, "people").ci
        missed += not low <= 0.3 <= high
        hits = rng.random((10, 8)) < (of_model[..., 0] > 0)
        low, high = recognition(hits, held, "people").ci
        wrong += not low <= 0.5 <= high
    assert missed / runs < 0.1
    assert wrong / runs < 0.1
