from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ppml_core.storage.fairness import Waiting, fair_order

NAMES = st.sampled_from("ABCD")
QUEUES = st.lists(
    st.tuples(st.frozensets(NAMES, min_size=1, max_size=2), st.integers(0, 50)), max_size=12
)
LOADS = st.dictionaries(NAMES, st.integers(0, 4))


def queue_of(rows):
    return [
        Waiting(run_id=f"{i:02}", sessions=sessions, since=float(since))
        for i, (sessions, since) in enumerate(rows)
    ]


@given(QUEUES, LOADS)
def test_everyone_is_served_once(rows, load):
    queue = queue_of(rows)
    assert sorted(fair_order(queue, load)) == [run.run_id for run in queue]


@given(st.lists(st.integers(0, 50), max_size=12), st.integers(0, 5))
def test_one_session_alone_is_first_come_first_served(times, load):
    queue = queue_of([(frozenset("A"), since) for since in times])
    expected = [run.run_id for run in sorted(queue, key=lambda run: run.since)]
    assert fair_order(queue, {"A": load}) == expected


@given(st.lists(st.tuples(NAMES, st.integers(0, 50)), max_size=14), LOADS)
def test_nobody_gets_two_ahead_of_someone_who_waits(rows, load):
    queue = queue_of([(frozenset(name), since) for name, since in rows])
    by_id = {run.run_id: next(iter(run.sessions)) for run in queue}
    served, left = dict(load), list(by_id.values())
    for run_id in fair_order(queue, load):
        name = by_id[run_id]
        assert served.get(name, 0) == min(served.get(other, 0) for other in left)
        served[name] = served.get(name, 0) + 1
        left.remove(name)


@given(QUEUES, LOADS, st.randoms())
def test_the_order_does_not_depend_on_how_rows_are_read(rows, load, random):
    queue = queue_of(rows)
    expected = fair_order(queue, load)
    random.shuffle(queue)
    assert fair_order(queue, load) == expected


@given(QUEUES, LOADS)
def test_it_is_the_order_of_the_definition(rows, load):
    left, served, expected = queue_of(rows), dict(load), []
    while left:
        least = [min(served.get(name, 0) for name in run.sessions) for run in left]
        ranks = [(had, run.since, run.run_id) for had, run in zip(least, left, strict=True)]
        run = left.pop(ranks.index(min(ranks)))
        expected.append(run.run_id)
        for name in run.sessions:
            served[name] = served.get(name, 0) + 1
    assert fair_order(queue_of(rows), load) == expected


@given(QUEUES, LOADS)
def test_taking_the_first_leaves_the_others_in_their_order(rows, load):
    """What a page shows as the position stays true while runs are claimed."""
    queue = queue_of(rows)
    order = fair_order(queue, load)
    if order:
        first = next(run for run in queue if run.run_id == order[0])
        after = {name: load.get(name, 0) + (name in first.sessions) for name in "ABCD"}
        assert fair_order([run for run in queue if run is not first], after) == order[1:]
