"""Every inversion attack, by name. Adding one: a file, a row here, a test file."""

from __future__ import annotations

from ppml_core.attacks.inversion.attack import InversionAttack
from ppml_core.attacks.inversion.blackbox import BlackBoxInversion
from ppml_core.attacks.inversion.gradient import GradientInversion
from ppml_core.attacks.inversion.labelonly import LabelOnlyInversion
from ppml_core.attacks.inversion.pca import PCAInversion
from ppml_core.attacks.inversion.vae import VAEInversion
from ppml_core.errors import UnknownName

ATTACKS: dict[str, InversionAttack] = {
    attack.name: attack
    for attack in (
        GradientInversion(),
        PCAInversion(),
        VAEInversion(),
        BlackBoxInversion(),
        LabelOnlyInversion(),
    )
}


def attack_named(name: str) -> InversionAttack:
    """The attack of this name. Raises ``UnknownName``.

    >>> attack_named("pca").access
    'white-box'
    """
    if name not in ATTACKS:
        raise UnknownName("attack", name, list(ATTACKS))
    return ATTACKS[name]
