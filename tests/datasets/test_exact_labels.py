"""A label keeps its text: no digit lost, in any format; many texts in few columns, to the end."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ppml_core.auditing.report import AuditReport
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.ingest import read_upload
from ppml_core.datasets.many_values import BUCKETS
from ppml_core.jobs.pipeline import run
from ppml_core.jobs.requests import AuditRequest
from ppml_core.training.recipe import TrainingRecipe

PAIRS = [(2**53, 2**53 + 1), (2**53 + 1, 2**53 + 2), (1234567890123456, 1234567890123457)]


def test_equal_numbers_written_in_two_ways_are_one_class_and_that_is_said(tmp_path):
    labels = ["1", "1.0", "2", "3"] * 10
    dataset = read_upload(csv(tmp_path / "f.csv", x=range(100, 140), y=labels), label="y")
    assert dataset.label_names == ("1", "2", "3")
    assert any("'1' and '1.0'" in note for note in dataset.notes)
    plain = read_upload(csv(tmp_path / "g.csv", x=range(100, 140), y=["1", "2"] * 20), label="y")
    assert not any("several ways" in note for note in plain.notes)


def csv(path: Path, **columns: Any) -> Path:
    rows = [
        ",".join(columns),
        *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True)),
    ]
    path.write_text("\n".join(rows) + "\n")
    return path


def written(kind: str, folder: Path, labels: list[int]) -> Path:
    """40 records in a file of that kind."""
    x, path = np.arange(40) / 7, folder / f"labels.{kind}"
    if kind == "csv":
        csv(path, x=x, y=labels)
    elif kind == "parquet":
        pq.write_table(pa.table({"x": x, "y": pa.array(labels, pa.int64())}), path)
    else:
        np.savez(path, X=x[:, None], y=np.array(labels))
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet", "npz"])
@pytest.mark.parametrize("pair", PAIRS)
def test_long_whole_numbers_are_two_classes(kind: str, pair: tuple[int, int], tmp_path) -> None:
    data = read_upload(written(kind, tmp_path, [*pair] * 20), label="y")
    assert data.label_names == tuple(map(str, pair))
    assert np.bincount(data.labels).tolist() == [20, 20]


def test_fractions_that_differ_late_are_two_classes(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", x=range(40), y=["0.12345678901", "0.12345678902"] * 20)
    data = read_upload(path, label="y", categorical=("y",))
    assert data.label_names == ("0.12345678901", "0.12345678902")


def test_zeros_before_a_label_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "codes.parquet"
    pq.write_table(pa.table({"x": np.arange(40) / 7, "y": ["007", "7"] * 20}), path)
    assert read_upload(path, label="y").label_names == ("007", "7")


def test_parquet_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "codes.parquet"
    codes, y = ["007", "010", "500", "501"] * 20, ["a", "b"] * 40
    pq.write_table(pa.table({"code": codes, "x": np.arange(80) / 7, "y": y}), path)
    names = read_upload(path, label="y").feature_names
    assert names == ("code=007", "code=010", "code=500", "code=501", "x")


def test_a_birth_date_is_one_feature_in_days(tmp_path: Path) -> None:
    days = [date(1950, 1, 1) + timedelta(days=61 * i) for i in range(200)]
    path = csv(tmp_path / "born.csv", birth=[d.isoformat() for d in days], y=[0, 1] * 100)
    data = read_upload(path, label="y")
    assert data.feature_names == ("birth (days since 1970-01-01)",)
    np.testing.assert_allclose(data.matrix()[:, 0], np.arange(200) / 199, atol=1e-6)


def towns(folder: Path) -> Path:
    """Three towns of thirty records each, and thirty of one."""
    place = ["Ulm", "Bonn", "Jena"] * 30 + [f"hamlet {i}" for i in range(30)]
    return csv(folder / "towns.csv", town=place, x=np.arange(120) / 7, y=["no", "yes"] * 60)


def audited(data: Dataset) -> AuditReport:
    request = AuditRequest(dataset="towns", recipe=TrainingRecipe(epochs=2), shadows=4)
    report = run(request, data)
    assert isinstance(report, AuditReport)
    return report


def test_grouped_towns_to_the_end(tmp_path: Path) -> None:
    data = read_upload(towns(tmp_path), label="y", grouped=("town",))
    assert set(data.feature_names) == {"town=Bonn", "town=Jena", "town=Ulm", "town=other", "x"}
    assert data.matrix()[:, data.feature_names.index("town=other")].sum() == 30
    assert "town: values of fewer than 10 records became 'other'." in data.notes
    assert any("town" in statistic for statistic in data.private_statistics)
    assert audited(data).dataset.n_features == 5


def test_hashed_towns_to_the_end(tmp_path: Path) -> None:
    data = read_upload(towns(tmp_path), label="y", hashed=("town",))
    assert len(data.feature_names) == BUCKETS + 1
    assert (data.matrix()[:, :BUCKETS].sum(axis=1) == 1).all()
    assert f"town: values were hashed into {BUCKETS} columns." in data.notes
    assert not any("town" in statistic for statistic in data.private_statistics)
    assert audited(data).dataset.n_features == BUCKETS + 1
