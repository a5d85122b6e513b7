"""The same calls in a process of their own: same answers, same exceptions, bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from ppml_core.datasets import isolated
from ppml_core.datasets.files import open_dataset
from ppml_core.datasets.ingest import inspect, prepare
from ppml_core.datasets.isolated import inspect_isolated, materialise, prepare_isolated
from ppml_core.datasets.preparation import Preparation
from ppml_core.errors import DatasetUnavailable, InvalidValue, UnknownName, UploadRejected

SAMPLE = Path(__file__).parents[2] / "assets" / "samples" / "breast-cancer.csv"


def test_the_same_preview_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert inspect_isolated(SAMPLE, "cells.csv") == inspect(SAMPLE, "cells.csv")


def test_the_same_dataset(tmp_path: Path) -> None:
    preparation = Preparation(label="diagnosis", leave_out=("mean area",))
    out = tmp_path / "new" / "d.npz"
    card = prepare_isolated(SAMPLE, "cells.csv", preparation, out, "upload:t", name="cells")
    expected = prepare(SAMPLE, "cells.csv", preparation)
    assert open_dataset(out).sha256 == expected.sha256 == card.sha256
    assert (card.ref, card.name, card.private_statistics) == (
        *("upload:t", "cells", expected.private_statistics),
    )


def test_rejections_come_back_whole(write) -> None:
    with pytest.raises(UploadRejected) as caught:
        inspect_isolated(write("a,b\n" + "1,2\n" * 20 + "1,2,3\n"), "d.csv")
    assert caught.value.where == "row 22"
    assert str(caught.value).startswith("A row has 3 values where there are 2 columns (row 22). ")


def test_materialise_writes_the_dataset_and_raises_the_same(tmp_path: Path) -> None:
    card = materialise("digits", tmp_path / "d.npz")
    assert open_dataset(tmp_path / "d.npz").sha256 == card.sha256
    assert len(card.thumbnails) == 40
    with pytest.raises(UnknownName, match=r"Unknown dataset 'nope'. Known: digits"):
        materialise("nope", tmp_path / "n.npz")
    assert not (tmp_path / "n.npz").exists()


def test_a_worker_that_takes_too_long(tmp_path: Path) -> None:
    with pytest.raises(UploadRejected, match="took longer than 0 seconds"):
        inspect_isolated(SAMPLE, "cells.csv", timeout=0.01)
    with pytest.raises(DatasetUnavailable, match="took longer"):
        materialise("digits", tmp_path / "d.npz", timeout=0.01)


def test_a_worker_that_dies(monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    monkeypatch.setattr(isolated.sys, "executable", "/bin/false")
    with pytest.raises(UploadRejected, match="more memory than there is, or broke off"):
        inspect_isolated(SAMPLE, "cells.csv")


def test_exceptions_with_other_constructors_are_rebuilt() -> None:
    error = isolated._error({"error": "Expected x > 0, got -1", "type": "InvalidValue"})
    assert isinstance(error, InvalidValue)
    assert str(error) == "Expected x > 0, got -1"
    assert str(isolated._error({"error": "Odd", "type": "Nonsense"})) == "Odd"


def test_memory_is_limited() -> None:
    """In a process of its own, for the limit cannot be raised again."""
    import subprocess
    import sys

    code = (
        "from ppml_core.datasets.worker import limit_memory; import numpy as np; "
        "limit_memory(2 * 1024**3); np.ones(3 * 1024**3 // 8)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "MemoryError" in done.stderr
