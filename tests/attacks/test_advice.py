"""Whoever follows the advice of an attack that could not run can run it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ppml_core.attacks.membership.registry import attack_named
from ppml_core.attacks.membership.signals import Signals
from ppml_core.errors import AttackNotApplicable
from ppml_core.training.membership import balanced_membership


def refusal(name: str, records: int, members: int, models: int) -> str:
    """Why the attack cannot run; empty where it can."""
    membership = balanced_membership(records, members, models, seed=3)
    rng = np.random.default_rng(0)
    signals = Signals(
        phi=rng.normal(size=membership.shape),
        membership=membership,
        record_ids=np.arange(records),
        population_phi=rng.normal(size=(models, 20)),
    )
    try:
        attack_named(name).run(signals)
    except AttackNotApplicable as reason:
        return str(reason)
    return ""


@pytest.mark.parametrize("name", ["lira", "lira-offline", "rmia"])
@pytest.mark.parametrize(
    ("records", "members"),
    [(60, 30), (61, 30), (125, 62), (125, 63), (60, 6), (60, 54), (50, 17), (50, 33), (40, 2)],
)
@pytest.mark.parametrize("models", [2, 3])
def test_the_advised_number_is_the_smallest_that_runs(
    name: str, records: int, members: int, models: int
) -> None:
    """It used to say 6 where 6 cannot run and 7 can, and 8 where 30 were needed."""
    refused = refusal(name, records, members, models)
    if not refused:
        return
    found = re.search(r"Train (\d+) or more models", refused)
    assert found is not None
    assert refusal(name, records, members, int(found[1])) == ""
    assert refusal(name, records, members, int(found[1]) - 1) != ""


def test_six_are_too_few_for_uneven_halves() -> None:
    assert "Train 7 or more models" in refusal("lira", 125, 62, 6)
