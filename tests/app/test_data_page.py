"""Page Data: the catalogue, an upload from file to card, bad files, the split."""

from __future__ import annotations

import doctest
import io
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from data_desk import PEOPLE, standing_in, uploader

from app.components import data_choices, data_preview, data_roles, data_split, data_upload
from app.figures import data_uniqueness
from ppml_core.datasets.catalogue import CATALOGUE
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.preview import ColumnSummary
from ppml_core.datasets.split import SplitSizes
from ppml_core.datasets.uniqueness import measure
from ppml_core.errors import InvalidValue


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Takes the place of the pages' Workbench."""
    yield from standing_in(monkeypatch, tmp_path)


@pytest.fixture
def uploading(open_page):
    """The page with the uploader, and a way to hand it a file."""
    return uploader(open_page)


def test_digits_are_shown_at_first(open_page, words):
    text = words(open_page("data"))
    assert "In use: Handwritten digits" in text
    assert text.count('<img src="data:image/png;base64,') == 40
    assert "719 records train the model, 719 do not" in text


def test_choosing_from_the_catalogue_goes_into_the_url(open_page, words):
    page = open_page("data")
    page.button(key="use-wine").click().run()
    assert page.query_params["data"] == "wine"
    text = words(page)
    assert "In use: Wine" in text
    assert "Whoever knows only" in text
    assert page.button(key="use-wine").disabled


def test_what_needs_a_connection_says_so_and_a_failed_fetch_changes_nothing(
    open_page, words, monkeypatch
):
    from app.components import data_catalogue

    monkeypatch.setattr(data_catalogue, "availability", lambda name: "Needs a connection.")
    page = open_page("data")
    assert words(page).count("needs a connection") >= 3
    page.button(key="use-adult").click().run()
    assert "needs a connection, and there is none" in page.error[0].value
    assert "In use: Handwritten digits" in words(page)


def test_a_dataset_that_is_gone_is_said_with_a_way_back(open_page, words):
    page = open_page("data", data="upload:nothing")
    assert "This dataset is not here" in words(page)
    page.button(key="data-reset").click().run()
    assert "In use: Handwritten digits" in words(page)


def test_upload_from_file_to_card(uploading, words):
    page = uploading("people.csv", PEOPLE.encode())
    text = words(page)
    assert "60 rows, 5 columns, 0 missing values" in text
    assert "Set to be left out: id" in text
    assert page.selectbox(key="label-token0").value == "ill"
    page.button(key="upload.prepare").click().run()
    assert page.query_params["data"] == "upload:token0"
    text = unescape(words(page))
    assert "In use: people" in text
    assert "minimum and maximum of column age" in text
    assert page.code[0].value.endswith("?data=upload%3Atoken0")


BAD = {
    "empty.csv": b"",
    "header.csv": b"a,b,c\n",
    "latin.csv": "näme,x\nä,1\n".encode("latin-1") * 30,
    "cut.parquet": b"PAR1 and then nothing",
    "cut.npz": b"PK\x03\x04 cut off",
    "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(100),
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_gives_one_sentence_and_loses_nothing(uploading, words, name):
    uploading("people.csv", PEOPLE.encode())
    page = uploading(name, BAD[name])
    assert len(page.error) == 1
    assert page.error[0].value.startswith(f"{name} cannot be used. ")
    assert "/" not in page.error[0].value.replace("CSV/TSV", "")  # no path
    text = words(page)
    assert "60 rows, 5 columns" in text
    assert "Still in use: Handwritten digits" in text
    page.button(key="upload.prepare").click().run()  # on with the first file
    assert not page.error
    assert "\nIn use: people" in words(page)


def test_object_arrays_are_never_opened(uploading):
    buffer = io.BytesIO()
    np.savez(buffer, X=np.array([{"a": 1}] * 30, dtype=object), y=np.zeros(30))
    assert len(uploading("objects.npz", buffer.getvalue()).error) == 1


def test_declared_bounds_reach_the_preparation():
    rows = [_row("age", lowest=0, highest=120), _row("town", use=data_roles.CATEGORY), _row("id")]
    rows[2]["Use as"] = data_roles.LEAVE_OUT
    choices = data_choices.Choices(missing="fill")
    made = data_upload.preparation(data_roles.roles(rows, "ill"), choices, None)
    assert made == Preparation(
        label="ill",
        leave_out=("id",),
        categorical=("town",),
        missing="fill",
        bounds={"age": (0.0, 120.0)},
    )


@pytest.mark.parametrize(("lowest", "highest"), [(None, 3), (3, None), (5, 5), (6, 5)])
def test_half_or_turned_bounds_are_refused(lowest, highest):
    with pytest.raises(InvalidValue, match="bounds of age"):
        data_roles.roles([_row("age", lowest=lowest, highest=highest)], "ill")


@pytest.mark.parametrize(
    ("kind", "flagged"),
    [("text", True), ("number", True), ("number", False), ("text", False)],
)
def test_identifiers_are_flagged_and_measurements_are_not(kind, flagged):
    column = ColumnSummary(name="c", kind=kind, missing=0, distinct=100, identifies=flagged)
    assert (data_roles.default_row(column)["Use as"] == data_roles.LEAVE_OUT) is flagged


def test_split_sliders_are_read_everywhere_and_never_exceed_everything(open_page, words):
    page = open_page("data")
    page.slider(key="data.members").set_value(70).run()
    text = words(page)
    assert "The three come to 130 %" in text
    assert "1,258 records train the model, 359 do not" in text


@pytest.mark.parametrize("members", range(10, 85, 5))
@pytest.mark.parametrize("others", [5, 35, 80])
@pytest.mark.parametrize("auxiliary", [5, 40, 80])
def test_every_slider_position_is_a_valid_split(monkeypatch, members, others, auxiliary):
    chosen = {"data.members": members, "data.nonmembers": others, "data.auxiliary": auxiliary}
    monkeypatch.setattr(data_split.session, "choice", lambda key, default: chosen[key])
    sizes = data_split.read()
    assert isinstance(sizes, SplitSizes)
    assert sizes.members == members / 100


def test_previews_escape_what_people_upload():
    html = data_preview.table(["<b>"], [["<script>alert(1)</script>"], [""]], label='"x')
    assert "<script>" not in html
    assert "<b>" not in html
    assert "missing" in html


def test_uniqueness_names_the_pair_and_marks_identifiers():
    found = measure([("id", np.arange(10)), ("town", np.arange(10) % 2)])
    bars = data_uniqueness.draw(found, dark=False).data[0]
    assert list(bars.x) == [1.0, 0.0]
    assert list(bars.marker.pattern.shape) == ["/", ""]
    assert "only id and town can pick out 100 %" in data_uniqueness.sentence(found)
    assert [row["column"] for row in data_uniqueness.rows(found)] == ["id", "town"]


def test_catalogue_cards_do_not_repeat_a_button_name(open_page):
    labels = [b.label for b in open_page("data").button if b.key and b.key.startswith("use-")]
    assert len(set(labels)) == len(CATALOGUE)


def test_doctests():
    assert doctest.testmod(data_upload) == (0, 1)
    assert doctest.testmod(data_choices) == (0, 4)


def _row(name, *, use=data_roles.NUMBER, lowest=None, highest=None):
    """A line of the role editor."""
    return {"Column": name, "Use as": use, "Lowest": lowest, "Highest": highest}
