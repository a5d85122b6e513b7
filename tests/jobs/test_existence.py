"""Nobody learns from an answer, or from a name, that somebody else has the same records."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from jobs_kit import small_card, small_dataset

from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.files import save_dataset
from ppml_core.errors import RunNotFound
from ppml_core.jobs import requests
from ppml_core.jobs.data import DataDesk, prepared_path
from ppml_core.jobs.kept import models_of
from ppml_core.jobs.local import run_here
from ppml_core.jobs.requests import AuditRequest
from ppml_core.jobs.service import new_run
from ppml_core.models.architecture import Architecture
from ppml_core.storage.sql import SqlStore
from ppml_core.training import tasks
from ppml_core.training.recipe import TrainingRecipe

RECIPE = TrainingRecipe(epochs=2, architecture=Architecture(hidden=(8,)))
REQUEST = AuditRequest(dataset="wine", shadows=8, recipe=RECIPE, attacks=("loss",))
FILE = replace(REQUEST, dataset="file:people.csv")


@pytest.fixture
def trained(monkeypatch):
    """How many models were really trained, a number a group."""
    sizes, train_group = [], tasks.train_group

    def spy(network, features, labels, group, **options):
        sizes.append(len(group.seeds))
        return train_group(network, features, labels, group, **options)

    monkeypatch.setattr(tasks, "train_group", spy)
    return sizes


def brought(store, session):
    """The records of wine, as an upload of this session."""
    wine, desk = load_dataset("wine"), DataDesk(store)
    ref = f"upload:{desk.save(io.BytesIO(b'a,b'), 'wine.csv', session)}"
    save_dataset(wine, prepared_path(store.home, ref, wine.sha256))
    store.data.put_card(small_card(wine.sha256, ref), session)
    return ref


def test_the_same_records_brought_by_another_are_trained_on_anew(trained, home):
    store = SqlStore(home)
    mine, theirs = brought(store, "A"), brought(store, "B")
    store.close()
    for ref in (mine, theirs, "wine"):  # nor do the catalogue's models tell
        trained.clear()
        run_here(replace(REQUEST, dataset=ref), home)
        assert sum(trained) == 8, ref
    trained.clear()
    run_here(replace(REQUEST, dataset=mine, attacks=("lira-offline",)), home)
    assert sum(trained) == 0  # one's own are used again


def test_the_same_request_on_the_same_records_of_another_is_another_run(home):
    store = SqlStore(home)
    sha256 = load_dataset("wine").sha256
    names = {
        new_run(store, replace(REQUEST, dataset=ref), sha256, "Wine").run_id
        for ref in (brought(store, "A"), brought(store, "B"), "wine", "file:wine.csv")
    }
    assert len(names) == 4
    store.close()


def test_who_has_a_file_cannot_compute_the_name_of_its_run(trained, home, tmp_path):
    data = small_dataset()
    wine = load_dataset("wine")
    first = run_here(FILE, home, dataset=wine)
    trained.clear()
    assert run_here(FILE, home, dataset=wine) == first  # the same run in the same store
    assert trained == []
    here, there = SqlStore(home), SqlStore(tmp_path / "other")
    with pytest.raises(RunNotFound):
        here.runs.get(requests.run_id(FILE, wine.sha256))
    names = [new_run(store, FILE, data.sha256, "x").run_id for store in (here, there)]
    assert names[0] != names[1]
    public = [new_run(store, REQUEST, wine.sha256, "x").run_id for store in (here, there)]
    assert public[0] == public[1]
    for store in (here, there):
        store.close()


def test_models_of_files_are_in_no_folder_that_the_records_name(home):
    store, digits = SqlStore(home), "0123456789abcdef" * 4
    folders = {
        models_of(store, ref, digits)._folder
        for ref in ("wine", "file:a.csv", "upload:one", "upload:two")
    }
    assert len(folders) == 4
    assert sum(digits[:16] in folder for folder in folders) == 1
    store.close()
