"""A guarantee for one row never stands alone where a person has several."""

from __future__ import annotations

import pytest

from app.components.guarantee_card import _together, rounded_up
from ppml_core.accounting.guarantee import PrivacyGuarantee, for_groups
from ppml_core.auditing.report import DatasetSummary
from ppml_core.cli.tables import dataset_line, guarantee_lines

GUARANTEE = PrivacyGuarantee(
    epsilon=1.0,
    delta=1e-5,
    noise_multiplier=1.0,
    max_grad_norm=1.0,
    sample_rate=0.1,
    steps=10,
)


@pytest.mark.parametrize(("unit", "who"), [("person", "person"), ("set of exact copies", "record")])
def test_the_card_says_what_is_left(unit: str, who: str) -> None:
    said = _together(for_groups(GUARANTEE, unit, 3))
    assert f"For a whole {who}" in said and "up to 3 training records" in said
    assert "group privacy" in said and "0.00011" in said
    assert "guarantees nothing" in _together(for_groups(GUARANTEE, unit, 40))


def test_the_command_line_says_it_too() -> None:
    grouped = for_groups(GUARANTEE, "person", 3)
    (line,) = set(guarantee_lines(grouped)) - set(guarantee_lines(GUARANTEE))
    assert line.strip() == (
        "for up to 3 rows of one person together epsilon is 3 and delta 0.000111 (group privacy)"
    )
    data = DatasetSummary(name="x", n=400, sha256="0" * 64, distinct=40, units=30, persons=30)
    assert dataset_line(data).startswith("x: 400 records, 40 different, of 30 people (0 members")


def test_rounding_never_improves_a_guarantee() -> None:
    assert all(rounded_up(k / 997) >= k / 997 for k in range(1, 997))
