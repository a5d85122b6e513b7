"""Datasets of the store: uploads received and prepared, catalogue data made ready.

Files are parsed, and catalogue data loaded, in a separate process
(``ppml_core.datasets.isolated``); here only the results are kept.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ppml_core import limits
from ppml_core.datasets import catalogue, files
from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.shipped import shipped_card
from ppml_core.errors import (
    DatasetUnavailable,
    NotYours,
    StoreFormatError,
    UploadNotFound,
    UploadRejected,
)
from ppml_core.jobs.kept import folder_of
from ppml_core.storage.files import atomic, locked, publish, temporary_beside
from ppml_core.storage.home import Home, checked_token
from ppml_core.storage.protocol import Store
from ppml_core.storage.records import UploadRecord

if TYPE_CHECKING:
    from ppml_core.datasets.ingest import Preparation, UploadPreview
    from ppml_core.datasets.turns import OnWait

UPLOAD = "upload:"
CHUNK_BYTES = 1024 * 1024
FILENAME_LENGTH = 200
PREVIEWS = 32


def is_upload(ref: str) -> bool:
    """Whether a dataset reference names uploaded data."""
    return ref.startswith(UPLOAD)


def is_public(ref: str) -> bool:
    """Whether it names catalogue data, which all sessions share."""
    return any(row.name == ref for row in catalogue.CATALOGUE)


def secret_for(store: Store, ref: str) -> str | None:
    """What a run's name is made secret with: an upload's token does that already, and what
    is public needs nothing. Whoever has a file could compute all the rest."""
    return None if is_public(ref) or is_upload(ref) else store.secret


def prepared_path(home: Home, ref: str, sha256: str) -> Path:
    """Where the prepared data of that content is kept. ``ref`` must have been checked."""
    return home.datasets / f"{ref.replace(':', '-')}-{sha256[:16]}.npz"


def reading(home: Home) -> Path:
    """Where those who read files for this store take turns."""
    return home.locks / "reading"


def load(store: Store, ref: str, sha256: str) -> Dataset:
    """The data a run was submitted for, or ``DatasetUnavailable``."""
    if is_upload(ref):
        checked_token(ref.removeprefix(UPLOAD))
    with suppress(FileNotFoundError, StoreFormatError):
        return files.open_dataset(prepared_path(store.home, ref, sha256))
    if is_public(ref):
        dataset = catalogue.load_dataset(ref)
        if dataset.sha256 == sha256:
            with suppress(OSError):  # quicker to read next time
                files.save_dataset(dataset, prepared_path(store.home, ref, sha256))
            return dataset
    raise DatasetUnavailable(
        "The data of this run is no longer here as it was when the run was submitted. "
        "Prepare it again, then submit a new run."
    )


class DataDesk:
    """Takes uploads in and hands out cards."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._previews: OrderedDict[tuple[str, bool], UploadPreview] = OrderedDict()

    def save(self, stream: BinaryIO, filename: str, session: str) -> str:
        """Receive a file; returns its unguessable token.

        Raises ``UploadRejected`` once more than ``limits.UPLOAD_BYTES`` have come.
        """
        token = secrets.token_urlsafe(24)
        try:
            with atomic(self._raw(token)) as file:
                size = _copy(stream, file)
        except OSError as error:
            raise UploadRejected(
                f"The file could not be stored here ({error.strerror})", fix="Try again later."
            ) from error
        upload = UploadRecord(
            token=token,
            session=session,
            filename=display_name(filename),
            size=size,
            created=time.time(),
        )
        self._store.data.put_upload(upload)
        return token

    def inspect(
        self,
        token: str,
        session: str | None = None,
        header: bool = True,
        on_wait: OnWait | None = None,
    ) -> UploadPreview:
        """What is in an uploaded file; the latest answers are remembered.

        ``on_wait`` is told how many files are read before this one.

        Raises ``UploadNotFound``, ``UploadRejected``, ``NotYours``.
        """
        from ppml_core.datasets import isolated

        upload = self._upload(token)
        _check_owner(upload, session, "look into")
        with locked(self._store.home.locks / token):
            preview = self._previews.get((token, header))
            if preview is None:
                preview = isolated.inspect_isolated(
                    self._raw(token),
                    upload.filename,
                    header=header,
                    queue=reading(self._store.home),
                    on_wait=on_wait,
                )
                self._previews[token, header] = preview
        while len(self._previews) > PREVIEWS:
            self._previews.popitem(last=False)
        return preview

    def prepare(
        self,
        token: str,
        preparation: Preparation,
        session: str | None = None,
        on_wait: OnWait | None = None,
    ) -> DatasetCard:
        """Make a dataset of an uploaded file; it replaces an earlier preparation."""
        from ppml_core.datasets import isolated

        upload, ref = self._upload(token), UPLOAD + token
        _check_owner(upload, session, "prepare")
        with locked(self._store.home.locks / token):
            out = temporary_beside(self._store.home.datasets / f"{token}.npz")
            try:
                card = isolated.prepare_isolated(
                    self._raw(token),
                    upload.filename,
                    preparation,
                    out,
                    ref,
                    queue=reading(self._store.home),
                    on_wait=on_wait,
                )
                self._keep(card, out, upload.session)
            finally:
                out.unlink(missing_ok=True)
            self._prune(ref, keep=card.sha256)
        return card

    def card(self, ref: str) -> DatasetCard:
        """The dataset's card; catalogue data is made ready when first asked for.

        Raises ``UnknownName``, ``UploadNotFound``, ``DatasetUnavailable``.
        """
        if is_upload(ref):
            card = self._store.data.card(UPLOAD + checked_token(ref.removeprefix(UPLOAD)))
            if card is None:
                raise UploadNotFound()
            return card
        entry = catalogue.entry(ref)
        if shipped := shipped_card(ref):
            return shipped
        with locked(self._store.home.locks / f"card-{entry.name}"):
            card = self._store.data.card(ref)
            if card is None or entry.sha256 not in (None, card.sha256):
                card = self._materialise(ref)
        return card

    def ready(self, ref: str) -> DatasetCard | None:
        """The card if it is there already: made before, or shipped with the library."""
        return shipped_card(ref) or self._store.data.card(ref)

    def sha256(self, ref: str) -> str:
        """The content hash; known at once for uploads and for data that comes with packages."""
        if not is_upload(ref) and (pinned := catalogue.entry(ref).sha256):
            return pinned
        return self.card(ref).sha256

    def cards(self, session: str) -> list[DatasetCard]:
        """Cards of the session's own prepared uploads, newest first."""
        return self._store.data.cards(session)

    def delete(self, token: str, session: str) -> None:
        """Remove an upload and its data; ``NotYours`` if another session uploaded it."""
        self._upload(token)
        if not self._store.data.remove_upload(token, session):
            raise NotYours("upload")
        for header in (True, False):
            self._previews.pop((token, header), None)
        self._raw(token).unlink(missing_ok=True)
        (self._store.home.locks / token).unlink(missing_ok=True)
        self._prune(UPLOAD + token, keep=None)

    def _materialise(self, ref: str) -> DatasetCard:
        """Load catalogue data in another process and keep it."""
        from ppml_core.datasets import isolated

        out = temporary_beside(self._store.home.datasets / f"{ref}.npz")
        try:
            card = isolated.materialise(ref, out)
            self._keep(card, out, None)
        finally:
            out.unlink(missing_ok=True)
        return card

    def _keep(self, card: DatasetCard, out: Path, session: str | None) -> None:
        """Publish the data first, then the card that promises it."""
        out.chmod(0o600)
        publish(out, prepared_path(self._store.home, card.ref, card.sha256))
        self._store.data.put_card(card, session)

    def _prune(self, ref: str, keep: str | None) -> None:
        """Remove earlier preparations that no waiting or running run needs, and the models
        that are kept of any."""
        home = self._store.home
        needed = {prepared_path(home, ref, sha) for sha in self._store.data.hashes_in_use(ref)}
        kept = prepared_path(home, ref, keep) if keep else None
        for path in set(home.datasets.glob(prepared_path(home, ref, "?" * 16).name)) - {kept}:
            self._store.arrays.delete(folder_of(ref, path.stem[-16:], self._store.secret))
            if path not in needed:
                path.unlink(missing_ok=True)

    def _upload(self, token: str) -> UploadRecord:
        """The record, if the token is well-formed and known and the file is there."""
        upload = self._store.data.upload(checked_token(token))
        if not self._raw(token).is_file():
            raise UploadNotFound()
        return upload

    def _raw(self, token: str) -> Path:
        """The file as received."""
        return self._store.home.uploads / token


def display_name(filename: str) -> str:
    """The last part of a client's file name, without control characters; never used as a path.

    >>> display_name("C:\\\\data\\\\people.csv")
    'people.csv'
    """
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable()).strip()
    return clean[-FILENAME_LENGTH:] or "upload"


def _check_owner(upload: UploadRecord, session: str | None, action: str) -> None:
    """``NotYours`` for a session that did not upload it; None is trusted code."""
    if session is not None and session != upload.session:
        raise NotYours("upload", action)


def _copy(stream: BinaryIO, file: BinaryIO) -> int:
    """Copy in pieces, stopping as soon as it is too much."""
    size = 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > limits.UPLOAD_BYTES:
            megabytes = limits.UPLOAD_BYTES // (1024 * 1024)
            raise UploadRejected(
                f"The file is larger than the limit of {megabytes} MB",
                fix="Upload fewer rows or columns, or a compressed format such as Parquet.",
            )
        file.write(chunk)
    return size
