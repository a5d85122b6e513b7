"""Decisions are checked when they are made, and travel as JSON."""

from __future__ import annotations

import msgspec
import pytest

from ppml_core.datasets.preparation import Preparation
from ppml_core.errors import InvalidValue


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"missing": "ignore"}, "missing one of refuse, drop-rows, fill, got 'ignore'"),
        ({"label": "a", "leave_out": ("a",)}, "label not among"),
        ({"bounds": {"age": (5.0, 5.0)}}, "bounds of age low < high"),
        ({"bounds": {"age": (0.0, float("inf"))}}, "bounds of age low < high"),
        ({"categories": {"town": ("a", "a")}}, "categories of town without repetition"),
        ({"categories": {"town": ()}}, "categories of town with at least one"),
        ({"fill_values": {"age": float("nan")}}, "fill_values of age finite"),
        ({"image_side": 3}, r"image_side in \[4, 512\]"),
    ],
)
def test_refused(fields: dict, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        Preparation(**fields)


def test_json_round_trip() -> None:
    made = Preparation(
        label="y",
        leave_out=("id",),
        categorical=("town",),
        missing="fill",
        bounds={"age": (0.0, 120.0)},
        categories={"town": ("a", "b")},
        fill_values={"age": 40.0, "town": "a"},
    )
    assert msgspec.json.decode(msgspec.json.encode(made), type=Preparation) == made
