"""A privacy guarantee, which never travels without its assumptions."""

from __future__ import annotations

from dataclasses import dataclass, field

from ppml_core._validate import non_negative, one_of, open_unit, positive
from ppml_core.accounting.tradeoff import TradeOff


@dataclass(frozen=True, kw_only=True)
class PrivacyGuarantee:
    """(epsilon, delta)-differential privacy of one trained model: a proven upper bound.

    ``unit`` is what one "record" is; ``caveats`` are sentences that weaken the
    statement (private statistics used for scaling, several models released, ...).
    ``rdp_epsilon`` is the RDP accountant's looser figure, kept as a cross-check.
    ``trade_offs`` are the mechanism's own curves, one for each kind of neighbours; empty where
    epsilon is too large to bound anything, and in reports of older releases.
    """

    epsilon: float
    delta: float
    noise_multiplier: float
    max_grad_norm: float
    sample_rate: float
    steps: int
    rdp_epsilon: float | None = None
    accountant: str = "PLD"
    neighboring_relation: str = "add-or-remove-one"
    sampling: str = "poisson"
    unit: str = "record"
    caveats: tuple[str, ...] = ()
    trade_offs: tuple[TradeOff, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        non_negative("epsilon", self.epsilon)
        open_unit("delta", self.delta)
        positive("noise_multiplier", self.noise_multiplier)
        positive("max_grad_norm", self.max_grad_norm)
        positive("steps", self.steps)
        one_of("sampling", self.sampling, ("poisson",))
