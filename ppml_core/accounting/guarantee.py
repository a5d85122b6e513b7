"""A privacy guarantee, which never travels without its assumptions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ppml_core._validate import non_negative, one_of, open_unit, positive
from ppml_core.accounting.group import group_privacy
from ppml_core.accounting.tradeoff import TradeOff


@dataclass(frozen=True, kw_only=True)
class GroupGuarantee:
    """The same for all rows of one ``unit`` together, by group privacy.

    ``unit``: ``person`` or ``set of exact copies``. ``records``: the largest number of
    training records that one has; the statement assumes that nobody has more. ``delta`` is
    None where group privacy gives 1 or more: then nothing is guaranteed.
    """

    unit: str
    records: int
    epsilon: float
    delta: float | None

    def __post_init__(self) -> None:
        positive("records", self.records)
        non_negative("epsilon", self.epsilon)


@dataclass(frozen=True, kw_only=True)
class PrivacyGuarantee:
    """(epsilon, delta)-differential privacy of one trained model: a proven upper bound.

    ``unit`` is what one "record" is; ``caveats`` are sentences that weaken the
    statement (private statistics used for scaling, several models released, ...).
    ``group`` is what remains for several records of one person, or copies of one record,
    where the training data has such; None where each is alone.
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
    group: GroupGuarantee | None = None

    def __post_init__(self) -> None:
        non_negative("epsilon", self.epsilon)
        open_unit("delta", self.delta)
        positive("noise_multiplier", self.noise_multiplier)
        positive("max_grad_norm", self.max_grad_norm)
        positive("steps", self.steps)
        one_of("sampling", self.sampling, ("poisson",))


def for_groups(guarantee: PrivacyGuarantee, unit: str, records: int) -> PrivacyGuarantee:
    """The guarantee with what it says about ``records`` records of one ``unit`` together; as it
    is where that is one.

    >>> one = PrivacyGuarantee(epsilon=0.5, delta=1e-6, noise_multiplier=1.0, max_grad_norm=1.0,
    ...                        sample_rate=0.1, steps=10)
    >>> four = for_groups(one, "person", 4).group
    >>> four.epsilon, round(four.delta, 7)
    (2.0, 9.8e-06)
    """
    if records < 2:
        return guarantee
    epsilon, delta = group_privacy(guarantee.epsilon, guarantee.delta, records)
    group = GroupGuarantee(unit=unit, records=records, epsilon=epsilon, delta=delta)
    return replace(guarantee, group=group)
