"""Pages against a stand-in for the Workbench that shows runs in any state.

The reports in it are computed by the pipeline from real (small) data, once a session.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ppml_core.auditing.report import AuditReport, InversionReport, Report, TrainReport
from ppml_core.datasets.card import DatasetCard
from ppml_core.errors import DatasetUnavailable, NotYours, RunNotFound
from ppml_core.jobs.invert_request import INVERT_RECIPE
from ppml_core.jobs.progress import Progress
from ppml_core.jobs.requests import AuditRequest, InvertRequest, Request, TrainRequest, kind_of
from ppml_core.jobs.uploads import UploadView
from ppml_core.jobs.view import RunView
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

ROOT = Path(__file__).resolve().parents[2]
HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # importlib mode puts nothing there
    sys.path.append(HERE)


@dataclass
class Bench:
    """What pages ask of the Workbench, answered from memory."""

    runs_by_id: dict[str, RunView] = field(default_factory=dict)
    reports: dict[str, Report | None] = field(default_factory=dict)
    submitted: list[Request] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    of_others: set[str] = field(default_factory=set)
    """Runs that this browser did not ask for."""
    wanted_by_others: dict[str, int] = field(default_factory=dict)
    """Runs that others asked for too, and how many."""

    def add(
        self, run: str, request: Request, state: str, report: Report | None = None, **more: Any
    ) -> str:
        now = time.time()
        view = RunView(
            run_id=run,
            kind=kind_of(request),
            state=state,
            request=request,
            dataset_name="Wine",
            position=None,
            created=now,
            started=now,
            finished=None,
            seconds=1.0,
            **{"progress": None, "error": None, **more},
        )
        self.runs_by_id[run], self.reports[run] = view, report
        return run

    def warm(self) -> None:
        """Nothing to warm."""

    def submit(self, request: Request, *, session: str, address: str | None = None) -> str:
        self.submitted.append(request)
        progress = Progress(stage="Training models: 3 of 64", done=5, total=100, eta_seconds=30.0)
        return self.add("submitted", request, "running", progress=progress)

    def view(self, run_id: str) -> RunView:
        if run_id not in self.runs_by_id:
            raise RunNotFound(run_id)
        return self.runs_by_id[run_id]

    def report(self, run_id: str) -> Report | None:
        return self.reports[run_id]

    def cancel(self, run_id: str, *, session: str) -> int:
        if run_id in self.of_others:
            raise NotYours("run", "cancel")
        if run_id not in self.wanted_by_others:
            self.cancelled.append(run_id)
            self.runs_by_id[run_id] = replace(self.runs_by_id[run_id], state="cancelled")
        return self.wanted_by_others.get(run_id, 0)

    def rejoin(self, run_id: str, *, session: str) -> bool:
        return run_id not in self.of_others

    def asked(self, *, session: str) -> frozenset[str]:
        return frozenset(self.runs_by_id) - self.of_others

    def delete(self, run_id: str, *, session: str) -> None:
        del self.runs_by_id[run_id]

    def runs(self, *, session: str) -> list[RunView]:
        return list(self.runs_by_id.values())

    def brought(self, *, session: str) -> list[UploadView]:
        return []

    def uploads(self, *, session: str) -> list[DatasetCard]:
        return []

    def card(self, ref: str) -> DatasetCard:
        raise DatasetUnavailable(f"No data here under {ref}.")

    def ready_card(self, ref: str) -> DatasetCard | None:
        return None


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The stand-in, in place of the real one."""
    import app.service

    made = Bench()
    monkeypatch.setattr(app.service, "Workbench", lambda: made)
    app.service.workbench.clear()
    yield made
    app.service.workbench.clear()


@pytest.fixture
def open_page(bench: Bench) -> Callable[..., AppTest]:
    """``open_page("train", run="...")``: the page as a fresh browser sees it."""

    def visit(page: str = "start", **query: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "app" / "dashboard.py"), default_timeout=20)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        if page != "start":
            test.switch_page(str(ROOT / "pages" / f"{page}.py"))
            test.run()
        assert not test.exception, test.exception
        return test

    return visit


@pytest.fixture
def words() -> Callable[[AppTest], str]:
    """``words(page)``: all text on the page, HTML parts included."""

    def read(test: AppTest) -> str:
        parts = [str(part.value) for part in (*test.title, *test.header, *test.markdown)]
        bodies = [part.proto.body for part in test.get("html")]
        return "\n".join([*parts, *(body for body in bodies if "<style>" not in body)])

    return read


_AUDIT = AuditRequest(
    dataset="wine", shadows=8, attacks=("lira", "loss"), recipe=TrainingRecipe(epochs=5)
)


@pytest.fixture(scope="session")
def audit_report() -> AuditReport:
    """A finished audit of wine without differential privacy."""
    from ppml_core.jobs import pipeline

    report = pipeline.run(_AUDIT)
    assert isinstance(report, AuditReport)
    return report


@pytest.fixture(scope="session")
def private_report() -> AuditReport:
    """The same with differential privacy."""
    from ppml_core.jobs import pipeline

    recipe = replace(_AUDIT.recipe, privacy=DPSGDConfig(noise_multiplier=2.0))
    report = pipeline.run(replace(_AUDIT, recipe=recipe))
    assert isinstance(report, AuditReport)
    return report


@pytest.fixture(scope="session")
def train_report() -> TrainReport:
    """A model of wine trained with differential privacy."""
    from ppml_core.jobs import pipeline

    recipe = TrainingRecipe(epochs=5, privacy=DPSGDConfig(noise_multiplier=2.0))
    report = pipeline.run(TrainRequest(dataset="wine", recipe=recipe))
    assert isinstance(report, TrainReport)
    return report


@pytest.fixture
def audit_request() -> AuditRequest:
    """What ``audit_report`` answers."""
    return _AUDIT


_INVERT = InvertRequest(
    dataset="digits",
    recipe=replace(INVERT_RECIPE, epochs=20),
    slots=4,
    copies=2,
    pairs=3,
    epsilons=(None, 8.0),
    clips=(1.0,),
)


@pytest.fixture
def inversion_request() -> InvertRequest:
    """What ``inversion_report`` answers."""
    return _INVERT


@pytest.fixture(scope="session")
def inversion_report() -> InversionReport:
    """A finished inversion of digits: the ordinary model and two settings beside it."""
    from ppml_core.jobs import pipeline

    report = pipeline.run(_INVERT)
    assert isinstance(report, InversionReport)
    return report
