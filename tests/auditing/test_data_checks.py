"""What is found about the records themselves, and what travels with a report."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from ppml_core.auditing.data_checks import data_findings
from ppml_core.auditing.findings import find
from ppml_core.auditing.report import DatasetSummary, TargetSummary, TrainReport, decode, encode

DATA = DatasetSummary(name="people", n=1000, sha256="0" * 64, members=400)
TARGET = TargetSummary(train_accuracy=0.97, test_accuracy=0.96)


def test_a_column_that_determines_the_label_is_one_finding_that_names_it() -> None:
    twin = replace(DATA, label_twins=("fail",))
    codes = {finding.code for finding in find(DATA, TARGET, None, ())}
    (extra,) = [f for f in find(twin, TARGET, None, ()) if f.code not in codes]
    assert extra.code == "LS051"
    assert "“fail”" in extra.evidence
    (finding,) = data_findings(replace(DATA, label_twins=tuple(f"c{i}" for i in range(12))))
    assert "“c4” and 7 more: each" in finding.evidence


def test_notes_travel_in_the_report_and_old_reports_are_still_read() -> None:
    report = TrainReport(
        request={},
        dataset=replace(DATA, notes=("3 empty rows skipped.",), label_twins=("fail",)),
        target=TARGET,
        guarantee=None,
        findings=(),
        versions={},
        seconds=1.0,
    )
    assert decode(encode(report)) == report
    old = msgspec.json.decode(encode(report))
    del old["dataset"]["notes"], old["dataset"]["label_twins"]
    assert decode(msgspec.json.encode(old)) == replace(report, dataset=DATA)
