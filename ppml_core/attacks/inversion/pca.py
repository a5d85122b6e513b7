"""White-box inversion among the pictures that auxiliary pictures span."""

from __future__ import annotations

from dataclasses import dataclass, field

from ppml_core.attacks.inversion.ascent import Ascent, climb
from ppml_core.attacks.inversion.attack import Check, Inverted, Progress, Task
from ppml_core.attacks.inversion.prior import COMPONENTS, pca_space


@dataclass(frozen=True, kw_only=True)
class PCAInversion:
    """Ascend ``log p_y - 0.02 ||code||^2`` over whitened components.

    A linear stand-in for the generative prior of Zhang et al.: a picture that the
    auxiliary pictures make plausible is preferred to one that only the model likes.
    """

    name: str = "pca"
    title: str = "Principal components"
    citation: str = "Zhang et al. 2020, The Secret Revealer, section 3.2, with a linear prior"
    access: str = "white-box"
    components: int = COMPONENTS
    ascent: Ascent = field(default_factory=lambda: Ascent(rate=0.1, restarts=4))

    def run(
        self, task: Task, *, check: Check | None = None, progress: Progress | None = None
    ) -> Inverted:
        """See ``InversionAttack.run``."""
        space = pca_space(task.auxiliary, self.components)
        return climb(task, space, self.ascent, check=check, progress=progress)
