"""Makes the cards of bundled data: ``python -m ppml_core.jobs.warm --home DIR``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ppml_core.datasets.catalogue import CATALOGUE
from ppml_core.errors import PPMLError
from ppml_core.jobs.data import DataDesk
from ppml_core.jobs.processes import NICENESS
from ppml_core.storage.sql import SqlStore


def main(argv: Sequence[str] | None = None) -> None:
    """A card that cannot be made now is made, or explained, when it is asked for."""
    parser = argparse.ArgumentParser(prog="ppml_core.jobs.warm", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    with suppress(OSError):
        os.nice(NICENESS)
    store = SqlStore(parser.parse_args(argv).home)
    desk = DataDesk(store)
    for entry in CATALOGUE:
        if entry.needs is None:
            with suppress(PPMLError):
                desk.card(entry.name)
    store.close()


if __name__ == "__main__":
    main()
