"""The Workbench's data side for page Data, with the library's own readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from ppml_core.datasets import ingest
from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.card_maker import make_card
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.preview import UploadPreview
from ppml_core.errors import DatasetUnavailable, RunNotFound, UploadNotFound
from ppml_core.jobs.uploads import UploadView
from ppml_core.jobs.view import RunView

PEOPLE = "id,age,town,smoker,ill\n" + "".join(
    f"{1000 + i},{20 + i % 50},{('Ulm', 'Bonn')[i % 2]},{('yes', 'no')[i % 3 == 0]},{i % 2}\n"
    for i in range(60)
)


class Desk:
    """The Workbench's data side with the library's own readers, in this process."""

    def __init__(self, root: Path) -> None:
        self.root, self.names, self.cards = root, {}, {}

    def warm(self) -> None:
        """Nothing to warm."""

    def view(self, run_id: str) -> RunView:
        raise RunNotFound(run_id)

    def save_upload(self, stream: BinaryIO, filename: str, *, session: str) -> str:
        token = f"token{len(self.names)}"
        (self.root / token).write_bytes(stream.read())
        self.names[token] = filename
        return token

    def inspect_upload(
        self, token: str, *, session: str | None = None, header: bool = True, on_wait: object = None
    ) -> UploadPreview:
        return ingest.inspect(self.root / token, self.names[token], header=header)

    def prepare_upload(
        self, token: str, preparation: Preparation, *, session: str, on_wait: object = None
    ) -> DatasetCard:
        dataset = ingest.prepare(self.root / token, self.names[token], preparation)
        self.cards[f"upload:{token}"] = card = make_card(dataset, f"upload:{token}")
        return card

    def brought(self, *, session: str) -> list[UploadView]:
        return [
            UploadView(
                token=token,
                filename=name,
                size=1000,
                prepared=f"upload:{token}" in self.cards,
                expires=2e9,
            )
            for token, name in self.names.items()
        ]

    def delete_upload(self, token: str, *, session: str) -> None:
        del self.names[token]
        self.cards.pop(f"upload:{token}", None)

    def uploads(self, *, session: str) -> list[DatasetCard]:
        return list(self.cards.values())

    def card(self, ref: str) -> DatasetCard:
        if ref.startswith("upload:"):
            if ref not in self.cards:
                raise UploadNotFound()
            return self.cards[ref]
        if ref not in ("digits", "wine"):
            raise DatasetUnavailable(f"{ref} needs a connection, and there is none.")
        return make_card(load_dataset(ref), ref)


def standing_in(monkeypatch: pytest.MonkeyPatch, root: Path) -> Iterator[Desk]:
    """The desk in place of the pages' Workbench."""
    import app.service

    made = Desk(root)
    monkeypatch.setattr(app.service, "Workbench", lambda: made)
    app.service.workbench.clear()
    yield made
    app.service.workbench.clear()


def uploader(open_page: Callable[..., Any]) -> Callable[[str, bytes], Any]:
    """Page Data with its uploader open; hands it a file and gives the page."""
    page = open_page("data")
    page.button_group(key="data.source").set_value("Bring your own").run()

    def give(filename: str, content: bytes) -> Any:
        page.file_uploader[0].upload(filename, content, "application/octet-stream").run()
        assert not page.exception, page.exception
        return page

    return give
