"""Page Data: which choices are offered for a file, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from data_desk import PEOPLE, Desk, standing_in, uploader

from app.components import data_roles
from ppml_core.datasets import ingest
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.preview import UploadPreview
from ppml_core.errors import UploadNotFound

PAGES = Path(__file__).parents[2] / "pages"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Takes the place of the pages' Workbench."""
    yield from standing_in(monkeypatch, tmp_path)


@pytest.fixture
def uploading(open_page):
    """The page with the uploader, and a way to hand it a file."""
    return uploader(open_page)


def test_few_missing_values_are_dropped_and_many_filled_unless_it_is_chosen(uploading, words):
    page = uploading("people.csv", PEOPLE.replace("1003,23", "1003,").encode())
    assert page.radio(key="missing-token0").value == "drop-rows"
    page.radio(key="missing-token0").set_value("refuse").run()
    page.button(key="upload.prepare").click().run()
    assert "missing" in page.error[0].value
    assert "In use: Handwritten digits" in words(page)
    page.radio(key="missing-token0").set_value("drop-rows").run()
    page.button(key="upload.prepare").click().run()
    assert not page.error
    assert ">59<" in words(page)
    page = uploading("gaps.csv", PEOPLE.replace(",yes,", ",,").encode())
    assert page.radio(key="missing-token1").value == "fill"


def test_no_question_without_a_reason(uploading):
    page = uploading("people.csv", PEOPLE.encode())
    assert [radio.key for radio in page.radio] == []
    assert not page.multiselect
    assert [box.label for box in page.checkbox] == ["The first row names the columns"]


def test_choices_survive_another_page(uploading):
    page = uploading("people.csv", PEOPLE.replace("1003,23", "1003,").encode())
    page.radio(key="missing-token0").set_value("fill").run()
    page.selectbox(key="label-token0").set_value("smoker").run()
    for name in ("train", "data"):
        page.switch_page(str(PAGES / f"{name}.py")).run()
        assert not page.exception, page.exception
    assert page.radio(key="missing-token0").value == "fill"
    assert page.selectbox(key="label-token0").value == "smoker"


def test_a_file_without_names_is_read_as_records_until_it_is_said_otherwise(uploading, words):
    page = uploading("records.csv", PEOPLE.partition("\n")[2].encode())
    text = words(page)
    assert "60 rows, 5 columns" in text
    assert "looks like a record" in text
    box = page.checkbox(key="header-token0")
    assert box.value is False
    assert page.selectbox(key="label-token0-records").value == "column 5"
    box.check().run()
    assert "59 rows, 5 columns" in words(page)
    page.checkbox(key="header-token0").uncheck().run()
    page.button(key="upload.prepare").click().run()
    assert ">60<" in words(page)


def test_whose_rows_and_which_words_are_asked_where_the_file_has_them(uploading, monkeypatch):
    """What the readers find about people and words, as they will say it."""
    read = ingest.inspect

    def told(*given: object, **more: object) -> UploadPreview:
        preview = read(*given, **more)
        changes = {"id": {"persons": True}, "town": {"words": (("Ulm", 30),)}}
        changes["ill"] = {"alike": 1}
        changes["age"] = {"form": "dates (ISO)"}
        columns = (replace(c, **changes.get(c.name, {})) for c in preview.columns)
        return replace(preview, columns=tuple(columns))

    monkeypatch.setattr(ingest, "inspect", told)
    asked = []

    def keep(self: Desk, token: str, preparation: Preparation, **_: object) -> None:
        asked.append(preparation)
        raise UploadNotFound()

    monkeypatch.setattr(Desk, "prepare_upload", keep)
    page = uploading("people.csv", PEOPLE.encode())
    assert page.selectbox(key="person-token0-ill").value == "id"
    page.multiselect(key="words-token0-town").set_value(["Ulm"]).run()
    page.checkbox(key="merge-token0-ill").check().run()
    page.radio(key="dates-token0").set_value("year-month-day").run()
    assert page.radio(key="missing-token0").value == "fill"
    page.button(key="upload.prepare").click().run()
    [made] = asked
    assert (made.person, made.missing_words, made.missing) == ("id", {"town": ("Ulm",)}, "fill")
    assert (made.merge_classes, made.dates) == (True, "year-month-day")
    assert "id" not in (*made.leave_out, *made.categorical)


def test_texts_can_be_grouped_hashed_or_read_as_numbers():
    uses = {"zip": data_roles.NUMBER, "town": data_roles.GROUP, "job": data_roles.HASH}
    rows = [_row(name, use) for name, use in uses.items()]
    made = data_roles.roles([*rows, _row("age", data_roles.NUMBER)], "ill", {"zip", "town", "job"})
    assert (made.numbers, made.grouped, made.hashed) == (("zip",), ("town",), ("job",))
    assert made.categorical == ()


def test_a_file_that_is_not_in_use_is_pointed_out_where_a_run_starts(uploading, words):
    page = uploading("people.csv", PEOPLE.encode())
    train, data = str(PAGES / "train.py"), str(PAGES / "data.py")
    assert "people.csv has been read, but not prepared yet" in words(page.switch_page(train).run())
    page.switch_page(data).run().button(key="upload.prepare").click().run()
    page.switch_page(train).run()
    assert "not in use here" not in words(page)
    page.selectbox(key="data.picked").set_value("wine").run()
    assert "people is prepared, and not in use here" in words(page)
    page.button(key="data-use-upload").click().run()
    assert page.query_params["data"] == "upload:token0"
    assert "not in use here" not in words(page)


def _row(name: str, use: str) -> dict[str, object]:
    """A line of the role editor."""
    return {"Column": name, "Use as": use, "Lowest": None, "Highest": None}
