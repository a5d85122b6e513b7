"""From request to report, on real data."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from ppml_core.auditing.report import decode, encode
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.errors import CalibrationFailed, RunCancelled
from ppml_core.jobs.pipeline import run
from ppml_core.jobs.pipeline.audit import stages
from ppml_core.jobs.progress import Silent
from ppml_core.jobs.requests import AuditRequest, FrontierRequest, TrainRequest, from_json
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

QUICK = TrainingRecipe(epochs=5, architecture=Architecture(hidden=(16,)))
PRIVATE = replace(QUICK, privacy=DPSGDConfig(target_epsilon=3.0))


class Recorder(Silent):
    """Keeps what a run says of itself."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int]] = []
        self.reports: list = []

    def progress(self, stage: str, done: int, total: int) -> None:
        self.steps.append((stage, done, total))

    def partial(self, report) -> None:
        self.reports.append(report)


def same(first, second) -> bool:
    return replace(first, seconds=0.0) == replace(second, seconds=0.0)


@pytest.fixture(scope="module")
def audit():
    recorder = Recorder()
    return run(AuditRequest(shadows=24, recipe=QUICK), reporter=recorder), recorder


def test_the_same_request_gives_the_same_report(audit):
    assert same(run(AuditRequest(shadows=24, recipe=QUICK)), audit[0])


def test_a_report_carries_what_is_needed_to_repeat_it(audit):
    report, _ = audit
    assert from_json(msgspec.json.encode(report.request)) == AuditRequest(shadows=24, recipe=QUICK)
    assert report.dataset.sha256 == load_dataset("digits").sha256
    assert report.versions["torch"]
    assert decode(encode(report)) == report


def test_partial_reports_grow_and_intervals_tighten(audit):
    report, recorder = audit
    assert [r.models for r in recorder.reports] == [8, 16]
    assert report.models == 24
    width = [np.diff(r.attacks[0].auc_ci)[0] for r in (*recorder.reports, report)]
    assert width[-1] < width[0]


def test_progress_only_moves_forward(audit):
    shares = [done / total for _, done, total in audit[1].steps]
    assert shares == sorted(shares)
    assert 0.0 <= shares[0] <= shares[-1] <= 1.0


def test_every_pair_of_target_and_record_is_counted(audit):
    report, _ = audit
    pool = report.dataset.members + report.dataset.nonmembers
    for attack in report.attacks:
        assert attack.targets == 24
        assert attack.n_members + attack.n_nonmembers == 24 * pool
        assert attack.n_records == pool


def test_no_private_training_no_guarantee(audit):
    assert audit[0].guarantee is None


def test_private_training_names_its_guarantee():
    guarantee = run(TrainRequest(recipe=PRIVATE)).guarantee
    assert guarantee is not None
    assert 2.9 < guarantee.epsilon <= 3.0 < guarantee.rdp_epsilon
    assert (guarantee.neighboring_relation, guarantee.sampling) == ("add-or-remove-one", "poisson")
    assert any("not covered" in caveat for caveat in guarantee.caveats)
    assert any("seed" in caveat for caveat in guarantee.caveats)
    assert any("treated as public" in caveat for caveat in guarantee.caveats)


def test_a_report_does_not_give_the_upload_away():
    """Reports are passed on; with the token anybody could use the data."""
    report = run(TrainRequest(dataset="upload:s3cret", recipe=QUICK), load_dataset("wine"))
    assert b"s3cret" not in encode(report)
    assert report.request["dataset"] == "upload"


def test_private_statistics_follow_the_guarantee():
    data = load_dataset("wine")
    data = replace_private(data, ("minimum and maximum of column alcohol",))
    guarantee = run(TrainRequest(dataset="wine", recipe=PRIVATE), data).guarantee
    assert any("column alcohol" in caveat for caveat in guarantee.caveats)


