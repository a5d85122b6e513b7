"""Rényi differential privacy: looser and faster, kept as a cross-check.

Poisson-sampled Gaussian (Mironov, Talwar and Zhang 2019, section 3.3), converted
to (epsilon, delta) by Canonne, Kamath and Steinke 2020, proposition 12.
"""

from __future__ import annotations

from functools import lru_cache

from ppml_core.accounting._settings import check_settings
from ppml_core.accounting._silence import quiet_absl


@lru_cache(maxsize=4096)
def epsilon(noise_multiplier: float, sample_rate: float, steps: int, delta: float) -> float:
    """Epsilon of ``steps`` Poisson-sampled Gaussian steps; adding or removing one record.

    Arguments as for :func:`ppml_core.accounting.pld.epsilon`. A proven upper
    bound, usually 10 to 15 % above it. Raises ``InvalidValue``.

    >>> round(epsilon(1.3, 256 / 60_000, 3_516, 1e-5), 2)
    0.95
    """
    check_settings(noise_multiplier, sample_rate, steps, delta)
    import dp_accounting
    from dp_accounting.rdp import RdpAccountant

    step = dp_accounting.PoissonSampledDpEvent(
        sample_rate, dp_accounting.GaussianDpEvent(noise_multiplier)
    )
    accountant = RdpAccountant()
    with quiet_absl():
        accountant.compose(dp_accounting.SelfComposedDpEvent(step, steps))
        return float(accountant.get_epsilon(delta))
