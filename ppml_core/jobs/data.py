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
from ppml_core.jobs import uploads
from ppml_core.jobs.kept import folder_of
from ppml_core.jobs.uploads import check_owner, display_name
from ppml_core.storage.files import atomic, locked, publish, temporary_beside
from ppml_core.storage.home import READING, Home, checked_token
from ppml_core.storage.protocol import Store
from ppml_core.storage.records import UploadRecord

if TYPE_CHECKING:
    from ppml_core.datasets.ingest import Preparation, UploadPreview
    from ppml_core.datasets.turns import OnWait

UPLOAD = "upload:"
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
    return home.locks / READING


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
        check = uploads.check_quota
        check(self._store, session, files=1)
        try:
            with atomic(self._raw(token)) as file:
                size = uploads.copy(stream, file)
                check(self._store, session, coming=size, files=1)
                self._record(token, session, filename, size)
        except OSError as error:
            raise UploadRejected(
                f"The file could not be stored here ({error.strerror})", fix="Try again later."
            ) from error
        return token

    def _record(self, token: str, session: str, filename: str, size: int) -> None:
        """Note whose it is, before the file is there: a file of nobody would never go."""
        upload = UploadRecord(
            token=token,
            session=session,
            filename=display_name(filename),
            size=size,
            created=time.time(),
        )
        most = {"files": limits.UPLOADS_SESSION, "size": limits.UPLOADS_SESSION_BYTES}
        if not self._store.data.put_upload(upload, **most):
            uploads.check_quota(self._store, session, coming=size, files=1)
            raise UploadRejected("Too many files came at once", fix="Upload them one by one.")

    def inspect(
        self,
        token: str,
        session: str | None = None,
        header: bool = True,
        on_wait: OnWait | None = None,
    ) -> UploadPreview:
        """What is in an uploaded file; the latest answers are remembered.

        ``on_wait`` is told how many files are read before this one. A file that no reader
        has accepted before is removed when it is refused.

        Raises ``UploadNotFound``, ``UploadRejected``, ``NotYours``.
        """
        upload = self._upload(token)
        check_owner(upload, session, "look into")
        with locked(self._store.home.locks / token):
            preview = self._previews.get((token, header))
            if preview is None:
                preview = self._read(upload, header, on_wait)
                self._previews[token, header] = preview
                self._store.data.use_upload(token)
        while len(self._previews) > PREVIEWS:
            self._previews.popitem(last=False)
        return preview

    def _read(self, upload: UploadRecord, header: bool, on_wait: OnWait | None) -> UploadPreview:
        """By a reader of its own; what is refused at first sight goes at once."""
        from ppml_core.datasets import isolated

        path, queue = self._raw(upload.token), reading(self._store.home)
        try:
            return isolated.inspect_isolated(
                path, upload.filename, header=header, queue=queue, on_wait=on_wait
            )
        except UploadRejected:
            if upload.used is None:
                self.delete(upload.token, upload.session)
            raise

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
        check_owner(upload, session, "prepare")
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
                uploads.check_quota(self._store, upload.session, coming=out.stat().st_size)
                self._keep(card, out, upload.session)
            finally:
                for left in out.parent.glob(f"{out.name}*"):  # also of a reader that was ended
                    left.unlink(missing_ok=True)
            self._store.data.use_upload(token)
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
            with suppress(UploadNotFound):
                uploads.note_use(self._store, self._store.data.upload(ref.removeprefix(UPLOAD)))
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
        """Remove an upload, its data and the models kept of it, and stop what runs on it;
        ``NotYours`` if another session uploaded it."""
        self._store.data.upload(checked_token(token))
        if not self._store.data.remove_upload(token, session):
            raise NotYours("upload")
        self._store.runs.cancel_on(UPLOAD + token)
        self._discard(token)

    def expire(self) -> None:
        """Remove uploads that nobody has used for the time that is stated on page Data."""
        for upload in uploads.expired(self._store):
            if self._store.data.expire_upload(upload):
                self._discard(upload.token)

    def _discard(self, token: str) -> None:
        """The files of an upload whose row is gone."""
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
