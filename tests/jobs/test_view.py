"""A run whose stored request is no longer understood neither hides the others nor stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jobs_kit import make_request, put_data

from ppml_core.errors import RunNotFound
from ppml_core.jobs.service import Workbench, new_run
from ppml_core.jobs.view import UNREADABLE


@pytest.mark.parametrize(
    "stored", [b'{"kind": "train", "gone": 1}', b'{"kind": "other"}', b"[]", b"{"]
)
def test_an_unreadable_run_is_shown_as_failed_and_can_be_deleted(home, stored, monkeypatch):
    bench = Workbench(home, 1)
    monkeypatch.setattr(bench._supervisor, "glance", lambda: None)  # starts no workers
    put_data(bench.store)
    bench.store.runs.submit(new_run(bench.store, make_request(), "a" * 64, "Small"), "A")
    odd = replace(new_run(bench.store, make_request(), "a" * 64, "Small"), request=stored)
    bench.store.runs.submit(odd, "A")
    views = {view.run_id: view for view in bench.runs(session="A")}
    assert len(views) == 2
    shown = views[odd.run_id]
    assert (shown.state, shown.error, shown.readable) == ("failed", UNREADABLE, False)
    assert sorted(view.readable for view in views.values()) == [False, True]
    bench.delete(odd.run_id, session="A")
    with pytest.raises(RunNotFound):
        bench.view(odd.run_id)
    bench.close()
