"""Is the first row names or a record? Both kinds of file, each in several dresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.datasets.header_row import looks_like_record, number_repeats
from ppml_core.datasets.ingest import inspect, prepare, read_upload
from ppml_core.datasets.preparation import Preparation
from ppml_core.errors import UploadRejected

N = 40
BELOW = {
    "numbers": lambda i: f"{20 + i % 17},{(7 * i) % 11},{i % 2}",
    "number and word": lambda i: f"{20 + i % 17},{(7 * i) % 11},{('no', 'yes')[i % 2]}",
    "words": lambda i: f"{'abc'[i % 3]}x,{('red', 'blue')[i % 2]},{('no', 'yes')[i % 2]}",
    "dates": lambda i: f"{1950 + i}-0{1 + i % 9}-11,{i % 7},{i % 2}",
    "dress": lambda i: f"€{1000 + 37 * i}.50,{i % 9} %,{i % 2}",
    "fractions": lambda i: f"{(i * 37 % 100) / 9:.3f},{(i * 11 % 50) / 7:.2f},setosa",
    "person": lambda i: f"Person {i},{20 + i % 17},{('no', 'yes')[i % 2]}",
    "gaps": lambda i: (
        f"{20 + i % 17 if i % 5 else '?'},{'' if i % 4 == 1 else i % 8},{'ab'[i % 2]}"
    ),
}


def rows_of(kind: str) -> list[list[str]]:
    return [BELOW[kind](i).split(",") for i in range(N)]


@pytest.mark.parametrize("kind", BELOW)
@pytest.mark.parametrize("which", [0, 1, 2, 17, 39])
def test_any_row_above_the_others_is_a_record(kind: str, which: int) -> None:
    rows = rows_of(kind)
    first = rows.pop(which)
    assert looks_like_record(first, rows)


@pytest.mark.parametrize("kind", BELOW)
@pytest.mark.parametrize(
    "names",
    ["age,visits,label", "V1,V2,class", "x1,x2,y", ",score,target", "2019,2020,y", "q 1,q 2,q 3"],
)
def test_names_above_them_are_names(kind: str, names: str) -> None:
    assert not looks_like_record(names.split(","), rows_of(kind))


@pytest.mark.parametrize(
    ("names", "row"),
    [
        ("0,1,2", "{i},{i}.5,1"),
        ("1,2,3", "{i},{i}.5,1"),
        ("400,410,420.5", "0.{i},0.{i}1,0.{i}"),
        ("country,1990,2000,2010", "land {i},{i},0,1"),
        ("country,2020", "land {i},1{i}"),
        ("2020-01-01,2020-02-01", "{i},1{i}"),
    ],
)
def test_numbers_that_name(names: str, row: str) -> None:
    rows = [row.format(i=i).split(",") for i in range(10, 50)]
    assert not looks_like_record(names.split(","), rows)


def test_a_record_is_refused_until_it_is_said_what_it_is(write) -> None:
    text = "\n".join(map(BELOW["number and word"], range(N)))
    path = write("\n" + text)
    with pytest.raises(UploadRejected, match=r"first row looks like a record") as told:
        read_upload(path)
    assert "20" not in str(told.value).replace("header", "")
    records = read_upload(path, header=False)
    assert (len(records), records.record_ids[0], records.record_ids[-1]) == (N, 2, N + 1)
    assert records.feature_names == ("column 1", "column 2")
    names = read_upload(path, header=True)
    assert (len(names), names.record_ids[0], names.feature_names) == (N - 1, 3, ("20", "0"))
    assert "first row looks like a record" in names.notes[0]
    preview = inspect(path, "d.csv", header=False)
    assert (preview.n, preview.headless, preview.rows[0][0]) == (N, True, "20")
    assert preview.warnings == ()


def test_bad_rows_are_numbered_without_a_header_too(write) -> None:
    text = "\n".join([*map(BELOW["numbers"], range(30)), "1,2,3,4"])
    with pytest.raises(UploadRejected, match=r"4 values where there are 3 columns \(row 31\)"):
        inspect(write(text), "d.csv", header=False)


@pytest.mark.parametrize("mark", [";", ",", "\t", "|", "^"])
@pytest.mark.parametrize("line", ["sep={}", "SEP={}", '"sep={}"'])
def test_a_line_that_states_the_separator_is_obeyed(write, lines, mark: str, line: str) -> None:
    table = lines("a,b,y", lambda i: f"{i}.5,{i % 3},{i % 2}").replace(",", mark)
    dataset = prepare(write(f"{line.format(mark)}\r\n{table}"), "d.csv", Preparation(label="y"))
    plain = prepare(write(table.replace("^", ",")), "d.csv", Preparation(label="y"))
    assert dataset.sha256 == plain.sha256  # row numbers too: spreadsheets do not show that line
    wrong = f"sep={mark}\n{table}{mark.join('12345')}\n"
    with pytest.raises(UploadRejected, match=r"row 32"):
        inspect(write(wrong), "d.csv")


def test_a_stated_separator_wins_over_what_fits_better(write) -> None:
    text = "sep=|\na,b|y\n" + "".join(f"{i},5|{i % 2}\n" for i in range(30))
    assert [column.name for column in inspect(write(text), "d.csv").columns] == ["a,b", "y"]


def test_the_second_of_two_names_is_kept_said_and_can_be_left_out(write, lines) -> None:
    path = write(lines("a,score,b,score,y", lambda i: f"{i}.5,{i}.5,{i % 4},{-i}.5,{i % 2}"))
    dataset = read_upload(path, label="y")
    assert dataset.feature_names == ("a", "score", "b", "score (2)")
    said = "Two columns are called 'score'; the second is called 'score (2)' here."
    assert said in dataset.notes
    assert said in inspect(path, "d.csv").warnings
    left = read_upload(path, label="y", leave_out=("score (2)",))
    assert left.feature_names == ("a", "score", "b")


@given(st.lists(st.sampled_from(["a", "b", "a (2)", "a (3)", ""]), max_size=12))
def test_numbered_names_differ_and_first_ones_stay(names: list[str]) -> None:
    numbered, _ = number_repeats(names)
    assert len(set(numbered)) == len(names)
    for position, name in enumerate(names):
        if name not in names[:position]:
            assert numbered[position] == name
