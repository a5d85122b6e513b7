"""Confidence intervals of means."""

from __future__ import annotations

import math

import numpy as np

from ppml_core._validate import in_range, open_unit
from ppml_core.statistics.intervals import Interval
from ppml_core.statistics.laws import student_quantile


def mean_interval_of(values: np.ndarray, confidence: float = 0.95) -> Interval:
    """Student's interval for the mean of independent values, at least two.

    >>> low, high = mean_interval_of(np.array([1.0, 2.0, 3.0]))
    >>> round(low, 3), round(high, 3)
    (-0.484, 4.484)
    """
    n = len(values)
    in_range("values", n, 2, 2**53)
    tail = (1 - open_unit("confidence", confidence)) / 2
    half = -student_quantile(tail, n - 1) * float(np.std(values, ddof=1)) / math.sqrt(n)
    mean = float(np.mean(values))
    return mean - half, mean + half
