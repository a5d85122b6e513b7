"""Every membership attack, by name. Adding one: a file, a row here, a test file."""

from __future__ import annotations

from ppml_core.attacks.membership.attack import Attack
from ppml_core.attacks.membership.lira import LiraOffline, LiraOnline
from ppml_core.attacks.membership.loss import LossThreshold
from ppml_core.attacks.membership.rmia import RmiaOffline
from ppml_core.errors import UnknownName

ATTACKS: dict[str, Attack] = {
    attack.name: attack for attack in (LiraOnline(), RmiaOffline(), LiraOffline(), LossThreshold())
}


def attack_named(name: str) -> Attack:
    """The attack of this name. Raises ``UnknownName``.

    >>> attack_named("lira").title
    'LiRA'
    """
    if name not in ATTACKS:
        raise UnknownName("attack", name, list(ATTACKS))
    return ATTACKS[name]
