"""Uploads and cards through the workbench, with the real readers in their own process."""

from __future__ import annotations

import io
import stat

import pytest
from jobs_kit import small_card, small_dataset

from ppml_core import limits
from ppml_core.datasets import catalogue, isolated
from ppml_core.datasets.files import open_dataset, save_dataset
from ppml_core.datasets.preparation import Preparation
from ppml_core.errors import (
    DatasetUnavailable,
    NotYours,
    StoreFormatError,
    UploadNotFound,
    UploadRejected,
)
from ppml_core.jobs import data
from ppml_core.jobs.service import Workbench

PEOPLE = "age,income,ill\n" + "".join(f"{20 + i},{1000 * i},{i % 2}\n" for i in range(60))


@pytest.fixture
def desk(home):
    """A workbench that starts no workers."""
    bench = Workbench(home, 1)
    yield bench
    bench.close()


def upload(bench, text=PEOPLE, session="A"):
    return bench.save_upload(io.BytesIO(text.encode()), "people.csv", session=session)


def modes(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_an_upload_is_inspected_prepared_and_listed(desk, monkeypatch):
    token = upload(desk)
    preview = desk.inspect_upload(token)
    with monkeypatch.context() as again:
        again.setattr(isolated, "inspect_isolated", lambda *_, **__: pytest.fail("read twice"))
        assert desk.inspect_upload(token) == preview
    assert "ill" in {column.name for column in preview.columns}
    with pytest.raises(UploadNotFound):
        desk.card(f"upload:{token}")
    card = desk.prepare_upload(token, Preparation(label="ill"), session="A")
    assert card.ref == f"upload:{token}"
    assert card.n == 60
    assert desk.card(card.ref) == card
    assert desk.uploads(session="A") == [card]
    assert desk.uploads(session="B") == []
    dataset = data.load(desk.store, card.ref, card.sha256)
    assert dataset.sha256 == card.sha256


def test_preparing_again_replaces_the_data_unless_a_run_needs_it(desk, monkeypatch):
    token = upload(desk)
    first = desk.prepare_upload(token, Preparation(label="ill"), session="A")
    monkeypatch.setattr(desk.store.data, "hashes_in_use", lambda ref: [first.sha256])
    second = desk.prepare_upload(token, Preparation(label="ill", leave_out=("age",)), session="A")
    assert desk.uploads(session="A") == [second]
    assert data.load(desk.store, first.ref, first.sha256).sha256 == first.sha256
    monkeypatch.undo()
    third = desk.prepare_upload(token, Preparation(label="ill", leave_out=("income",)), session="A")
    assert data.load(desk.store, third.ref, third.sha256).sha256 == third.sha256
    for gone in (first, second):
        with pytest.raises(DatasetUnavailable):
            data.load(desk.store, gone.ref, gone.sha256)


def test_uploads_are_readable_by_their_owner_only(desk):
    token = upload(desk)
    card = desk.prepare_upload(token, Preparation(label="ill"), session="A")
    home = desk.store.home
    for path in (home.uploads / token, home.database, *home.datasets.iterdir()):
        assert modes(path) == 0o600, path.name
    for folder in (home.root, home.uploads, home.datasets, home.logs, home.artifacts):
        assert modes(folder) == 0o700, folder.name
    assert card.sha256 == open_dataset(next(home.datasets.iterdir())).sha256


def test_only_who_uploaded_a_file_looks_into_it_and_prepares_it(desk):
    token = upload(desk)
    card = desk.prepare_upload(token, Preparation(label="ill"), session="A")
    with pytest.raises(NotYours, match="can prepare it"):
        desk.prepare_upload(token, Preparation(label="income"), session="B")
    with pytest.raises(NotYours, match="can look into it"):
        desk.inspect_upload(token, session="B")
    assert desk.card(card.ref) == card
    assert desk.inspect_upload(token, session="A").n == 60


def test_tokens_cannot_be_guessed_or_lead_elsewhere(desk):
    tokens = {upload(desk) for _ in range(5)}
    assert len(tokens) == 5
    assert min(map(len, tokens)) >= 22
    for token in ("", "..", "../store.sqlite", "a/../../b" * 3, "/etc/passwd", "x" * 32, "a\0" * 9):
        with pytest.raises(UploadNotFound):
            desk.inspect_upload(token)
        with pytest.raises(UploadNotFound):
            desk.card(f"upload:{token}")


def test_too_large_an_upload_is_refused_and_leaves_nothing(desk, monkeypatch):
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 3 * 1024 * 1024)
    with pytest.raises(UploadRejected, match="limit of 3 MB"):
        upload(desk, "x" * (3 * 1024 * 1024 + 1))
    assert list(desk.store.home.uploads.iterdir()) == []
    upload(desk, "x" * (3 * 1024 * 1024))


def test_an_unreadable_file_is_rejected_in_words(desk):
    token = upload(desk, "only a header\n")
    with pytest.raises(UploadRejected):
        desk.prepare_upload(token, Preparation(label="only a header"), session="A")
    assert desk.uploads(session="A") == []
    assert list(desk.store.home.datasets.iterdir()) == []


def test_an_upload_is_deleted_by_who_uploaded_it(desk):
    token = upload(desk)
    card = desk.prepare_upload(token, Preparation(label="ill"), session="A")
    with pytest.raises(NotYours):
        desk.delete_upload(token, session="B")
    desk.delete_upload(token, session="A")
    for ask in (desk.inspect_upload, lambda t: desk.card(f"upload:{t}")):
        with pytest.raises(UploadNotFound):
            ask(token)
    with pytest.raises(DatasetUnavailable):
        data.load(desk.store, card.ref, card.sha256)
    assert list(desk.store.home.uploads.iterdir()) == []
    assert list(desk.store.home.datasets.iterdir()) == []


def test_catalogue_cards_are_made_once_or_when_they_are_of_other_contents(desk, monkeypatch):
    desk.store.data.put_card(small_card("0" * 64, ref="wine"), None)
    card = desk.card("wine")
    assert card.n == 178
    monkeypatch.setattr(isolated, "materialise", lambda *_, **__: pytest.fail("made twice"))
    assert desk.card("wine") == card
    assert data.load(desk.store, "wine", card.sha256).sha256 == card.sha256


def test_a_damaged_copy_of_catalogue_data_does_not_stop_a_run(desk, monkeypatch):
    dataset = small_dataset()
    path = data.prepared_path(desk.store.home, "wine", dataset.sha256)
    save_dataset(dataset, path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(StoreFormatError):
        open_dataset(path)
    monkeypatch.setattr(catalogue, "load_dataset", lambda name: dataset)
    assert data.load(desk.store, "wine", dataset.sha256) is dataset


def test_a_run_never_gets_other_data_than_it_was_submitted_for(desk, monkeypatch):
    monkeypatch.setattr(catalogue, "load_dataset", lambda name: small_dataset())
    with pytest.raises(DatasetUnavailable):
        data.load(desk.store, "wine", "0" * 64)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("people.csv", "people.csv"),
        ("../../people.csv", "people.csv"),
        ("C:\\data\\people.csv", "people.csv"),
        ("a\nb\0.csv", "ab.csv"),
        ("", "upload"),
        ("folder/", "upload"),
        ("x" * 500 + ".parquet", ("x" * 500 + ".parquet")[-200:]),
    ],
)
def test_file_names_are_only_shown(given, shown):
    assert data.display_name(given) == shown
