"""What every accountant requires of its arguments."""

from __future__ import annotations

from ppml_core import limits
from ppml_core._validate import in_range
from ppml_core.errors import InvalidValue


def check_settings(noise_multiplier: float, sample_rate: float, steps: int, delta: float) -> None:
    """Raise ``InvalidValue`` for the first argument out of its range."""
    in_range("noise_multiplier", noise_multiplier, limits.NOISE_MIN, limits.NOISE_MAX)
    check_mechanism(sample_rate, steps, delta)


def check_mechanism(sample_rate: float, steps: int, delta: float) -> None:
    """The same without the noise, for calibration."""
    if not 0 < sample_rate <= 1:
        raise InvalidValue("sample_rate", "in (0, 1]", sample_rate)
    in_range("steps", steps, 1, limits.STEPS_MAX)
    if not limits.DELTA_MIN <= delta < 1:
        raise InvalidValue("delta", f"in [{limits.DELTA_MIN}, 1)", delta)
