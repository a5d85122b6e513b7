"""Tables of the SQL store."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("dataset_ref", String, nullable=False),
    Column("dataset_sha256", String, nullable=False),
    Column("dataset_name", String, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("created", Float, nullable=False),
    Column("queued", Float, nullable=False),
    Column("started", Float),
    Column("finished", Float),
    Column("progress", LargeBinary),
    Column("attempt", Integer, nullable=False),
    Column("worker", String),
    Column("pid", Integer),
    Column("pid_created", Float),
    Column("heartbeat", Float),
    Column("error", String),
    Index("runs_by_state", "state", "queued"),
    Index("runs_by_dataset", "dataset_ref"),
)

run_sessions = Table(
    "run_sessions",
    metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("session", String, primary_key=True),
    # A session that deleted a run others still use: it no longer sees it.
    Column("hidden", Boolean, nullable=False),
    Index("sessions_by_name", "session"),
)

reports = Table(
    "reports",
    metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("final", Boolean, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("written", Float, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("token", String, primary_key=True),
    Column("reserved", Float, nullable=False),
    Column("pid", Integer),
    Column("pid_created", Float),
    Column("ready", Boolean, nullable=False),
    # The run it works on, until it says that it no longer does.
    Column("holds", String),
    # The code it was started from, and whether it is to end after its present run.
    Column("stamp", String),
    Column("dismissed", Boolean, nullable=False, server_default="0"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
)

datasets = Table(
    "datasets",
    metadata,
    Column("ref", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("session", String),
    Column("card", LargeBinary, nullable=False),
    Column("created", Float, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("token", String, primary_key=True),
    Column("session", String, nullable=False),
    Column("filename", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created", Float, nullable=False),
)
