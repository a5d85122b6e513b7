"""Page Data: one's own uploads are listed, and deleted after a question."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_desk import PEOPLE, standing_in, uploader


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Takes the place of the pages' Workbench."""
    yield from standing_in(monkeypatch, tmp_path)


@pytest.fixture
def uploading(open_page):
    """The page with the uploader, and a way to hand it a file."""
    return uploader(open_page)


def test_an_upload_that_was_not_prepared_is_deleted_after_a_question(uploading, words, bench):
    page = uploading("people.csv", PEOPLE.encode())
    (token,) = bench.names
    assert "1 of 20 files" in words(page)
    assert "What is not prepared goes after 24 hours" in words(page)
    assert "not prepared" in words(page)
    page.button(key=f"delete-upload-{token}").click().run()
    assert "the models kept of it are removed" in words(page)
    page.button(key="delete-upload-no").click().run()
    assert token in bench.names
    page.button(key=f"delete-upload-{token}").click().run()
    page.button(key="delete-upload-yes").click().run()
    assert bench.names == {}
    assert "Your uploads" not in [part.value for part in page.subheader]
    assert "What is in people.csv" not in [part.value for part in page.header]


def test_after_deleting_the_one_in_use_the_digits_are_again(uploading, bench):
    page = uploading("people.csv", PEOPLE.encode())
    page.button(key="upload.prepare").click().run()
    (token,) = bench.names
    assert page.query_params["data"] == f"upload:{token}"
    page.button(key=f"delete-upload-{token}").click().run()
    page.button(key="delete-upload-yes").click().run()
    assert page.query_params["data"] == "digits"
