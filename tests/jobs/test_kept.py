"""Models that were trained before are not trained again."""

from __future__ import annotations

import io
import os
from dataclasses import replace

import numpy as np
import pytest
from jobs_kit import small_card, small_dataset

from ppml_core.datasets.catalogue import load_dataset
from ppml_core.jobs import kept as keeping
from ppml_core.jobs.data import DataDesk, prepared_path
from ppml_core.jobs.kept import KeptModels, folder_of, models_of
from ppml_core.jobs.local import run_here
from ppml_core.jobs.pipeline import run
from ppml_core.jobs.progress import Silent
from ppml_core.jobs.requests import AuditRequest, FrontierRequest
from ppml_core.models.architecture import Architecture
from ppml_core.storage.arrays import ArrayStore
from ppml_core.storage.sql import SqlStore
from ppml_core.training import tasks
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

RECIPE = TrainingRecipe(epochs=2, architecture=Architecture(hidden=(8,)))
REQUEST = AuditRequest(dataset="wine", shadows=32, recipe=RECIPE, attacks=("loss", "lira"))
WINE = load_dataset("wine").sha256
FOLDER = folder_of("wine", WINE, "")


@pytest.fixture
def trained(monkeypatch):
    """How many models each group had that was really trained."""
    sizes, train_group = [], tasks.train_group

    def spy(network, features, labels, group, **options):
        sizes.append(len(group.seeds))
        return train_group(network, features, labels, group, **options)

    monkeypatch.setattr(tasks, "train_group", spy)
    return sizes


class Keeper(Silent):
    """A reporter that keeps models in a folder."""

    def __init__(self, folder, sha256=WINE, **options) -> None:
        self.kept = KeptModels(ArrayStore(folder), folder_of("wine", sha256, ""), **options)


def report_of(request, folder, **options):
    return replace(run(request, reporter=Keeper(folder, **options)), seconds=0.0)


def fresh(request):
    return replace(run(request), seconds=0.0)


def counted(trained, request, folder, **options):
    """(models trained, report)"""
    trained.clear()
    report = report_of(request, folder, **options)
    return sum(trained), report


@pytest.mark.parametrize("privacy", [None, DPSGDConfig(noise_multiplier=1.0)])
def test_64_after_32_trains_32_and_reports_as_if_it_had_trained_64(trained, tmp_path, privacy):
    request = replace(REQUEST, recipe=replace(RECIPE, privacy=privacy))
    longer = replace(request, shadows=64)
    assert counted(trained, request, tmp_path)[0] == 32
    models, report = counted(trained, longer, tmp_path)
    assert models == 32
    assert report == fresh(longer)


def test_a_length_that_is_no_power_of_two_is_a_beginning_too(trained, tmp_path):
    counted(trained, replace(REQUEST, shadows=40), tmp_path)
    models, report = counted(trained, replace(REQUEST, shadows=48), tmp_path)
    assert models == 16  # the group that was cut short, whole
    assert report == fresh(replace(REQUEST, shadows=48))


def test_other_attacks_use_the_same_models(trained, tmp_path):
    counted(trained, REQUEST, tmp_path)
    other = replace(REQUEST, attacks=("rmia", "lira-offline"))
    models, report = counted(trained, other, tmp_path)
    assert models == 0
    assert report == fresh(other)


def test_a_frontier_s_reference_is_an_audit_s_population(trained, tmp_path):
    """Where the groups are the same: an audit's first stage is one of eight."""
    counted(trained, replace(REQUEST, shadows=8), tmp_path)
    grid = FrontierRequest(
        dataset="wine", recipe=RECIPE, epsilons=(None,), clips=(1.0,), shadows=8, attacks=("loss",)
    )
    assert counted(trained, grid, tmp_path)[0] == 8  # the one cell
    assert counted(trained, replace(grid, clips=(1.0, 2.0)), tmp_path)[0] == 8


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, recipe=replace(RECIPE, learning_rate=1e-3)),
        replace(REQUEST, recipe=replace(RECIPE, epochs=3)),
        replace(REQUEST, recipe=replace(RECIPE, architecture=Architecture(hidden=(9,)))),
        replace(REQUEST, recipe=replace(RECIPE, privacy=DPSGDConfig(noise_multiplier=0.0))),
        replace(REQUEST, seed=1),
        replace(REQUEST, split=replace(REQUEST.split, members=0.3)),
    ],
    ids=["rate", "epochs", "architecture", "privacy", "seed", "split"],
)
def test_whatever_decides_a_model_makes_it_another(trained, tmp_path, other):
    counted(trained, REQUEST, tmp_path)
    assert counted(trained, other, tmp_path)[0] == 32


