"""What the store asks of a database, whichever it is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from ppml_core.errors import StoreUnavailable
from ppml_core.storage.address import EXAMPLE, VARIABLE

BUSY_MILLISECONDS = 15_000
"""How long a writer waits for the others."""


class Backend(Protocol):
    """A database that many processes use at once."""

    reader: Engine
    """Its transactions see one consistent moment and wait for nobody."""
    writer: Engine
    """What its transactions read after :meth:`lock` stays true until they end."""
    unavailable: str
    """The sentence for a database that cannot be used just now."""
    damaged: str
    """The sentence for one that holds something else, or refuses what is asked."""

    def there(self) -> bool:
        """False once the store was removed on purpose."""

    def opening(self) -> AbstractContextManager[None]:
        """Held while the database is opened, where a transaction alone does not do."""

    def lock(self, connection: Connection) -> None:
        """Let nobody else write until the transaction ends."""

    def version(self, connection: Connection) -> int:
        """The store's format, 0 if there is none yet. Nobody else opens meanwhile."""

    def set_version(self, connection: Connection, version: int) -> None:
        """Write the store's format."""


def make_engine(url: URL, **pool: Any) -> Engine:
    """SQLAlchemy's engine; its errors do not repeat what was being stored.

    Raises ``StoreUnavailable`` without the driver, or with an address it does not take.
    """
    try:
        return create_engine(url, hide_parameters=True, **pool)
    except NoSuchModuleError:
        raise StoreUnavailable(
            f"No driver for {url.drivername!r} is known ({VARIABLE}). "
            f"SQLite and PostgreSQL are supported: {EXAMPLE}."
        ) from None
    except ImportError as error:
        install = f"Install the package that brings {error.name!r}."
        if "psycopg" in url.drivername:
            install = 'pip install "psycopg[binary]" (its version: requirements-cluster.txt).'
        raise StoreUnavailable(
            f"The driver of {url.drivername!r} is not installed. {install}"
        ) from None
    except (ArgumentError, TypeError, ValueError):
        raise StoreUnavailable(f"{VARIABLE} has parts that its driver does not take.") from None
