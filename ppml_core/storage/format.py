"""Format versions of what is kept on disk, and how to change them.

``STORE`` is the layout of the database (kept in SQLite's ``user_version``, elsewhere in
the table ``store_format``), ``ARRAYS`` that of the ``.npz`` files beside it. To change a
layout: raise the number, and for the database add to ``MIGRATIONS`` the statements that
lead from the number before to the new one, in SQL that every database understands. A
store is migrated when it is opened. A newer store than this library knows is refused,
never guessed at.
"""

from __future__ import annotations

from ppml_core.errors import StoreFormatError

STORE = 4
ARRAYS = 1

MIGRATIONS: dict[int, tuple[str, ...]] = {
    # Formats 1 and 2 were SQLite's only.
    # Workers' places mean nothing beyond the processes of the moment: begin with none.
    1: (
        "DROP TABLE workers",
        "CREATE TABLE workers (token VARCHAR NOT NULL PRIMARY KEY, reserved FLOAT NOT NULL, "
        "pid INTEGER, pid_created FLOAT, ready BOOLEAN NOT NULL, holds VARCHAR, stamp VARCHAR, "
        "dismissed BOOLEAN DEFAULT 0 NOT NULL)",
    ),
    # Which machine a process is on. Runs without one are of this machine.
    2: (
        "ALTER TABLE runs ADD COLUMN host VARCHAR",
        "DELETE FROM workers",
        "ALTER TABLE workers ADD COLUMN host VARCHAR",
    ),
    # Births instead of times of the clock; who has left a run, and where askers are; when
    # an upload was last used; what only this store knows.
    3: (
        "ALTER TABLE runs DROP COLUMN pid_created",
        "ALTER TABLE runs ADD COLUMN born VARCHAR",
        "DELETE FROM workers",
        "ALTER TABLE workers DROP COLUMN pid_created",
        "ALTER TABLE workers ADD COLUMN born VARCHAR",
        "ALTER TABLE run_sessions ADD COLUMN gone BOOLEAN",
        "ALTER TABLE run_sessions ADD COLUMN place VARCHAR",
        "ALTER TABLE uploads ADD COLUMN used FLOAT",
        "UPDATE uploads SET used = created",
        "CREATE TABLE secrets (name VARCHAR NOT NULL PRIMARY KEY, value VARCHAR NOT NULL)",
    ),
}
"""``{n: statements}``: SQL that turns a store of format ``n`` into ``n + 1``."""


def check(what: str, found: int, known: int) -> None:
    """Refuse what a newer library wrote, or what was never a format.

    >>> check("arrays", 2, 1)
    Traceback (most recent call last):
    ...
    ppml_core.errors.StoreFormatError: These arrays have format 2; this version reads up to 1. \
Update the library, or use another store.
    """
    if not 1 <= found <= known:
        raise StoreFormatError(
            f"These {what} have format {found}; this version reads up to {known}. "
            "Update the library, or use another store."
        )
