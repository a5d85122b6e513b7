from __future__ import annotations

import fake_pipeline  # noqa: F401  (found: workers find it too)
from jobs_kit import wait_for

from ppml_core.datasets.catalogue import entry
from ppml_core.jobs import data, supervisor, warm


def test_warming_up_starts_a_worker_and_makes_cards(open_bench):
    bench = open_bench()
    assert bench.store.workers.all() == []
    bench.warm()
    try:
        wait_for(lambda: [worker.ready for worker in bench.store.workers.all()] == [True])
        card = wait_for(lambda: bench.store.data.card("digits"))
        assert card.sha256 == entry("digits").sha256
        assert data.load(bench.store, "digits", card.sha256).sha256 == card.sha256
    finally:
        for child in supervisor._children:
            if "ppml_core.jobs.warm" in child.args:
                child.kill()
                child.wait()


def test_cards_that_cannot_be_made_are_left_for_later(home, monkeypatch):
    asked = []

    def unavailable(self, ref):
        asked.append(ref)
        raise data.DatasetUnavailable("not today")

    monkeypatch.setattr(data.DataDesk, "card", unavailable)
    monkeypatch.setattr(warm.os, "nice", lambda by: by)  # it is the tests' own process
    warm.main(["--home", str(home)])
    assert asked == ["digits", "breast-cancer", "wine", "mnist-5k", "faces"]
