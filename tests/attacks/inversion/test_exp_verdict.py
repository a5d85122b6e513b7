"""Verdicts follow from numbers, and too little never passes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ppml_core.attacks.inversion.swap import SwapResult, swap_test
from ppml_core.attacks.inversion.verdict import PersonSeen, Seen, judge, judge_person
from ppml_core.auditing.inversion_report import VERDICTS


def both_tests(wins: int, pairs: int) -> dict[str, SwapResult]:
    """Both tests with as many wins."""
    return {"swap": swap(wins, pairs), "side_by_side": swap(wins, pairs)}


def swap(wins: int, pairs: int) -> SwapResult:
    """A test with so many wins."""
    near = np.zeros((pairs, 2, 2))
    near[:wins, 0, 0], near[wins:, 0, 1] = 1.0, 1.0
    return swap_test(near, np.ones(pairs, dtype=bool), seed=0)


SEEN = Seen(
    who="person",
    **both_tests(25, 50),
    accuracy=0.9,
    accuracy_ci=(0.8, 0.95),
    chance=0.05,
    ran=1.0,
    confidence=0.99,
    recognised=0.0,
    correlation=0.1,
    class_correlation=0.5,
)


@pytest.mark.parametrize(
    ("change", "verdict", "said"),
    [
        (both_tests(50, 50), "individual-leakage", "50 of 50"),
        ({**both_tests(50, 50), "accuracy_ci": (0.01, 0.1)}, "individual-leakage", "50 of 50"),
        ({"ran": 0.1}, "did-not-run", "10%"),
        ({"accuracy_ci": (0.04, 0.09), "accuracy": 0.06}, "did-not-run", "6.0%"),
        ({"recognised": 0.8}, "class-average", "80%"),
        ({"correlation": 0.6}, "class-average", "0.60"),
        ({}, "adversarial-noise", "99%"),
        ({"confidence": 0.3}, "inconclusive", "no proof"),
        (both_tests(3, 6), "inconclusive", "too few pairs"),
        (both_tests(4, 4), "inconclusive", "too few pairs"),
        ({**both_tests(36, 50), "looks": 100}, "inconclusive", "36 of 50"),
        ({**both_tests(225, 400), "looks": 10, "recognised": 0.8}, "inconclusive", "51 to 61"),
        ({**both_tests(225, 400), "recognised": 0.8}, "individual-leakage", "225 of 400"),
    ],
)
def test_every_verdict_with_its_evidence(change, verdict, said):
    found, evidence = judge(replace(SEEN, **change))
    assert found == verdict
    assert found in VERDICTS
    assert said in evidence


def test_at_chance_says_what_is_excluded_and_not_that_nothing_is_there():
    found, said = judge(replace(SEEN, recognised=0.8))
    assert found == "class-average"
    assert "more than 70% of pairs is excluded" in said
    assert "nothing about" not in said


def test_a_trace_that_only_twins_show_is_a_leak_and_called_weak():
    found, said = judge(replace(SEEN, swap=swap(26, 50), side_by_side=swap(40, 50)))
    assert found == "individual-leakage"
    assert "26 of 50" in said and "40 of 50" in said
    assert "one picture alone is not surely better than guessing" in said
    assert "weak" not in judge(replace(SEEN, **both_tests(40, 50)))[1]


def test_lucky_swaps_without_a_trace_are_no_leak_and_no_pass():
    assert judge(replace(SEEN, swap=swap(36, 50), recognised=0.8))[0] == "inconclusive"


def test_losing_surely_is_no_pass():
    found, said = judge(replace(SEEN, **both_tests(10, 50), recognised=0.8))
    assert found == "inconclusive" and "less often than by chance" in said


def test_looking_at_more_settings_needs_more_evidence():
    assert judge(replace(SEEN, **both_tests(36, 50)))[0] == "individual-leakage"


PERSON = PersonSeen(
    who="person", wins=10, trials=10, p_value=0.02, smallest=0.02, correlation=0.8,
    without=0.1, auxiliary_mean=0.5, ran=True, learned=True, confidence=1.0, recognised=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "individual-leakage"),
        ({"correlation": 0.05}, "inconclusive"),
        ({"smallest": 1.0, "p_value": 1.0}, "inconclusive"),
        ({"wins": 8, "p_value": 1.0}, "inconclusive"),
        ({"wins": 7, "p_value": 0.3}, "inconclusive"),
        ({"wins": 5, "p_value": 1.0}, "class-average"),
        ({"wins": 5, "p_value": 1.0, "recognised": False}, "adversarial-noise"),
        ({"ran": False}, "did-not-run"),
        ({"learned": False}, "did-not-run"),
    ],
)
def test_every_verdict_on_a_person(change, verdict):
    found, evidence = judge_person(replace(PERSON, **change))
    assert found == verdict
    assert evidence
