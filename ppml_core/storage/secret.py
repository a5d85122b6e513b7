"""The store's secret, see ``salting``: made with the store, or when an older one is opened."""

from __future__ import annotations

import secrets as random
import shutil
from contextlib import suppress

from sqlalchemy import Connection, delete, insert, select, update

from ppml_core.storage.home import Home
from ppml_core.storage.salting import salted
from ppml_core.storage.schema import reports, run_sessions, runs, secrets

SALT = "salt"
FIRST_SALTED = 4
"""The format in which names of files' runs were first salted."""


def secret_of(connection: Connection) -> str:
    """The store's, made where it has none. Only while nobody else opens the store."""
    query = select(secrets.c.value).where(secrets.c.name == SALT)
    found = connection.execute(query).scalar()
    if found is None:
        found = random.token_hex(32)
        connection.execute(insert(secrets).values(name=SALT, value=found))
    return str(found)


def salt_earlier(connection: Connection, home: Home, secret: str) -> None:
    """Give runs of files from before there was a secret the names they have with it, and
    drop the models that were kept by the records alone."""
    ours = ~runs.c.public & ~runs.c.dataset_ref.startswith("upload:", autoescape=True)
    for row in connection.execute(select(runs).where(ours)).all():
        old, new = row.run_id, salted(secret, row.run_id)
        connection.execute(insert(runs).values(**{**row._mapping, "run_id": new}))
        for table in (run_sessions, reports):
            moved = update(table).where(table.c.run_id == old)
            connection.execute(moved.values(run_id=new))
        connection.execute(delete(runs).where(runs.c.run_id == old))
        with suppress(OSError):
            (home.logs / f"{old}.log").rename(home.logs / f"{new}.log")
        with suppress(OSError):
            (home.artifacts / old).rename(home.artifacts / new)
    for folder in home.artifacts.glob("models-*"):
        shutil.rmtree(folder, ignore_errors=True)
