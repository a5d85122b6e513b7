from __future__ import annotations

import heapq
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.storage import fairness
from ppml_core.storage.fairness import Asker, Load, Waiting, fair_order, place_of

ASKERS = st.builds(Asker, st.sampled_from("xyz"), st.sampled_from("ABCD"))
QUEUES = st.lists(
    st.tuples(st.frozensets(ASKERS, max_size=3), st.integers(0, 50)),
    max_size=12,
)
LOADS = st.builds(
    Load,
    places=st.dictionaries(st.sampled_from("xyz"), st.integers(0, 4)),
    askers=st.dictionaries(ASKERS, st.integers(0, 4)),
)


def queue_of(rows):
    return [
        Waiting(run_id=f"{i:05}", askers=askers, since=float(since))
        for i, (askers, since) in enumerate(rows)
    ]


def alone(place, session):
    return frozenset({Asker(place, session)})


def by_the_definition(queue, load):
    """The order as the docstring says it, in quadratic time."""
    places, askers, left, order = dict(load.places), dict(load.askers), list(queue), []

    def rank(run):
        who = run.askers or {fairness.NOBODY}
        least = min((places.get(a.place, 0), askers.get(a, 0)) for a in who)
        return (least, run.since, run.run_id)

    while left:
        run = min(left, key=rank)
        left.remove(run)
        order.append(run.run_id)
        for asker in run.askers or {fairness.NOBODY}:
            askers[asker] = askers.get(asker, 0) + 1
        for place in {asker.place for asker in run.askers or {fairness.NOBODY}}:
            places[place] = places.get(place, 0) + 1
    return order


@given(QUEUES, LOADS)
def test_it_is_the_order_of_the_definition(rows, load):
    assert fair_order(queue_of(rows), load) == by_the_definition(queue_of(rows), load)


@given(QUEUES, LOADS)
def test_everyone_is_served_once(rows, load):
    queue = queue_of(rows)
    assert sorted(fair_order(queue, load)) == [run.run_id for run in queue]


@given(st.lists(st.integers(0, 50), max_size=12), LOADS)
def test_one_session_alone_is_first_come_first_served(times, load):
    queue = queue_of([(alone("x", "A"), since) for since in times])
    assert fair_order(queue, load) == [r.run_id for r in sorted(queue, key=lambda r: r.since)]


@given(st.lists(st.tuples(ASKERS, st.integers(0, 50)), max_size=14))
def test_no_place_gets_two_ahead_of_one_that_waits(rows):
    queue = queue_of([(frozenset({asker}), since) for asker, since in rows])
    place = {run.run_id: next(iter(run.askers)).place for run in queue}
    served, left = dict.fromkeys("xyz", 0), list(place.values())
    for run_id in fair_order(queue, Load()):
        assert served[place[run_id]] == min(served[other] for other in left)
        served[place[run_id]] += 1
        left.remove(place[run_id])


@given(QUEUES, LOADS, st.randoms())
def test_the_order_does_not_depend_on_how_rows_are_read(rows, load, random):
    queue = queue_of(rows)
    expected = fair_order(queue, load)
    random.shuffle(queue)
    assert fair_order(queue, load) == expected


@given(QUEUES, LOADS)
def test_taking_the_first_leaves_the_others_in_their_order(rows, load):
    """What a page shows as the position stays true while runs are claimed."""
    queue = queue_of(rows)
    order = fair_order(queue, load)
    if order:
        first = next(run for run in queue if run.run_id == order[0])
        who = first.askers or {fairness.NOBODY}
        places, askers = dict(load.places), dict(load.askers)
        for asker in who:
            askers[asker] = askers.get(asker, 0) + 1
        for place in {asker.place for asker in who}:
            places[place] = places.get(place, 0) + 1
        rest = [run for run in queue if run is not first]
        assert fair_order(rest, Load(places=places, askers=askers)) == order[1:]


@pytest.mark.parametrize("made_up", [1, 60, 500])
@pytest.mark.parametrize("had", [0, 1, 40])
def test_a_newcomer_is_next_or_second_whatever_another_place_makes_up(made_up, had):
    heap = [(alone("x", f"made up {i}"), i) for i in range(made_up)]
    queue = queue_of([*heap, (alone("y", "new"), made_up + 1)])
    order = fair_order(queue, Load(places={"x": had}))
    assert order.index(queue[-1].run_id) == (0 if had else 1)


def test_a_class_behind_one_router_has_its_turn_and_divides_it():
    heap = [(alone("alone", "busy"), 0) for _ in range(40)]
    pupils = [(alone("class", f"pupil {i}"), 1 + i) for i in range(10)]
    more = [(alone("class", "pupil 0"), 0.5) for _ in range(10)]
    queue = queue_of([*heap, *pupils, *more])
    order = [int(run_id) for run_id in fair_order(queue, Load())]
    of_class = [number for number in order if number >= 40]
    for i, number in enumerate(of_class[:10]):
        assert order.index(number) in (2 * i, 2 * i + 1)
    assert len({next(iter(queue[i].askers)) for i in of_class[:10]}) == 10  # each once


@pytest.mark.parametrize("kind", ["many sessions", "many places", "one heap", "a shared run each"])
def test_steps_grow_as_n_log_n(kind, monkeypatch):
    def steps(n):
        count = [0]

        class Counted(float):
            def __lt__(self, other):
                count[0] += 1
                return float(self) < float(other)

        rows = {
            "many sessions": [(alone("x", f"{i}"), Counted(i)) for i in range(n)],
            "many places": [(alone(f"{i}", "s"), Counted(i)) for i in range(n)],
            "one heap": [(alone("x", "s"), Counted(i)) for i in range(n)],
            "a shared run each": [
                (frozenset({Asker("x", f"{i}"), Asker("y", f"{i + 1}")}), Counted(i))
                for i in range(n)
            ],
        }[kind]
        queue = [
            Waiting(run_id=f"{i:05}", askers=askers, since=since)
            for i, (askers, since) in enumerate(rows)
        ]
        pushes = [0]
        push = heapq.heappush

        def counting(heap, entry):
            pushes[0] += 1
            push(heap, entry)

        with monkeypatch.context() as patch:
            patch.setattr(fairness.heapq, "heappush", counting)
            assert len(fair_order(queue, Load())) == n
        assert pushes[0] <= 12 * n
        return count[0]

    few, many = steps(250), steps(2000)
    assert many <= 1.5 * few * (2000 * log2(2000)) / (250 * log2(250))


def test_an_address_cannot_be_read_back_from_its_place():
    assert place_of("192.0.2.1", "one") != place_of("192.0.2.1", "two")
    assert place_of("192.0.2.1", "one") != place_of("192.0.2.2", "one")
    assert "192" not in place_of("192.0.2.1", "one")
    for here in (None, "", "127.0.0.1", "::1", "::ffff:127.0.0.1", "no address"):
        assert place_of(here, "one") == ""
