"""Small files that are easily read or judged wrongly: right in the library and on the command line.

``cases/`` holds them; invented data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ppml_core.auditing.report import AuditReport, decode
from ppml_core.cli import main
from ppml_core.datasets import isolated
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.ingest import inspect, prepare, read_upload
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.preview import UploadPreview
from ppml_core.errors import UploadRejected

CASES = Path(__file__).parent / "cases"
QUICK = ("--epochs", "2", "--shadows", "4", "--attacks", "loss", "--seed", "1")


@dataclass(frozen=True)
class Case:
    """What is typed and passed, and what is right: records, features, classes, what is said."""

    file: str
    n: int = 0
    features: tuple[str, ...] = ()
    classes: tuple[str, ...] = ("0", "1")
    typed: str = ""
    choices: dict[str, Any] = field(default_factory=dict)
    said: str = ""
    finding: str = ""
    distinct: int = 0
    refused: str = ""

    @property
    def path(self) -> Path:
        return CASES / self.file


TABLE = (
    Case("noheader.csv", refused="looks like a record"),
    Case(
        "noheader.csv",
        n=60,
        features=("column 1", "column 2"),
        classes=("no", "yes"),
        typed="--no-header",
        choices={"header": False},
    ),
    Case(
        "noheader.csv",
        n=59,
        features=("20", "0"),
        classes=("no", "yes"),
        typed="--header",
        choices={"header": True},
        said="looks like a record",
    ),
    Case(
        "twocols.csv",
        n=40,
        features=("a", "score", "b", "score (2)"),
        said="the second is called 'score (2)'",
    ),
    Case(
        "twocols.csv",
        n=40,
        features=("a", "score", "b"),
        typed="--leave-out score_(2)",
        choices={"leave_out": ("score (2)",)},
    ),
    Case("quantity.csv", refused="Which column is the label is not plain"),
    Case(
        "quantity.csv",
        typed="--label price",
        choices={"label": "price"},
        refused="holds a quantity (140 different numbers",
    ),
    Case(
        "class_none.csv",
        n=60,
        features=("age",),
        classes=("Apnea", "Insomnia", "None"),
        said="is taken for a class, not for a missing one",
    ),
    Case(
        "class_none.csv",
        n=40,
        features=("age",),
        classes=("Apnea", "Insomnia"),
        typed="--missing-words disorder=None --missing drop-rows",
        choices={"missing_words": {"disorder": ("None",)}, "missing": "drop-rows"},
        said="'None' (20) was taken as missing",
    ),
    Case("thousands.csv", n=60, features=("income",), said="thousands separators (comma): income."),
    Case(
        "dates.csv",
        n=200,
        features=("birth (days since 1970-01-01)", "age"),
        said="dates (year-month-day) as days since 1970-01-01: birth.",
    ),
    Case(
        "case.csv",
        n=80,
        features=("a",),
        classes=("NO", "Yes", "no", "yes"),
        said="differ in letter case or blanks only: 'NO' and 'no'; 'Yes' and 'yes'",
    ),
    Case(
        "case.csv",
        n=80,
        features=("a",),
        classes=("no", "yes"),
        typed="--merge-classes",
        choices={"merge_classes": True},
        said="Merged in column 'y'",
    ),
    Case("copies.csv", n=200, features=("a", "b"), distinct=20, finding="20"),
    Case("coin_copies.csv", n=400, features=("a", "b", "c", "d"), distinct=40, finding="40"),
    Case("label_twin.csv", n=120, features=("a", "fail"), said="By itself", finding="“fail”"),
)
NAMES = [f"{case.file} {case.typed}".strip() for case in TABLE]


@pytest.mark.parametrize("case", TABLE, ids=NAMES)
def test_the_library_reads_it_right(case: Case) -> None:
    if case.refused:
        with pytest.raises(UploadRejected, match=re.escape(case.refused)):
            read_upload(case.path, **case.choices)
        return
    dataset = read_upload(case.path, **case.choices)
    assert (len(dataset), dataset.feature_names) == (case.n, case.features)
    assert dataset.label_names == case.classes
    assert not case.distinct or dataset.distinct == case.distinct
    assert case.said in " ".join(dataset.notes)


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A store of its own; files are read in this process, which is quicker. That another one
    reads them alike is tested with it."""
    monkeypatch.setenv("PPML_HOME", str(tmp_path / "home"))

    def look(path: Path, filename: str, *, header: bool, **_: object) -> UploadPreview:
        return inspect(path, filename, header=header)

    def read(path: Path, filename: str, preparation: Preparation, **_: object) -> Dataset:
        return prepare(path, filename, preparation)

    monkeypatch.setattr(isolated, "inspect_isolated", look)
    monkeypatch.setattr(isolated, "read_isolated", read)


@pytest.mark.parametrize("case", TABLE, ids=NAMES)
@pytest.mark.usefixtures("command_line")
def test_the_command_line_reads_it_right(case: Case, capsys, tmp_path) -> None:
    typed = [word.replace("_(", " (") for word in case.typed.split()]
    out = tmp_path / "report.json"
    code = main(["audit", str(case.path), *QUICK, *typed, "--json", str(out)])
    told = capsys.readouterr().err
    if case.refused:
        assert code == 2
        assert case.refused in told
        assert told.count("\n") == 1
        return
    assert code == 0, told
    report = decode(out.read_bytes())
    assert isinstance(report, AuditReport)
    assert (report.dataset.n, report.dataset.n_features) == (case.n, len(case.features))
    assert report.dataset.n_classes == len(case.classes)
    assert not case.distinct or report.dataset.distinct == case.distinct
    assert case.said in told
    assert case.said in " ".join(report.dataset.notes)
    evidence = " ".join(finding.evidence for finding in report.findings)
    assert case.finding in evidence


def test_the_preview_asks_about_the_first_row() -> None:
    preview = inspect(CASES / "noheader.csv", "noheader.csv")
    assert preview.headless
    assert preview.n == 59
    again = inspect(CASES / "noheader.csv", "noheader.csv", header=False)
    assert (again.n, again.rows[0]) == (60, ("20", "0", "no"))


@pytest.mark.usefixtures("command_line")
def test_the_first_persons_values_are_not_printed(capsys) -> None:
    assert main(["audit", str(CASES / "noheader.csv"), *QUICK, "--json", "-"]) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert "20" not in streams.err
