from __future__ import annotations

import fake_pipeline  # noqa: F401  (found: workers find it too)
from jobs_kit import wait_for

from ppml_core.datasets.catalogue import CATALOGUE, entry
from ppml_core.jobs import data


def test_warming_up_starts_a_worker(open_bench):
    bench = open_bench()
    assert bench.store.workers.all() == []
    bench.warm()
    wait_for(lambda: [worker.ready for worker in bench.store.workers.all()] == [True])


def test_bundled_data_has_its_card_at_once(open_bench, monkeypatch):
    """Nothing is read and no process started: a first visitor would wait for it."""
    monkeypatch.setattr(data.DataDesk, "_materialise", None)
    bench = open_bench()
    for row in CATALOGUE:
        if row.sha256:
            card = bench.ready_card(row.name)
            assert card == bench.card(row.name)
            assert card.sha256 == row.sha256


def test_bundled_data_is_kept_ready_once_it_was_loaded(open_bench, monkeypatch):
    bench = open_bench()
    pinned = entry("wine").sha256
    first = data.load(bench.store, "wine", pinned)
    monkeypatch.setattr(data.catalogue, "load_dataset", None)
    assert data.load(bench.store, "wine", pinned).sha256 == first.sha256
