"""Any sequence of calls agrees with a model of a few lines."""

from __future__ import annotations

import postgres_kit
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from storage_kit import ME, new, report

from ppml_core.storage.schema import metadata
from ppml_core.storage.sql import SqlStore


class Lifecycle(RuleBasedStateMachine):
    """Any sequence of calls agrees with a model of a few lines."""

    ids = st.sampled_from(["a", "b", "c"])

    def __init__(self):
        super().__init__()
        self.store = self.empty()
        self.state, self.attempt = {}, {}

    empty = None
    """Makes a store with nothing in it."""

    @rule(run_id=ids)
    def submit(self, run_id):
        expected = self.state.get(run_id) not in ("queued", "running", "finished")
        assert self.store.runs.submit(new(run_id), "A") == expected
        if expected:
            self.state[run_id] = "queued"

    @rule()
    def claim(self):
        run = self.store.runs.claim(ME)
        assert (run is None) == ("queued" not in self.state.values())
        if run:
            assert self.state[run.run_id] == "queued"
            self.state[run.run_id] = "running"
            self.attempt[run.run_id] = self.attempt.get(run.run_id, 0) + 1
            assert run.attempt == self.attempt[run.run_id]

    @rule(run_id=ids, late=st.booleans(), how=st.sampled_from(["finish", "fail"]))
    def end(self, run_id, late, how):
        attempt = self.attempt.get(run_id, 0) - late
        expected = self.state.get(run_id) == "running" and not late
        result = report() if how == "finish" else "reason"
        assert getattr(self.store.runs, how)(run_id, attempt, result) == expected
        if expected:
            self.state[run_id] = "finished" if how == "finish" else "failed"

    @precondition(lambda self: self.state)
    @rule(data=st.data())
    def cancel(self, data):
        run_id = data.draw(st.sampled_from(sorted(self.state)))
        expected = self.state[run_id] in ("queued", "running")
        assert self.store.runs.cancel(run_id) == expected
        if expected:
            self.state[run_id] = "cancelled"

    @invariant()
    def agrees(self):
        found = {run.run_id: run.state for run in self.store.runs.visible("A")}
        assert found == self.state
        finished = {run_id for run_id in found if self.store.runs.report(run_id) is not None}
        assert finished == {run_id for run_id, state in self.state.items() if state == "finished"}

    def teardown(self):
        self.store.close()


def check(make):
    """Run the machine on stores made by ``make``."""
    machine = type("Machine", (Lifecycle,), {"empty": lambda _: make()})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=15, deadline=None)
    )


def test_any_sequence_of_calls(tmp_path_factory):
    check(lambda: SqlStore(tmp_path_factory.mktemp("run")))


def test_any_sequence_of_calls_on_postgresql(tmp_path, schema):
    def make():
        store = SqlStore(tmp_path, schema)
        tables = ", ".join(table for table in metadata.tables)
        postgres_kit.execute(schema, f"TRUNCATE {tables}")
        return store

    check(make)
