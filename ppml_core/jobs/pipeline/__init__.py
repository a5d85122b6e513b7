"""From a request to a report: the only place that sees every room of the library."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ppml_core.auditing.report import Report
from ppml_core.datasets.dataset import Dataset
from ppml_core.jobs.progress import Reporter
from ppml_core.jobs.requests import Request, kind_of

__all__ = ["run"]


def run(
    request: Request, dataset: Dataset | None = None, *, reporter: Reporter | None = None
) -> Report:
    """Carry out a request in this process and return its report.

    ``dataset`` stands in for the one the request names (a catalogue name is loaded
    when it is None). ``reporter`` hears of progress and partial reports and may
    stop the run by raising ``RunCancelled``. The same request gives the same
    report, apart from ``seconds``.

    >>> from ppml_core import AuditRequest, TrainingRecipe
    >>> recipe = TrainingRecipe(epochs=2)
    >>> report = run(AuditRequest(dataset="wine", shadows=8, attacks=("loss",), recipe=recipe))
    >>> report.models, report.attacks[0].name
    (8, 'loss')
    """
    # Imported here: these need torch and scipy, which who only builds requests does not.
    material = import_module("ppml_core.jobs.pipeline.material").gather(request, dataset, reporter)
    kind = kind_of(request)
    return cast(Report, import_module(f"ppml_core.jobs.pipeline.{kind}").run(material))
