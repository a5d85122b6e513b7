"""Cancel belongs to those who asked for a run, and their turns to where they are."""

from __future__ import annotations

import pytest
from jobs_kit import LONG, make_request, wait_for_state

from ppml_core.errors import NotYours


def test_a_link_is_not_enough_to_cancel(bench):
    run_id = bench.submit(make_request(shadows=LONG), session="owner")
    for stranger in ("stranger", "", "command line"):
        with pytest.raises(NotYours, match="can cancel it"):
            bench.cancel(run_id, session=stranger)
    assert bench.view(run_id).live
    assert bench.asked(session="stranger") == frozenset()
    assert bench.asked(session="owner") == {run_id}
    assert bench.cancel(run_id, session="owner") == 0
    assert bench.view(run_id).state == "cancelled"


def test_a_run_that_several_asked_for_stops_with_the_last(bench):
    """Also one whose page is closed still wants it: runs go on without their page."""
    request = make_request(shadows=LONG)
    run_id = bench.submit(request, session="first")
    for name in ("second", "third"):
        bench.submit(request, session=name)
    assert bench.cancel(run_id, session="second") == 2
    assert bench.cancel(run_id, session="second") == 2  # twice is once
    assert bench.asked(session="second") == frozenset()
    assert bench.rejoin(run_id, session="second")
    assert bench.cancel(run_id, session="first") == 2
    assert bench.cancel(run_id, session="third") == 1
    assert bench.view(run_id).live
    assert bench.cancel(run_id, session="second") == 0
    assert bench.view(run_id).state == "cancelled"
    assert not bench.rejoin(run_id, session="stranger")
    with pytest.raises(NotYours):
        bench.cancel(run_id, session="stranger")


def test_asking_again_counts_as_wanting_it_again(bench):
    request = make_request(shadows=LONG)
    run_id = bench.submit(request, session="first")
    bench.submit(request, session="second")
    bench.cancel(run_id, session="first")
    bench.submit(request, session="first")
    assert bench.cancel(run_id, session="second") == 1
    assert bench.view(run_id).live


def test_a_run_that_only_those_are_left_with_who_cancelled_it_stops(bench):
    request = make_request(shadows=LONG)
    run_id = bench.submit(request, session="first")
    bench.submit(request, session="second")
    bench.cancel(run_id, session="first")
    bench.delete(run_id, session="second")
    assert bench.view(run_id).state == "cancelled"


def test_a_newcomer_from_elsewhere_is_next_or_second(bench):
    running = bench.submit(make_request(shadows=LONG), session="busy", address="192.0.2.1")
    wait_for_state(bench, running, "running")
    for number in range(20):
        bench.submit(make_request(), session=f"made up {number}", address="192.0.2.1")
    mine = bench.submit(make_request(), session="new", address="192.0.2.2")
    assert bench.view(mine).position == 1
