"""The pictures of page Attributes draw the report's numbers and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.components import attribute_words as words
from app.figures import attribute_auc, attribute_shares
from ppml_core.auditing.attribute_report import Guesser, Shares
from ppml_core.auditing.attribute_sentences import of_a_hundred
from ppml_core.auditing.report import Estimate


def estimate(value: float, half: float = 0.03) -> Estimate:
    return Estimate(value=value, ci=(value - half, value + half), n=100)


GUESSERS = tuple(
    Guesser(
        name=name,
        auc_members=estimate(inside),
        auc_nonmembers=estimate(outside),
        accuracy_members=estimate(0.7),
        accuracy_nonmembers=estimate(0.6),
    )
    for name, inside, outside in (
        ("imputer", 0.5, 0.5),
        ("model", 0.9, 0.35),
        ("fused", 0.91, 0.5),
    )
)
SHARES = Shares(
    right=estimate(0.8),
    population=estimate(0.625),
    model=estimate(0.125),
    membership=estimate(0.25),
    majority=0.5,
)


def test_every_point_and_interval_is_the_reports():
    drawn = attribute_auc.draw(GUESSERS, words.GUESSERS, dark=False)
    members, others = drawn.data
    assert list(members.x) == [0.5, 0.9, 0.91]
    assert list(others.x) == [0.5, 0.35, 0.5]
    assert list(members.error_x.array) == pytest.approx([0.03] * 3)
    assert list(members.error_x.arrayminus) == pytest.approx([0.03] * 3)
    assert members.marker.symbol != others.marker.symbol
    assert tuple(drawn.layout.yaxis.ticktext) == tuple(words.GUESSERS.values())


def test_the_axis_reaches_below_the_lowest_interval():
    drawn = attribute_auc.draw(GUESSERS, words.GUESSERS, dark=True)
    low, high = drawn.layout.xaxis.range
    assert low < 0.32
    assert high > 1


def test_the_bar_is_a_hundred_members():
    drawn = attribute_shares.draw(SHARES, words.PARTS, dark=False)
    assert [bar.x[0] for bar in drawn.data] == pytest.approx([50, 10, 20, 20])
    assert [bar.name for bar in drawn.data] == [
        "Population 50",
        "Model 10",
        "Membership 20",
        "Guessed wrong 20",
    ]
    assert len({bar.marker.pattern.shape for bar in drawn.data[:3]}) == 3


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda parts: sum(parts) > 0.01))
def test_whole_people_make_a_hundred_and_are_nearly_exact(parts):
    total = sum(parts)
    right = sum(parts[:3]) / total
    known = [part / sum(parts[:3]) if right else 0.0 for part in parts[:3]]
    names = ("population", "model", "membership")
    shares = replace(
        SHARES,
        right=replace(SHARES.right, value=right),
        **{n: replace(SHARES.model, value=v) for n, v in zip(names, known, strict=True)},
    )
    whole = of_a_hundred(shares)
    assert sum(whole) == 100
    for people, part in zip(whole, parts, strict=True):
        assert abs(people - 100 * part / total) < 1
