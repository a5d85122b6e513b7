"""Encoding against pandas and closed forms, and what is recorded on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppml_core import limits
from ppml_core.datasets.ingest import prepare
from ppml_core.datasets.preparation import Preparation
from ppml_core.errors import UploadRejected


@pytest.fixture
def people(write, lines) -> Path:
    """Age 20 to 49, three towns, whether married, a code that is a number."""
    towns = ("Wien", "Graz", "Linz")
    row = "{age},{town},{married},{code},{label}"
    return write(
        lines(
            "age,town,married,code,income",
            lambda i: row.format(
                age=20 + i,
                town=towns[i % 3],
                married=i % 2 == 0,
                code=i % 4,
                label=("low", "high")[i % 5 == 0],
            ),
        )
    )


def test_the_same_as_pandas(people: Path) -> None:
    dataset = prepare(
        people, "people.csv", Preparation(label="income", categorical=("town", "code"))
    )
    frame = pd.read_csv(people)
    towns = pd.get_dummies(frame["town"], prefix="town", prefix_sep="=", dtype=float)
    codes = pd.get_dummies(frame["code"], prefix="code", prefix_sep="=", dtype=float)
    age = (frame["age"] - 20) / 29
    expected = pd.concat([age, towns, frame["married"].astype(float), codes], axis=1)
    assert list(dataset.feature_names) == list(expected.columns)
    np.testing.assert_allclose(dataset.features, expected.to_numpy(), atol=1e-7)
    assert dataset.label_names == ("high", "low")
    assert dataset.labels.tolist() == (frame["income"] == "low").astype(int).tolist()
    assert dataset.record_ids.tolist() == list(range(2, 32))


def test_what_was_observed_is_recorded(people: Path) -> None:
    dataset = prepare(people, "people.csv", Preparation(label="income"))
    assert dataset.private_statistics == (
        "minimum and maximum of column age",
        "minimum and maximum of column code",
        "set of values of column town",
    )
    assert dataset.notes == ("The names of the classes are taken to be public.",)


def test_declared_and_observed_bounds_differ_in_the_hash_where_the_numbers_agree(
    people: Path,
) -> None:
    """A stored guarantee of the one must never be shown for the other."""
    towns = {"town": ("Graz", "Linz", "Wien")}
    observed, declared = (
        prepare(people, "p.csv", Preparation(label="income", categories=towns, bounds=bounds))
        for bounds in ({}, {"age": (20.0, 49.0), "code": (0.0, 3.0)})
    )
    assert np.array_equal(observed.features, declared.features)
    assert observed.private_statistics
    assert not declared.private_statistics
    assert observed.sha256 != declared.sha256


def test_what_is_declared_costs_nothing(people: Path) -> None:
    preparation = Preparation(
        label="income",
        bounds={"age": (0.0, 100.0), "code": (0.0, 3.0)},
        categories={"town": ("Graz", "Linz", "Salzburg", "Wien")},
    )
    dataset = prepare(people, "people.csv", preparation)
    assert dataset.private_statistics == ()
    assert "town=Salzburg" in dataset.feature_names
    assert dataset.features[5, 0] == np.float32(0.25)
    assert dataset.bounds[0] == (0.0, 100.0)


def test_values_outside_declared_bounds_are_clipped_and_said(people: Path) -> None:
    dataset = prepare(people, "p.csv", Preparation(label="income", bounds={"age": (25.0, 45.0)}))
    assert dataset.features[:, 0].min() == 0
    assert dataset.features[:, 0].max() == 1
    assert "Values outside the declared bounds, clipped: age: 9." in dataset.notes


def test_an_undeclared_category_is_located(people: Path) -> None:
    preparation = Preparation(label="income", categories={"town": ("Wien", "Linz")})
    with pytest.raises(UploadRejected, match=r"'Graz' is not among.*column 'town', row 3"):
        prepare(people, "p.csv", preparation)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"label": "wage"}, "no column 'wage'. The columns are: age, town"),
        ({"leave_out": ("wage",)}, "no column 'wage'"),
        ({"bounds": {"wage": (0.0, 1.0)}}, "no column 'wage'"),
        ({"leave_out": ("age", "town", "married", "code")}, "No features are left"),
        ({"categorical": ()}, r"Text in a column of numbers: 'Wien' \(column 'town', row 2\)"),
        ({"bounds": {"town": (0.0, 1.0)}}, "'town', which is categorical"),
        (
            {"categorical": ("town",), "categories": {"code": ("1",)}},
            "'code', which is not categorical",
        ),
    ],
)
def test_decisions_that_do_not_fit(people: Path, fields: dict, message: str) -> None:
    with pytest.raises(UploadRejected, match=message):
        prepare(people, "p.csv", Preparation(**{"label": "income", **fields}))


def test_no_label_is_chosen(people: Path) -> None:
    with pytest.raises(UploadRejected, match="No label column is chosen"):
        prepare(people, "p.csv", Preparation())


def test_text_in_a_column_of_numbers(write, lines) -> None:
    text = lines("a,b,y", lambda i: f"{i},1.{i},{i % 2}", instead={11: "9,12 kg,1", 12: "9,x,0"})
    path = write(text)
    with pytest.raises(
        UploadRejected,
        match=r"Text in a column of numbers: '12 kg' and 1 more \(column 'b', row 11\)\. Correct",
    ):
        prepare(path, "d.csv", Preparation(label="y"))
    assert len(prepare(path, "d.csv", Preparation(label="y", categorical=("b",)))) == 30


def test_infinity(write, lines) -> None:
    path = write(lines("a,y", lambda i: f"{i},{i % 2}", instead={13: "-inf,1"}))
    with pytest.raises(UploadRejected, match=r"infinite number \(column 'a', row 13\)"):
        prepare(path, "d.csv", Preparation(label="y"))


def test_constant_features_are_kept_and_noted(write, lines) -> None:
    path = write(lines("a,b,c,y", lambda i: f"{i},7,same,{i % 2}"))
    dataset = prepare(path, "d.csv", Preparation(label="y"))
    assert dataset.features[:, 1].tolist() == [0.0] * 30
    assert "One value only, so it tells nothing: b, c." in dataset.notes


def test_too_wide_an_encoding_names_the_culprit(
    write, lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FEATURES", 25)
    path = write(lines("a,name,y", lambda i: f"{i},person {i},{i % 2}"))
    with pytest.raises(
        UploadRejected, match=r"31 features of at most 25; column 'name' alone has 30 categories"
    ):
        prepare(path, "d.csv", Preparation(label="y"))


def test_too_large_an_encoding(write, lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ENCODED_BYTES", 30 * 4)
    path = write(lines("a,b,y", lambda i: f"{i},{i},{i % 2}"))
    with pytest.raises(
        UploadRejected, match=r"Encoded, the table has 2 features.*Leave columns out"
    ):
        prepare(path, "d.csv", Preparation(label="y"))


def test_many_statistics_are_told_briefly(write) -> None:
    names = [f"c{i}" for i in range(300)]
    body = "".join(",".join([str(i)] * 300) + f",{i % 2}\n" for i in range(20))
    path = write(",".join(names) + ",y\n" + body)
    dataset = prepare(path, "d.csv", Preparation(label="y"))
    assert dataset.private_statistics == (
        "minimum and maximum of columns c0, c1, c2, c3, c4, c5, c6, c7 and 292 more",
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.floats(-1e6, 1e6), st.sampled_from(["a", "b", "c d", "ü"]), st.integers(0, 1)),
        min_size=limits.MIN_RECORDS,
        max_size=60,
    ).filter(lambda rows: len({label for _, _, label in rows}) == 2)
)
def test_every_table_ends_in_the_unit_cube(
    tmp_path: Path, rows: list[tuple[float, str, int]]
) -> None:
    frame = pd.DataFrame(rows, columns=["number", "word", "label"])
    frame.to_csv(tmp_path / "d.csv", index=False)
    dataset = prepare(tmp_path / "d.csv", "d.csv", Preparation(label="label"))
    assert dataset.features.min() >= 0
    assert dataset.features.max() <= 1
    np.testing.assert_array_equal(dataset.features[:, 1:].sum(axis=1), 1)
    assert dataset.labels.tolist() == frame["label"].tolist()
    restored = (
        dataset.features[:, 0].astype(float) * np.ptp(dataset.bounds[0]) + dataset.bounds[0][0]
    )
    np.testing.assert_allclose(
        restored, frame["number"], atol=1e-6 * np.ptp(dataset.bounds[0]) + 1e-12
    )
