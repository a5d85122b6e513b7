"""What a page says while the store cannot be used: its own sentence, not a redacted trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.components import states
from ppml_core.errors import StoreFormatError, StoreUnavailable


@contextmanager
def told() -> Iterator[None]:
    """Around anything that asks the store. A fragment that polls recovers by itself."""
    try:
        yield
    except (StoreUnavailable, StoreFormatError) as error:
        states.notice("The store cannot be used", str(error), tone="grave", role="alert")
