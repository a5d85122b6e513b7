"""dp-accounting reports orders it leaves out through absl's logger; that is not our user's news."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_absl() -> Iterator[None]:
    """Show only absl's errors inside the block, then restore its level."""
    logger = logging.getLogger("absl")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