def test_other_data_and_other_code_find_nothing(trained, tmp_path, monkeypatch):
    counted(trained, REQUEST, tmp_path)
    digits = replace(REQUEST, dataset="digits", shadows=8)
    assert counted(trained, digits, tmp_path)[0] == 8
    monkeypatch.setattr(keeping, "code_stamp", lambda: "newer")
    assert counted(trained, REQUEST, tmp_path)[0] == 32
    monkeypatch.setattr(keeping, "version", lambda name: "99")
    assert counted(trained, REQUEST, tmp_path)[0] == 32


@pytest.mark.parametrize("damage", ["cut", "flip", "other shape", "not finite"])
def test_a_damaged_file_is_trained_again(trained, tmp_path, damage):
    _, before = counted(trained, REQUEST, tmp_path)
    path = sorted((tmp_path / folder_of("wine", WINE, "")).glob("*.npz"))[0]
    content, group = bytearray(path.read_bytes()), len(weights_in(path))
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "flip":
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    else:
        bad = np.ones((group, 3)) if damage == "other shape" else broken(path)
        ArrayStore(tmp_path).put(path.parent.name, path.stem, {"weights": bad.astype(np.float32)})
    models, after = counted(trained, REQUEST, tmp_path)
    assert (models, after) == (group, before)
    assert counted(trained, REQUEST, tmp_path)[0] == 0


def weights_in(path):
    return ArrayStore(path.parents[1]).get(path.parent.name, path.stem)["weights"]


def broken(path):
    weights = weights_in(path).copy()
    weights[0, 0] = np.nan
    return weights


def test_the_least_recently_used_goes_when_there_is_too_much(tmp_path):
    weights = np.zeros((4, 1000), dtype=np.float32)
    kept = KeptModels(ArrayStore(tmp_path), FOLDER, limit=17 * weights.nbytes)
    for number in range(12):
        kept.put(f"group {number}", weights)
        path = tmp_path / folder_of("wine", WINE, "") / f"{keeping._name(f'group {number}')}.npz"
        os.utime(path, ns=(number, number))
    assert kept.get("group 0") is not None  # used just now
    for number in range(12, 20):
        kept.put(f"group {number}", weights)
    total = sum(path.stat().st_size for path in tmp_path.rglob("*.npz"))
    assert total <= 18.5 * weights.nbytes
    assert kept.get("group 0") is not None
    assert kept.get("group 1") is None
    assert kept.get("group 19") is not None


def test_a_group_larger_than_there_is_room_for_is_not_kept(tmp_path):
    kept = KeptModels(ArrayStore(tmp_path), FOLDER, limit=100)
    kept.put("a", np.zeros((2, 100), dtype=np.float32))
    assert not list(tmp_path.rglob("*.npz"))


def test_runs_in_a_store_find_what_earlier_runs_left(trained, home):
    run_here(REQUEST, home)
    trained.clear()
    report = run_here(replace(REQUEST, shadows=64), home)
    assert sum(trained) == 32
    assert replace(report, seconds=0.0) == fresh(replace(REQUEST, shadows=64))


def test_models_of_a_deleted_upload_are_deleted_and_none_come_after(home):
    store = SqlStore(home)
    desk, weights = DataDesk(store), np.zeros((2, 5), dtype=np.float32)
    token = desk.save(io.BytesIO(b"a,b\n1,2\n"), "people.csv", "A")
    ref, sha256 = f"upload:{token}", small_dataset().sha256
    store.data.put_card(small_card(sha256, ref), "A")
    prepared_path(store.home, ref, sha256).touch()
    kept = models_of(store, ref, sha256)
    kept.put("a", weights)
    assert kept.get("a") is not None
    desk.delete(token, "A")
    assert kept.get("a") is None
    kept.put("b", weights)
    assert kept.get("b") is None
    assert not list(store.home.artifacts.rglob("*.npz"))
    store.close()
