"""Types that threads read from JSON are described before any thread reads them."""

from __future__ import annotations

import subprocess
import sys

import pytest

READ = {
    "ppml_core.auditing.report": ("AuditReport", "FrontierReport", "TrainReport"),
    "ppml_core.jobs.requests": ("AuditRequest", "FrontierRequest", "TrainRequest"),
    "ppml_core.jobs.progress": ("Progress",),
    "ppml_core.datasets.card": ("DatasetCard",),
    "ppml_core.datasets.preparation": ("Preparation",),
    "ppml_core.datasets.preview": ("UploadPreview",),
}


@pytest.mark.parametrize(("module", "names"), READ.items())
def test_described_when_imported(module, names):
    """msgspec keeps the description on the class itself. In a process of its own, because
    here another test may have read the class already."""
    has = "'__msgspec_cache__' in vars(getattr(m, n))"
    check = f"import {module} as m; print(*[{has} for n in {names!r}])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"] * len(names)
