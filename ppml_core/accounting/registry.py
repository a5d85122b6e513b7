"""Which accountants there are. Only those whose epsilon is a proven upper bound.

The Gaussian-DP (central limit) approximation is left out on purpose: it
under-reports epsilon by 3 to 7 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ppml_core.accounting import pld, rdp
from ppml_core.errors import UnknownName


@dataclass(frozen=True, kw_only=True)
class Accountant:
    """``epsilon(noise_multiplier, sample_rate, steps, delta)`` and where it comes from."""

    name: str
    title: str
    citation: str
    epsilon: Callable[[float, float, int, float], float]


ACCOUNTANTS: dict[str, Accountant] = {
    "pld": Accountant(
        name="pld",
        title="Privacy loss distribution",
        citation="Doroshenko et al. 2022, Connect the Dots",
        epsilon=pld.epsilon,
    ),
    "rdp": Accountant(
        name="rdp",
        title="Rényi differential privacy",
        citation="Mironov, Talwar and Zhang 2019",
        epsilon=rdp.epsilon,
    ),
}


def accountant(name: str) -> Accountant:
    """By name; raises ``UnknownName``.

    >>> accountant("rdp").title
    'Rényi differential privacy'
    """
    if name not in ACCOUNTANTS:
        raise UnknownName("accountant", name, list(ACCOUNTANTS))
    return ACCOUNTANTS[name]
