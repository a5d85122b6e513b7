"""The laws against scipy.stats, which is what they stand in for."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ppml_core.statistics import laws

shares = st.floats(1e-9, 1 - 1e-9)


@given(shares, st.floats(1.0, 1e6))
def test_student(share: float, degrees: float) -> None:
    value = laws.student_quantile(share, degrees)
    assert value == pytest.approx(stats.t.ppf(share, degrees), rel=1e-9, abs=1e-12)
    assert laws.student_tail(value, degrees) == pytest.approx(
        stats.t.sf(value, degrees), rel=1e-9, abs=1e-12
    )


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.05, 1e5), st.floats(0.05, 1e5))
def test_beta(share: float, a: float, b: float) -> None:
    assert laws.beta_quantile(share, a, b) == pytest.approx(
        stats.beta.ppf(share, a, b), rel=1e-9, abs=1e-300
    )


@given(st.integers(1, 500), st.data())
def test_tails(trials: int, data: st.DataObject) -> None:
    least = data.draw(st.integers(0, trials))
    a, b = data.draw(st.integers(1, 300)), data.draw(st.integers(1, 300))
    assert laws.binomial_tail(least, trials, 0.5) == pytest.approx(
        stats.binom.sf(least - 1, trials, 0.5), rel=1e-9, abs=1e-300
    )
    expected = 1 - stats.betabinom.pmf(np.arange(least), trials, a, b).sum()
    assert laws.beta_binomial_tail(least, trials, a, b) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), min_size=1, max_size=5))
def test_ranks_share_the_mean_of_ties(rows: list[list[int]]) -> None:
    values = np.array(rows, dtype=float)
    np.testing.assert_array_equal(laws.ranks(values), stats.rankdata(values, axis=1))
    np.testing.assert_array_equal(laws.ranks(values[0]), stats.rankdata(values[0]))


def test_an_audit_imports_neither_scipy_stats_nor_scikit_learn_nor_pandas() -> None:
    """Each costs half a second of CPU or more, of a first run's four."""
    code = (
        "import sys; from ppml_core import AuditRequest, run; "
        "run(AuditRequest(dataset='digits', shadows=4)); "
        "print([name for name in ('scipy.stats', 'sklearn', 'pandas', 'opacus') "
        "if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
