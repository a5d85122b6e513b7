"""Tables of the SQL store, in types that every database has."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData()


OTHERS = ("mysql", "mariadb", "mssql", "oracle")
"""Databases that need a length for text in keys."""


class Words(TypeDecorator[str]):
    """A name: at most 255 letters where a length is needed, compared letter by letter.

    A zero character, which some databases refuse, is replaced: names that come from
    an address typed by hand are then simply not found.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Some ignore case unless told."""
        collation = "utf8mb4_bin" if dialect.name in ("mysql", "mariadb") else None
        length = 255 if dialect.name in OTHERS else None
        return dialect.type_descriptor(String(length, collation=collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """On the way in."""
        return value if value is None else value.replace("\0", "\N{REPLACEMENT CHARACTER}")


class Sentences(Words):
    """Text of any length, never in a key."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type without a length."""
        return dialect.type_descriptor(Text() if dialect.name in OTHERS else String())


SECONDS = Float(53)
"""Double precision everywhere: unix seconds with microseconds."""
BODY = LargeBinary().with_variant(LargeBinary(2**32 - 1), "mysql", "mariadb")

runs = Table(
    "runs",
    metadata,
    Column("run_id", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("request", BODY, nullable=False),
    Column("dataset_ref", Words, nullable=False),
    Column("dataset_sha256", Words, nullable=False),
    Column("dataset_name", Sentences, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("state", Words, nullable=False),
    Column("created", SECONDS, nullable=False),
    Column("queued", SECONDS, nullable=False),
    Column("started", SECONDS),
    Column("finished", SECONDS),
    Column("progress", BODY),
    Column("attempt", Integer, nullable=False),
    Column("worker", Words),
    Column("pid", Integer),
    # Which process of that number, see ``birth``; None in runs of format 3 and before.
    Column("born", Words),
    Column("heartbeat", SECONDS),
    Column("error", Sentences),
    # Where the process is; None in runs of format 2, which knew one machine only.
    Column("host", Words),
    Index("runs_by_state", "state", "queued"),
    Index("runs_by_dataset", "dataset_ref"),
)

run_sessions = Table(
    "run_sessions",
    metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("session", Words, primary_key=True),
    # A session that deleted a run others still use: it no longer sees it.
    Column("hidden", Boolean, nullable=False),
    # One that pressed Cancel while others waited: it waits no more. None is as good as no.
    Column("gone", Boolean),
    # Where it is, see ``fairness``; None in format 3, which did not ask.
    Column("place", Words),
    Index("sessions_by_name", "session"),
)

reports = Table(
    "reports",
    metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("final", Boolean, primary_key=True),
    Column("body", BODY, nullable=False),
    Column("written", SECONDS, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("token", Words, primary_key=True),
    Column("reserved", SECONDS, nullable=False),
    Column("pid", Integer),
    Column("born", Words),
    Column("ready", Boolean, nullable=False),
    # The run it works on, until it says that it no longer does.
    Column("holds", Words),
    # The code it was started from, and whether it is to end after its present run.
    Column("stamp", Words),
    Column("dismissed", Boolean, nullable=False, server_default=false()),
    Column("host", Words),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Integer, nullable=False),
)

datasets = Table(
    "datasets",
    metadata,
    Column("ref", Words, primary_key=True),
    Column("sha256", Words, nullable=False),
    Column("session", Words),
    Column("card", BODY, nullable=False),
    Column("created", SECONDS, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("token", Words, primary_key=True),
    Column("session", Words, nullable=False),
    Column("filename", Sentences, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created", SECONDS, nullable=False),
    Column("used", SECONDS),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)
