"""Stands in for the pipeline in tests: quick, or slow, deaf, wrong on purpose.

What it does is chosen by the request: ``shadows`` says for how many steps of
``STEP`` seconds, ``seed`` says which behaviour.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from ppml_core.auditing.report import AuditReport, DatasetSummary, TargetSummary
from ppml_core.errors import AttackNotApplicable

STEP = 0.1
DEAF, BROKEN, REFUSED, HUNGRY, DEADLY = 901, 902, 903, 904, 905


def report(request, dataset, models):
    """A small report that names the process that made it."""
    return AuditReport(
        request={"seed": request.seed},
        dataset=DatasetSummary(name=dataset.name, n=len(dataset), sha256=dataset.sha256),
        target=TargetSummary(train_accuracy=1.0, test_accuracy=0.5),
        guarantee=None,
        attacks=(),
        models=models,
        versions={"pid": str(os.getpid())},
    )


def run(request, dataset=None, *, reporter):
    """The pipeline's signature."""
    _count(request)
    if request.seed == DEAF:
        time.sleep(60)
    elif request.seed == BROKEN:
        raise ZeroDivisionError("/secret/path")
    elif request.seed == REFUSED:
        raise AttackNotApplicable("This attack needs at least two classes.")
    elif request.seed == HUNGRY:
        raise MemoryError
    elif request.seed == DEADLY:
        os._exit(9)
    for done in range(request.shadows):
        reporter.progress("Training", done, request.shadows)
        if done:
            reporter.partial(report(request, dataset, done))
        time.sleep(STEP)
    reporter.check()
    return report(request, dataset, request.shadows)


def _count(request):
    """Leave a mark for every time a run was really computed."""
    if marks := os.environ.get("FAKE_PIPELINE_MARKS"):
        (Path(marks) / f"{request.seed}-{os.getpid()}-{time.monotonic_ns()}").touch()
