"""Previews, guesses, and the one-call way in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.ingest import inspect, prepare, read_upload
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.preview import UploadPreview
from ppml_core.errors import UploadRejected

SAMPLE = Path(__file__).parents[2] / "assets" / "samples" / "breast-cancer.csv"


def test_preview_of_the_sample() -> None:
    preview = inspect(SAMPLE, "breast-cancer.csv")
    assert (preview.kind, preview.n, len(preview.columns)) == ("csv", 569, 31)
    assert preview.label == "diagnosis"
    assert preview.file_sha256 == hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
    assert preview.file_bytes == SAMPLE.stat().st_size
    assert len(preview.rows) == 20
    assert preview.rows[0][0] == "17.99"
    assert preview.warnings == ()
    last = preview.columns[-1]
    assert (last.kind, last.missing, last.distinct) == ("text", 0, 2)
    assert last.examples == ("malignant", "benign")
    assert msgspec.json.decode(msgspec.json.encode(preview), type=UploadPreview) == preview


def test_the_sample_is_the_catalogue_dataset() -> None:
    """The same records, the published bounds declared: the same features to the last bit."""
    known = load_dataset("breast-cancer")
    bounds = dict(zip(known.feature_names, known.bounds, strict=True))
    dataset = read_upload(SAMPLE, bounds=bounds)
    assert dataset.private_statistics == ()
    np.testing.assert_array_equal(dataset.features, known.features)
    # Sorted by name here: benign 0, malignant 1; the other way round in the catalogue.
    np.testing.assert_array_equal(dataset.labels, 1 - known.labels)


def test_counts_in_the_preview(write, lines) -> None:
    def row(i: int) -> str:
        return f"{i % 7},{'' if i < 4 else 'ab'[i % 2]},{i},person {i},5"

    text = lines("n,t,inf,name,const", row, n=120, instead={5: "x,,inf,person 3,5"})
    preview = inspect(write(text), "d.csv")
    number, town, infinite, name, constant = preview.columns
    assert (number.kind, number.strays, number.distinct) == ("number", 1, 8)
    assert (town.missing, town.distinct) == (4, 2)
    assert preview.missing == 4
    assert preview.categorical == ("t", "name")
    said = " ".join(preview.warnings)
    assert "'n' is of numbers, except 1 values; the first is 'x' in row 5" in said
    assert "'inf' has an infinite number in row 5" in said
    assert "'name' has 120 different texts" in said
    assert "'const' has the same value in every row" in said
    assert (infinite.kind, name.kind, constant.distinct) == ("number", "text", 1)


@pytest.mark.parametrize(
    ("header", "row", "label"),
    [
        ("label,a,b", "{k},{i}.5,{i}.5", "label"),
        ("a,Class,b", "{i}.5,{k},{i}.5", "Class"),
        ("a,b,group", "{i}.5,{i}.5,{k}", "group"),
        ("kind,a,b", "k{k},{i}.5,{i}.5", "kind"),
        ("a,b", "{i}.5,{i}.5", None),
        ("label,a", "{i}.5,{k}", "a"),
    ],
)
def test_guessed_label(write, lines, header: str, row: str, label: str | None) -> None:
    path = write(lines(header, lambda i: row.format(i=i, k=i % 3), n=60))
    assert inspect(path, "d.csv").label == label


def test_read_upload_wants_a_label_where_none_is_plain(write, lines) -> None:
    path = write(lines("a,b", lambda i: f"{i}.5,{i}.25"))
    with pytest.raises(UploadRejected, match="Name one of: a, b"):
        read_upload(path)
    with pytest.raises(UploadRejected, match=r"no file 'nothing.csv'"):
        read_upload(Path("/nowhere/nothing.csv"))


def test_the_same_file_gives_the_same_hash_and_name() -> None:
    first = prepare(SAMPLE, "cells.csv", Preparation(label="diagnosis"))
    again = prepare(SAMPLE, "cells.csv", Preparation(label="diagnosis"))
    assert first.sha256 == again.sha256
    assert first.name == "cells"
    assert prepare(SAMPLE, "c.csv", Preparation(label="diagnosis"), "mine").name == "mine"


def test_a_table_of_the_size_of_adult(tmp_path: Path) -> None:
    """48,842 rows of 15 mixed columns, written as the census is: spaces, ? for missing."""
    n, rng = 48_842, np.random.default_rng(0)
    columns = {f"n{i}": rng.integers(0, 90, n).astype(str) for i in range(6)}
    columns |= {f"c{i}": rng.choice([f"Value-{k}" for k in range(12)], n) for i in range(8)}
    columns["c0"] = np.where(rng.random(n) < 0.05, "?", columns["c0"])
    columns["income"] = rng.choice(["<=50K", ">50K"], n)
    path = tmp_path / "adult.csv"
    rows = map(", ".join, zip(*columns.values(), strict=True))
    path.write_text("\n".join([", ".join(columns), *rows]) + "\n")
    preview = inspect(path, "adult.csv")
    assert (preview.n, len(preview.columns), preview.label) == (n, 15, "income")
    assert preview.missing == (columns["c0"] == "?").sum()
    dataset = prepare(path, "adult.csv", Preparation(label="income", missing="fill"))
    assert dataset.features.shape == (n, 6 + 8 * 12 + 1)
    assert dataset.label_names == ("<=50K", ">50K")
    in_class = (columns["c3"] == "Value-7").sum()
    assert dataset.features[:, dataset.feature_names.index("c3=Value-7")].sum() == in_class
