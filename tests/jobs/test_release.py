"""Training for release: another run every time, and said in the report."""

from __future__ import annotations

import pytest

from ppml_core import AuditRequest, DPSGDConfig, TrainingRecipe, TrainRequest
from ppml_core.errors import InvalidValue
from ppml_core.jobs.pipeline import run
from ppml_core.jobs.requests import from_json, run_id, to_json

RECIPE = TrainingRecipe(epochs=2, privacy=DPSGDConfig(noise_multiplier=2.0))
RELEASE = TrainRequest(dataset="wine", recipe=RECIPE, release=True)


def test_a_release_is_another_run_every_time() -> None:
    assert run_id(RELEASE, "x") != run_id(RELEASE, "x")
    plain = TrainRequest(dataset="wine", recipe=RECIPE)
    assert run_id(plain, "x") == run_id(plain, "x")
    assert from_json(to_json(RELEASE)) == RELEASE


def test_shadow_models_are_no_release() -> None:
    with pytest.raises(InvalidValue, match="release"):
        AuditRequest(release=True)
    with pytest.raises(InvalidValue, match="release"):
        TrainRequest(release="yes")  # type: ignore[arg-type]


def test_the_report_says_where_the_noise_came_from() -> None:
    first, second = run(RELEASE), run(RELEASE)
    assert first.target.train_loss != second.target.train_loss
    assert first.guarantee is not None
    said = " ".join(first.guarantee.caveats)
    assert "cannot be repeated" in said
    assert "31 bits" not in said


def test_a_seeded_run_names_the_bits_of_its_seed() -> None:
    report = run(TrainRequest(dataset="wine", recipe=RECIPE))
    assert report.guarantee is not None
    said = " ".join(report.guarantee.caveats)
    assert "31 bits" in said
    assert "32" in said
