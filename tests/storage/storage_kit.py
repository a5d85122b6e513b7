"""What the store's tests make again and again."""

from __future__ import annotations

from ppml_core.auditing.report import AuditReport, DatasetSummary, TargetSummary
from ppml_core.storage.records import NewRun, Owner

ME = Owner(token="me", pid=1, born="boot:1", host="here")


def new(run_id="r", *, public=True):
    return NewRun(
        run_id=run_id,
        kind="audit",
        request=b"{}",
        dataset_ref="digits" if public else "upload:x",
        dataset_sha256="0" * 64,
        dataset_name="Digits",
        public=public,
    )


def report(models=1):
    return AuditReport(
        request={"dataset": "digits"},
        dataset=DatasetSummary(name="digits", n=3, sha256="0" * 64),
        target=TargetSummary(train_accuracy=1.0, test_accuracy=0.1 + 0.2),
        guarantee=None,
        attacks=(),
        models=models,
    )
