"""A PostgreSQL of the tests' own: made in a temporary directory, reached by a socket in it."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine, make_url

GIVEN = "PPML_TEST_DATABASE_URL"
"""Names a server to use instead; the tests make schemas of their own in it."""
OPTIONS = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=60"
HBA = "local all guarded scram-sha-256\nlocal all all trust\n"


def programs():
    """The directory of initdb and pg_ctl, or None: Debian keeps them off the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    places = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(places, key=lambda place: float(place.parts[-3]))
    return newest[-1].parent if newest else None


def missing():
    """Why the tests cannot run on PostgreSQL here; None if they can."""
    if find_spec("psycopg") is None:
        return "psycopg is not installed (requirements-cluster.txt)"
    if not os.environ.get(GIVEN) and programs() is None:
        return "there is no PostgreSQL (Debian: apt-get install postgresql)"
    return None


@dataclass(frozen=True)
class Server:
    """A server that is there for the time being."""

    url: str
    control: Callable[..., None] | None = None
    """``pg_ctl``; None for a server of somebody else."""


@contextmanager
def running():
    """A server of our own, or the one that is named."""
    if given := os.environ.get(GIVEN):
        yield Server(given)
        return
    with tempfile.TemporaryDirectory(prefix="ppml-pg-") as root:
        run = partial(_run, root, _account(root))
        data = Path(root) / "data"
        run("initdb", "-D", data, "-U", "ppml", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        (data / "pg_hba.conf").write_text(HBA)
        place = ("-D", data, "-w", "-t", "60", "-l", data / "log", "-o", f"{OPTIONS} -k {root}")
        control = partial(run, "pg_ctl", *place)
        control("start")
        try:
            yield Server(f"postgresql+psycopg://ppml@/postgres?host={root}", control)
        finally:
            control("stop", "-m", "immediate")


def _run(root, account, program, *arguments):
    """One of PostgreSQL's programs; what it prints is of interest only if it fails."""
    nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": root}
    subprocess.run([programs() / program, *arguments], check=True, **nowhere, **account)


def _account(root):
    """Whom to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    postgres = pwd.getpwnam("postgres")
    os.chown(root, postgres.pw_uid, postgres.pw_gid)
    return {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": ()}


@contextmanager
def schema(server):
    """Address of an empty schema on the server: a store of its own."""
    name = f"ppml_test_{secrets.token_hex(6)}"
    execute(server.url, f"CREATE SCHEMA {name}")
    try:
        options = {"options": f"-csearch_path={name}"}
        url = make_url(server.url).update_query_dict(options)
        yield url.render_as_string(hide_password=False)
    finally:
        execute(server.url, f"DROP SCHEMA {name} CASCADE")


def execute(url, *statements):
    """Run statements as somebody beside the library would; the rows of the last one."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in statements:
                result = connection.exec_driver_sql(statement)
            return result.fetchall() if result.returns_rows else []
    finally:
        engine.dispose()
