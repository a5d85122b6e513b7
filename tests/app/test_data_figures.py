"""Class balance, split and their sentences say what the counts say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.figures import class_balance, data_uniqueness, split
from ppml_core.datasets.split import SplitSizes, make_split
from ppml_core.datasets.uniqueness import ColumnUniqueness, Uniqueness


def test_bars_are_the_counts_with_their_shares():
    bars = class_balance.draw(("cat", "dog"), (30, 10), dark=False).data[0]
    assert (list(bars.x), list(bars.customdata)) == ([30, 10], ["cat", "dog"])
    assert list(bars.text) == ["30 · 75.0 %", "10 · 25.0 %"]


def test_many_classes_are_drawn_sorted():
    counts = tuple(range(1, 41))
    line = class_balance.draw(tuple(map(str, counts)), counts, dark=True).data[0]
    assert list(line.y) == sorted(counts, reverse=True)


def test_sentence_names_the_largest_class_only_when_uneven():
    assert "about equally large" in class_balance.sentence(("a", "b"), (50, 50))
    uneven = class_balance.sentence(("sick", "well"), (10, 90))
    assert "well is the largest" in uneven
    assert "90 %" in uneven


def test_split_counts_add_up():
    groups = split.groups(SplitSizes(members=0.5, nonmembers=0.25, auxiliary=0.1), (120, 80))
    assert [group.n for group in groups] == [100, 50, 20, 30]


def test_split_counts_are_those_of_a_run():
    counts = (212, 357)  # breast cancer: each share alone would round up, to 570 of 569
    labels = np.repeat([0, 1], counts)
    made = make_split(labels, SplitSizes())
    shown = [group.n for group in split.groups(SplitSizes(), counts)]
    assert shown == [len(made.members), len(made.nonmembers), len(made.auxiliary), 0]
    assert sum(shown) == 569


def test_few_records_are_still_counted_once():
    assert sum(group.n for group in split.groups(SplitSizes(), (1, 1))) == 2


def test_hatching_follows_the_rounded_label():
    columns = tuple(
        ColumnUniqueness(name=name, distinct=2, alone=alone)
        for name, alone in (("a", 0.896), ("b", 0.894))
    )
    found = Uniqueness(columns=columns, alone=1.0, pair=None, alone_pair=None)
    bars = data_uniqueness.draw(found, dark=False).data[0]
    assert list(bars.text) == ["90 %", "89 %"]
    assert list(bars.marker.pattern.shape) == ["/", ""]


@given(
    members=st.floats(0.01, 0.5), nonmembers=st.floats(0.01, 0.3), auxiliary=st.floats(0.01, 0.2)
)
def test_always_a_hundred_dots_within_one_of_the_truth(members, nonmembers, auxiliary):
    sizes = SplitSizes(members=members, nonmembers=nonmembers, auxiliary=auxiliary)
    dots = split.hundredths(sizes)
    assert sum(dots) == 100
    exact = (members, nonmembers, auxiliary, 1 - sizes.total)
    assert all(
        abs(count - 100 * share) < 1.000001 for count, share in zip(dots, exact, strict=True)
    )


def test_groups_differ_by_shape():
    figure = split.draw(
        SplitSizes(members=0.3, nonmembers=0.3, auxiliary=0.2), (30, 20), dark=False
    )
    assert len({trace.marker.symbol for trace in figure.data}) == 4
