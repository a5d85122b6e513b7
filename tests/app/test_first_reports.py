"""Reports that the first version wrote are read and drawn by the pages of today."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ppml_core.auditing.report import decode
from ppml_core.jobs.requests import from_json

FOLDER = Path(__file__).parent / "first_reports"
PAGES = {
    "train": "train",
    "audit": "membership",
    "frontier": "defend",
    "invert": "inversion",
    "attributes": "attributes",
    "gradients": "gradients",
    "ladder": "bounds",
}


@pytest.mark.parametrize("kind", PAGES)
def test_a_report_of_the_first_version_is_drawn(kind, bench, open_page, words):
    report = decode((FOLDER / f"{kind}.json").read_bytes())
    assert report.kind == kind
    request = from_json(msgspec.json.encode(report.request))
    bench.add("old", request, "finished", report)
    page = open_page(PAGES[kind], run="old")
    shown = words(page)
    assert "Traceback" not in shown
    assert "lab-verdict" in shown or "lab-sentence" in shown
