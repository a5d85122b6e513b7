"""Cards of bundled data, made beforehand, so that no first visitor waits for them.

They lie in ``cards/`` beside this file. Whoever changes what a card says makes them again
with ``python -m ppml_core.datasets.shipped``; a test compares them with cards made anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.catalogue import CATALOGUE, load_dataset

FOLDER = Path(__file__).parent / "cards"


@cache
def shipped_card(name: str) -> DatasetCard | None:
    """The card of a catalogue dataset that comes with packages; None for all others.

    It is of the pinned content (``CatalogueEntry.sha256``): whoever loads other data gets
    ``DatasetUnavailable`` then. A card that is damaged counts as none.

    >>> shipped_card("wine").n
    178
    >>> shipped_card("adult") is None
    True
    """
    pinned = {row.name: row.sha256 for row in CATALOGUE if row.sha256}
    if name not in pinned:
        return None
    try:
        card = msgspec.json.decode((FOLDER / f"{name}.json").read_bytes(), type=DatasetCard)
    except (OSError, msgspec.MsgspecError):
        return None
    return card if card.sha256 == pinned[name] else None


def make_cards() -> None:
    """Write all of them."""
    from ppml_core.datasets.card_maker import make_card

    FOLDER.mkdir(exist_ok=True)
    for row in CATALOGUE:
        if row.sha256:
            card = make_card(load_dataset(row.name), row.name)
            body = msgspec.json.format(msgspec.json.encode(card), indent=1)
            (FOLDER / f"{row.name}.json").write_bytes(body + b"\n")


if __name__ == "__main__":
    make_cards()
