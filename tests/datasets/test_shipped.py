"""Shipped cards say what cards made now say."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ppml_core.datasets import shipped
from ppml_core.datasets.card_maker import make_card
from ppml_core.datasets.catalogue import CATALOGUE, load_dataset

BUNDLED = [row.name for row in CATALOGUE if row.sha256]


def pixels(picture: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))))


@pytest.mark.parametrize("name", BUNDLED)
def test_a_shipped_card_is_the_card_made_now(name):
    made, kept = make_card(load_dataset(name), name), shipped.shipped_card(name)
    assert kept is not None
    # The same pictures may be packed in other bytes by another Pillow.
    assert replace(kept, thumbnails=()) == replace(made, thumbnails=())
    assert len(kept.thumbnails) == len(made.thumbnails)
    for ours, theirs in zip(kept.thumbnails, made.thumbnails, strict=True):
        np.testing.assert_array_equal(pixels(ours), pixels(theirs))


def test_a_damaged_or_foreign_card_counts_as_none(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    read = shipped.shipped_card.__wrapped__
    assert read("wine") is None
    (tmp_path / "wine.json").write_text("{")
    assert read("wine") is None
    other = make_card(load_dataset("wine"), "wine")
    (tmp_path / "wine.json").write_bytes(
        shipped.msgspec.json.encode(replace(other, sha256="0" * 64))
    )
    assert read("wine") is None
