"""CSV and relatives: separators, row numbers, and every way to be malformed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppml_core import limits
from ppml_core.datasets import read_text as module
from ppml_core.datasets import text_size
from ppml_core.datasets.read_text import check_utf8, read_text
from ppml_core.errors import UploadRejected


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(write, lines, separator: str) -> None:
    text = lines("a,b,label", lambda i: f"{i}.5,word {i},{'x' if i % 2 else 'y'}")
    table = read_text(write(text.replace(",", separator)))
    assert [column.kind for column in table.columns] == ["number", "text", "text"]
    assert table.column("a").numbers[:2].tolist() == [0.5, 1.5]
    assert table.rows.tolist() == list(range(2, 32))


def test_decimal_commas(write, lines) -> None:
    table = read_text(write(lines("a;b", lambda i: f"{i},25;{i % 2}")))
    assert table.column("a").numbers[3] == 3.25


def test_quotes_line_breaks_blanks_and_bom(write, lines) -> None:
    text = "\ufeff" + lines("a, b", lambda i: f'"x, {i}\ny", {i}').replace("\n", "\r\n")
    table = read_text(write(text))
    assert [column.name for column in table.columns] == ["a", "b"]
    assert table.column("a").text(4) == "x, 4\r\ny"
    assert table.column("b").numbers[29] == 29


def test_row_numbers_survive_empty_rows(write, lines) -> None:
    text = "\n" + lines("a,b", lambda i: f"{i},1", instead={5: "", 6: ","}) + "\n\n\n"
    table = read_text(write(text))
    # The names are in row 2, so what is called row 5 above is row 6 of the file.
    assert table.rows[:5].tolist() == [3, 4, 5, 8, 9]
    assert table.notes == ("2 empty rows skipped.",)
    assert len(table.rows) == 28


def test_kinds_of_columns(write, lines) -> None:
    def row(i: int) -> str:
        return f"{i},{i % 2 == 0},{'' if i == 3 else i % 3 == 0},{'abc'[i % 3]},{'?' if i else 7}"

    table = read_text(write(lines("n,b,b2,t,m", row)))
    kinds = [column.kind for column in table.columns]
    assert kinds == ["number", "boolean", "boolean", "text", "number"]
    assert table.column("m").missing().sum() == 29
    assert table.column("b2").missing().tolist().index(True) == 3
    assert [table.column("b2").text(i) for i in (0, 1, 3)] == ["True", "False", ""]


def test_a_few_texts_among_numbers_are_strays(write, lines) -> None:
    table = read_text(write(lines("a,b", lambda i: f"{i},1", instead={9: "12 kg,1"})))
    column = table.column("a")
    assert column.kind == "number"
    assert table.rows[column.strays].tolist() == [9]
    assert not column.missing().any()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  \n\n", "nothing but blanks"),
        ("a,b\n", "column names but no rows"),
        ("a\n1\n2\n", "only one column, 'a'"),
        ("a,b\n1,2\n3,4\n5,6\n", "only 3 usable records.*At least 20"),
        ("a,b\n" + "1,2\n" * 20 + "1,2,3\n", r"3 values where there are 2 columns \(row 22\)"),
        ("a,b\n" + "1,2,3\n" * 20, "more values than the 2 column names"),
        ("a,b\n" + "1,2\n" * 20 + '"1,2\n' + "1,2\n" * 5, r"never closed \(row 22\)"),
    ],
)
def test_malformed_tables_are_refused(write, text: str, message: str) -> None:
    with pytest.raises(UploadRejected, match=message):
        read_text(write(text))


def test_ten_thousand_columns_are_read_and_too_many_refused(write) -> None:
    header = ",".join(f"c{i}" for i in range(10_000))
    table = read_text(write(header + "\n" + (",".join(["1"] * 10_000) + "\n") * 20))
    assert len(table.columns) == 10_000
    header = ",".join(f"c{i}" for i in range(limits.FEATURES + 2))
    with pytest.raises(UploadRejected, match=r"20,002 columns.*At most 20,000 features"):
        read_text(write(header + "\n1\n"))


def test_too_many_rows_are_refused(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RECORDS", 25)
    with pytest.raises(UploadRejected, match="more than 25 records"):
        read_text(write("a,b\n" + "1,2\n" * 26))
    assert len(read_text(write("a,b\n" + "1,2\n" * 25)).rows) == 25


def test_bytes_that_are_not_utf8_are_located(write) -> None:
    with pytest.raises(UploadRejected, match=r"byte 11 0xe9, line 3\).*Save it as UTF-8"):
        read_text(write(b"a,b\n1,x\ncaf\xe9,2\n"))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(min_size=0, max_size=40).filter(lambda t: "\0" not in t), st.integers(1, 7))
def test_the_position_is_right_whatever_the_chunks(
    write, monkeypatch: pytest.MonkeyPatch, text: str, size: int
) -> None:
    """Reference: Python's own decoder over the whole file."""
    monkeypatch.setattr(module, "CHUNK", size)
    good = text.encode(errors="ignore")
    check_utf8(write(good))
    with pytest.raises(UploadRejected, match=rf"byte {len(good)} 0xff"):
        check_utf8(write(good + b"\xffabc"))


def test_a_header_that_is_a_record_is_suspected(write) -> None:
    warned = read_text(write("5.1,3.5,x\n" + "1,2,y\n" * 20)).warnings
    assert "looks like a record" in warned[0]
    assert read_text(write("0,1,label\n" + "1,2,y\n" * 20)).warnings == ()


def test_a_column_without_a_name_gets_one(write) -> None:
    table = read_text(write(",a\n" + "".join(f"{i},1\n" for i in range(20))))
    assert [column.name for column in table.columns] == ["column 1", "a"]
    assert "Column 1 has no name" in table.warnings[0]


def test_infinity_is_read_as_such(write, lines) -> None:
    table = read_text(write(lines("a,b", lambda i: f"{i},1", instead={4: "inf,1"})))
    assert np.isinf(table.column("a").numbers).tolist().index(True) == 2


def test_a_million_columns_are_called_that(write) -> None:
    """Not a quotation mark that is never closed."""
    names = ",".join(f"column{i}" for i in range(1_000_000))
    with pytest.raises(UploadRejected, match=r"first row has 12 MB and 1,000,000 columns"):
        read_text(write(names + "\n" + "1," * 999_999 + "1\n"))


@pytest.mark.parametrize("separator", [",", ";"])
def test_rows_longer_than_the_csv_module_takes_for_a_field(write, separator: str) -> None:
    names = separator.join(f"a name of some length {i}" for i in range(9_000))
    row = separator.join(["1"] * 9_000)
    assert len(read_text(write("\n".join([names] + [row] * 25))).columns) == 9_000


def test_short_rows_are_counted_as_wide(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TABLE_BYTES", 8 * 100 * 100)
    text = ",".join(f"c{i}" for i in range(100)) + "\n"
    with pytest.raises(UploadRejected, match="101 rows and 100 columns"):
        read_text(write(text + "0\n" * 100))


def test_lines_are_measured_whatever_the_pieces(write, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a,b\r\n1,2\n" + "long" * 9 + ",2\r3,4"
    for chunk in range(3, 30):  # a line shorter than a piece is not measured
        monkeypatch.setattr(text_size, "_CHUNK", chunk)
        assert text_size._measure(write(text)) == (4, 38, 3)
