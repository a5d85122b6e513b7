"""Foreign text stays text: in HTML, in figures, in file names and in cells."""

from __future__ import annotations

import csv
import doctest
import io
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import escape
from app.components import tables
from app.figures import base

TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("<>&\"'`*_[](){}#+-.!|~$:@=%\\/;\t\n")
)
FORMULAS = "=+-@\t\r\n＝＋－＠−"


class Reader(HTMLParser):
    """Tags and texts of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("module", [escape, base, tables])
def test_examples_in_docstrings(module):
    assert doctest.testmod(module).failed == 0


@given(TEXT)
def test_html_stays_one_text_between_tags_and_in_attributes(text):
    reader = Reader()
    reader.feed(f'<p title="{escape.html(text)}">{escape.html(text)}</p>')
    reader.close()
    assert reader.tags == ["p"]
    assert reader.attributes == [reader.text]
    assert " ".join(reader.text.split()) == escape.plain(text)


@given(TEXT)
def test_a_plain_text_is_one_line_that_runs_forwards(text):
    shown = escape.plain(text)
    assert len(shown.splitlines()) <= 1
    assert not set(shown) & {"\u202e", "\u2066", "\x00", "\x1b"}


@given(TEXT)
def test_nothing_in_a_figure_is_a_tag_a_place_or_a_formula(text):
    shown = escape.plotly(text)
    assert not set(shown) & set("<>$")
    assert "%{" not in shown


@given(TEXT)
def test_a_download_has_a_name_that_is_no_path(text):
    name = escape.file_name("audit", text, end=".csv")
    assert name.startswith("audit") and name.endswith(".csv")
    assert not set(name) & set("/\\:\"'<>|?*\n\0 ")
    assert len(name) <= escape.FILE_NAME_LENGTH + 10


@given(TEXT, st.sampled_from(FORMULAS))
def test_no_cell_is_computed(text, sign):
    row = {f"{sign}{text}": f"{sign}{text}"}
    [[head], [cell]] = list(csv.reader(io.StringIO(tables.to_csv([row]), newline="")))
    numbers = escape._NUMBER.fullmatch(f"{sign}{text}")
    for shown in (head, cell):
        assert shown.startswith("'") or numbers
        assert shown.removeprefix("'").startswith(sign)


@pytest.mark.parametrize("text", ["  =1+1", "\u3000＝1", "\ufeff=1", "a;=1", "a\t+1", 'a\n"@x'])
def test_blanks_and_other_separators_hide_no_formula(text):
    assert "'" in str(escape.cell(text))


@given(st.floats(allow_nan=False) | st.integers())
def test_numbers_are_not_harmed(number):
    assert escape.cell(number) == number
    assert escape.cell(str(number)) == str(number)
    assert escape.cell(f"{number:+g}") == f"{number:+g}"
