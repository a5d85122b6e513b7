"""What an interrupted command leaves behind, in words."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ppml_core.auditing.report import AuditReport, FrontierReport, Report
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import PPMLError
from ppml_core.jobs.data import DataDesk, secret_for
from ppml_core.jobs.requests import AuditRequest, FrontierRequest, Request, run_id
from ppml_core.storage.sql import SqlStore


def left_behind(request: Request, home: Path, dataset: Dataset | None) -> str:
    """Where the run stands, and that the same command goes on from there.

    ``dataset``: as ``run_here`` was given it.
    """
    store, run, report = SqlStore(home), "", None
    try:
        with suppress(PPMLError):  # it may have ended before it was in the store
            sha256 = dataset.sha256 if dataset else DataDesk(store).sha256(request.dataset)
            run = run_id(request, sha256, secret_for(store, request.dataset))
            report = store.runs.report(run)
    finally:
        store.close()
    reused = isinstance(request, AuditRequest | FrontierRequest)
    again = "goes on from the models that are trained" if reused else "starts it again"
    if report is None:
        return f"It was stopped before there was a result. The same command {again}."
    where = f"What there is {_rests_on(request, report)} is kept as run {run} in {home}."
    return f"{where} The same command {again}."


def _rests_on(request: Request, report: Report) -> str:
    """On how much."""
    if isinstance(report, AuditReport):
        asked = getattr(request, "shadows", report.models)
        return f"rests on {report.models} of {asked} models and"
    if isinstance(report, FrontierReport):
        return f"covers {len(report.cells)} settings and"
    return "so far"
