"""What a session has brought: how much that is, how much it may be, and when it goes."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from ppml_core import limits
from ppml_core.datasets.card import DatasetCard
from ppml_core.errors import NotYours, UploadRejected
from ppml_core.storage.protocol import Store
from ppml_core.storage.records import UploadRecord

NOTE_SECONDS = 3600.0
"""Uses closer together than this are one."""
_MB = 1024 * 1024
FILENAME_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class UploadView:
    """An upload as its owner sees it. ``size``: bytes with what was prepared of it;
    ``expires``: when it goes if it is not used (unix seconds)."""

    token: str
    filename: str
    size: int
    prepared: bool
    expires: float


def copy(stream: BinaryIO, file: BinaryIO) -> int:
    """Copy in pieces, stopping as soon as it is too much."""
    size = 0
    while chunk := stream.read(_MB):
        size += len(chunk)
        if size > limits.UPLOAD_BYTES:
            megabytes = limits.UPLOAD_BYTES // (1024 * 1024)
            raise UploadRejected(
                f"The file is larger than the limit of {megabytes} MB",
                fix="Upload fewer rows or columns, or a compressed format such as Parquet.",
            )
        file.write(chunk)
    return size


def display_name(filename: str) -> str:
    """The last part of a client's file name, without control characters; never used as a path.

    >>> display_name("C:\\\\data\\\\people.csv")
    'people.csv'
    """
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable()).strip()
    return clean[-FILENAME_LENGTH:] or "upload"


def check_owner(upload: UploadRecord, session: str | None, action: str) -> None:
    """``NotYours`` for a session that did not upload it; None is trusted code."""
    if session is not None and session != upload.session:
        raise NotYours("upload", action)


def views(store: Store, session: str) -> list[UploadView]:
    """The session's uploads, newest first."""
    return [_view(store, upload) for upload in store.data.uploads(session)]


def over_quota(used: int, count: int) -> UploadRejected:
    """The refusal: how much is used, and what to do."""
    return UploadRejected(
        f"Your uploads would take more than {limits.UPLOADS_SESSION} files or "
        f"{limits.UPLOADS_SESSION_BYTES // _MB:,} MB; there are {count} with "
        f"{used / _MB:,.1f} MB now",
        fix="Delete uploads that you no longer need: they are listed on page Data.",
    )


def check_quota(store: Store, session: str, *, coming: int = 0, files: int = 0) -> None:
    """Raises ``UploadRejected`` where ``files`` more with ``coming`` bytes are too many."""
    have = views(store, session)
    used = sum(view.size for view in have)
    too_many = len(have) + files > limits.UPLOADS_SESSION
    if too_many or used + coming > limits.UPLOADS_SESSION_BYTES:
        raise over_quota(used, len(have))


def note_use(store: Store, upload: UploadRecord) -> None:
    """It is worked with now."""
    if time.time() - (upload.used or 0.0) > NOTE_SECONDS:
        store.data.use_upload(upload.token)


def expired(store: Store) -> list[UploadRecord]:
    """Uploads that nobody has used for too long."""
    now = time.time()
    return [each for each in store.data.uploads() if _expires(each, _card(store, each)) < now]


def _view(store: Store, upload: UploadRecord) -> UploadView:
    """With what there is of it on disk."""
    card, size = _card(store, upload), upload.size
    if card is not None:
        from ppml_core.jobs.data import prepared_path

        with suppress(OSError):
            size += prepared_path(store.home, card.ref, card.sha256).stat().st_size
    return UploadView(
        token=upload.token,
        filename=upload.filename,
        size=size,
        prepared=card is not None,
        expires=_expires(upload, card),
    )


def _card(store: Store, upload: UploadRecord) -> DatasetCard | None:
    """What was prepared of it."""
    return store.data.card(f"upload:{upload.token}")


def _expires(upload: UploadRecord, card: DatasetCard | None) -> float:
    """When it goes."""
    kept = limits.UNPREPARED_SECONDS if card is None else limits.UNUSED_SECONDS
    return (upload.used or upload.created) + kept
