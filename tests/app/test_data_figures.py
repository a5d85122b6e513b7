"""Class balance, split and their sentences say what the counts say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.figures import class_balance, split
from ppml_core.datasets.split import SplitSizes


def test_bars_are_the_counts_with_their_shares():
    bars = class_balance.draw(("cat", "dog"), (30, 10), dark=False).data[0]
    assert (list(bars.x), list(bars.y)) == ([30, 10], ["cat", "dog"])
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
    groups = split.groups(SplitSizes(members=0.5, nonmembers=0.25, auxiliary=0.1), 200)
    assert [group.n for group in groups] == [100, 50, 20, 30]


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
    figure = split.draw(SplitSizes(members=0.3, nonmembers=0.3, auxiliary=0.2), 50, dark=False)
    assert len({trace.marker.symbol for trace in figure.data}) == 4
