"""A training that is broken behind an unchanged claim, and the same as claimed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

# By its path: an installed package may call its own folder "benchmarks" too.
_FILE = Path(__file__).parents[2] / "benchmarks" / "broken_privacy.py"
_SPEC = importlib.util.spec_from_file_location("broken_privacy", _FILE)
assert _SPEC is not None and _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
BREAKS, audited = _MODULE.BREAKS, _MODULE.audited


def test_missing_noise_is_noticed_and_a_right_training_is_not_accused() -> None:
    noticed, reached, allowed = audited(1.0, BREAKS["no noise"], seed=77)
    assert noticed
    assert reached > allowed
    noticed, reached, allowed = audited(1.0, BREAKS["as claimed"], seed=77)
    assert not noticed
    assert reached < allowed
