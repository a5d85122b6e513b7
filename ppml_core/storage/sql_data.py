"""Uploads and dataset cards in the SQL store: see ``protocol.DataStore``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict

import msgspec
from sqlalchemy import delete, func, insert, select, update

from ppml_core.datasets.card import DatasetCard
from ppml_core.errors import UploadNotFound
from ppml_core.storage.database import Database, put
from ppml_core.storage.records import QUEUED, RUNNING, UploadRecord
from ppml_core.storage.schema import datasets, runs, uploads


class SqlData:
    """Implements ``protocol.DataStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put_card(self, card: DatasetCard, session: str | None) -> None:
        body = {"sha256": card.sha256, "card": msgspec.json.encode(card), "created": time.time()}
        with self._db.write() as connection:
            # Whose it is was settled when it was first there.
            put(connection, datasets, {"ref": card.ref}, body, new={"session": session})

    def card(self, ref: str) -> DatasetCard | None:
        with self._db.read() as connection:
            query = select(datasets.c.card).where(datasets.c.ref == ref)
            body = connection.execute(query).scalar()
        return None if body is None else msgspec.json.decode(body, type=DatasetCard)

    def cards(self, session: str) -> list[DatasetCard]:
        query = select(datasets.c.card).where(datasets.c.session == session)
        with self._db.read() as connection:
            bodies = connection.execute(query.order_by(datasets.c.created.desc())).scalars()
            return [msgspec.json.decode(body, type=DatasetCard) for body in bodies]

    def put_upload(self, upload: UploadRecord, *, files: int, size: int) -> bool:
        mine = select(func.count(), func.sum(uploads.c.size))
        with self._db.write() as connection:
            query = mine.where(uploads.c.session == upload.session)
            count, total = connection.execute(query).one()
            if count >= files or (total or 0) + upload.size > size:
                return False
            connection.execute(insert(uploads).values(**asdict(upload)))
            return True

    def uploads(self, session: str | None = None) -> list[UploadRecord]:
        query = select(uploads).order_by(uploads.c.created.desc(), uploads.c.token)
        if session is not None:
            query = query.where(uploads.c.session == session)
        with self._db.read() as connection:
            return [UploadRecord(**row._mapping) for row in connection.execute(query)]

    def use_upload(self, token: str) -> None:
        with self._db.write() as connection:
            found = update(uploads).where(uploads.c.token == token)
            connection.execute(found.values(used=time.time()))

    def expire_upload(self, upload: UploadRecord) -> bool:
        ref = f"upload:{upload.token}"
        live = (runs.c.dataset_ref == ref) & runs.c.state.in_((QUEUED, RUNNING))
        same = uploads.c.used.is_not_distinct_from(upload.used)
        with self._db.write() as connection:
            if connection.execute(select(runs.c.run_id).where(live)).first():
                return False
            gone = delete(uploads).where(uploads.c.token == upload.token, same)
            removed = connection.execute(gone).rowcount == 1
            if removed:
                connection.execute(delete(datasets).where(datasets.c.ref == ref))
            return removed

    def upload(self, token: str) -> UploadRecord:
        with self._db.read() as connection:
            row = connection.execute(select(uploads).where(uploads.c.token == token)).first()
        if row is None:
            raise UploadNotFound()
        return UploadRecord(**row._mapping)

    def remove_upload(self, token: str, session: str) -> bool:
        mine = (uploads.c.token == token) & (uploads.c.session == session)
        with self._db.write() as connection:
            removed = connection.execute(delete(uploads).where(mine)).rowcount == 1
            if removed:
                card = datasets.c.ref == f"upload:{token}"
                connection.execute(delete(datasets).where(card))
            return removed

    def hashes_in_use(self, ref: str) -> Sequence[str]:
        needed = (runs.c.dataset_ref == ref) & runs.c.state.in_((QUEUED, RUNNING))
        with self._db.read() as connection:
            return connection.execute(select(runs.c.dataset_sha256).where(needed)).scalars().all()