def replace_private(data, statistics):
    """The dataset as if these statistics of it had been used for scaling."""
    from ppml_core.datasets.dataset import Dataset

    names = ("name", "features", "labels", "feature_names", "label_names", "record_ids")
    kept = {name: getattr(data, name) for name in names}
    return Dataset(**kept, private_statistics=statistics)


def test_clipping_alone_is_no_guarantee():
    clipped = replace(QUICK, privacy=DPSGDConfig(noise_multiplier=0.0))
    assert run(TrainRequest(recipe=clipped)).guarantee is None


def test_learning_curves_end_at_the_final_model():
    report = run(TrainRequest(recipe=QUICK))
    target = report.target
    assert target.epochs == (0, 1, 2, 3, 4, 5)
    assert target.train_accuracy_curve[-1] == pytest.approx(target.train_accuracy, abs=1e-6)
    assert target.test_accuracy_curve[-1] == pytest.approx(target.test_accuracy, abs=1e-6)
    assert target.train_loss[-1] < target.train_loss[0]


def test_an_attack_that_cannot_run_says_so_and_is_not_clear():
    report = run(AuditRequest(dataset="wine", shadows=4, recipe=QUICK, attacks=("lira", "loss")))
    lira, loss = report.attacks
    assert lira.not_applicable
    assert lira.auc is None
    assert lira.verdict == "inconclusive"
    assert loss.not_applicable is None


def test_frontier_cells_and_reference():
    recorder = Recorder()
    request = FrontierRequest(
        dataset="wine",
        recipe=replace(QUICK, optimizer="sgd"),
        epsilons=(1.0, None, 8.0),
        clips=(0.5, 2.0),
        shadows=8,
        seeds=2,
        attacks=("loss",),
    )
    report = run(request, reporter=recorder)
    settings = [(cell.epsilon, cell.clip) for cell in report.cells]
    assert settings == [(e, c) for e in ("inf", 8.0, 1.0) for c in (0.5, 2.0)]
    assert (report.reference.epsilon, report.reference.clip) == ("inf", None)
    assert all(cell.models == 16 for cell in report.cells)
    assert [len(r.cells) for r in recorder.reports] == [0, 1, 2, 3, 4, 5]
    for cell in report.cells:
        assert (cell.guarantee is None) == (cell.epsilon == "inf")
        if cell.guarantee:
            assert cell.guarantee.epsilon <= cell.epsilon
            assert cell.guarantee.max_grad_norm == cell.clip
    assert decode(encode(report)) == report


def test_cancelling_stops_the_run():
    class Stop(Silent):
        steps = 0

        def check(self) -> None:
            self.steps += 1
            if self.steps == 3:
                raise RunCancelled

    stop, endless = Stop(), replace(QUICK, epochs=1000)
    with pytest.raises(RunCancelled):
        run(AuditRequest(shadows=64, recipe=endless), reporter=stop)
    assert stop.steps == 3


def test_a_memorised_model_leaks_and_the_report_says_so():
    """Many epochs on few records: the attack has something to find."""
    recipe = TrainingRecipe(epochs=60)
    report = run(AuditRequest(dataset="digits", shadows=32, recipe=recipe, attacks=("rmia",)))
    assert report.target.train_accuracy > 0.99
    (rmia,) = report.attacks
    assert rmia.verdict == "leaks"
    assert rmia.auc_ci[0] > 0.55


@pytest.mark.parametrize("models", [4, 5, 8, 30, 64, 100])
def test_stages_cover_all_models_without_gaps(models):
    found = stages(models)
    assert found[0][0] == 0
    assert found[-1][1] == models
    assert all(a[1] == b[0] for a, b in pairwise(found))


def test_an_unreachable_epsilon_fails_before_anything_is_trained():
    recorder = Recorder()
    request = FrontierRequest(dataset="wine", epsilons=(8.0, 0.01), delta=1e-10, shadows=8)
    with pytest.raises(CalibrationFailed):
        run(replace(request, recipe=replace(QUICK, epochs=1000)), reporter=recorder)
    assert not recorder.reports
