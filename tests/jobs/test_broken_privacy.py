"""A training that is broken behind an unchanged claim, and the same as claimed."""

from __future__ import annotations

from benchmarks.broken_privacy import BREAKS, audited


def test_missing_noise_is_noticed_and_a_right_training_is_not_accused() -> None:
    noticed, reached, allowed = audited(1.0, BREAKS["no noise"], seed=77)
    assert noticed
    assert reached > allowed
    noticed, reached, allowed = audited(1.0, BREAKS["as claimed"], seed=77)
    assert not noticed
    assert reached < allowed
