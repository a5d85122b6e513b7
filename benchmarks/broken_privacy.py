"""Which broken trainings does an audit notice, and does it ever accuse a right one?

The report's claim stays what it is, and the training is broken behind it: no noise, half of
the noise, a clipping norm ten times as large. Small populations, fresh seeds.

    python -m benchmarks.broken_privacy [seeds]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from unittest.mock import patch

import ppml_core.jobs.pipeline.audit as audit
from ppml_core import AuditRequest, DPSGDConfig, SplitSizes, TrainingRecipe, run
from ppml_core.training.population import noise_multiplier_of, train_population

FIRST_SEED = 1_000
EPSILONS = (1.0, 4.0)
MODELS = 32

Break = Callable[[DPSGDConfig, float], DPSGDConfig]
BREAKS: dict[str, Break] = {
    "as claimed": lambda privacy, noise: privacy,
    "no noise": lambda privacy, noise: _with(privacy, 0.0),
    "half of the noise": lambda privacy, noise: _with(privacy, noise / 2),
    # The noise is a multiple of the clipping norm: it stays what it was.
    "clipping times ten": lambda privacy, noise: replace(
        _with(privacy, noise / 10), max_grad_norm=10 * privacy.max_grad_norm
    ),
}


def main(seeds: int = 5) -> None:
    """One line a claim and a breach: in how many runs the guarantee was found broken."""
    print(f"{'claim':<12}{'training':<22}{'noticed':>10}{'advantage':>12}{'allowed':>10}")
    for epsilon in EPSILONS:
        for title, broken in BREAKS.items():
            found = [audited(epsilon, broken, FIRST_SEED + seed) for seed in range(seeds)]
            noticed = sum(each[0] for each in found)
            most = max(each[1] for each in found)
            print(
                f"epsilon {epsilon:<4g}{title:<22}{noticed:>6} of {seeds}{most:>12.3f}"
                f"{found[0][2]:>10.3f}",
                flush=True,
            )


def audited(epsilon: float, broken: Break, seed: int) -> tuple[bool, float, float]:
    """(noticed, largest advantage, advantage allowed) of one run."""
    privacy = DPSGDConfig(target_epsilon=epsilon, max_grad_norm=1.0)
    recipe = TrainingRecipe(
        epochs=60, batch_size=10_000, optimizer="sgd", learning_rate=4.0, privacy=privacy
    )
    request = AuditRequest(
        dataset="digits",
        recipe=recipe,
        split=SplitSizes(members=0.05, nonmembers=0.05, auxiliary=0.1),
        shadows=MODELS,
        attacks=("lira", "loss"),
        seed=seed,
    )

    def training(dataset, membership, recipe, *rest, **options):  # type: ignore[no-untyped-def]
        noise = noise_multiplier_of(recipe, int(membership[0].sum()))
        recipe = replace(recipe, privacy=broken(recipe.privacy, noise or 0.0))
        return train_population(dataset, membership, recipe, *rest, **options)

    with patch.object(audit, "train_population", training):
        report = run(request)
    curve = report.guarantee.trade_offs[1]
    noticed = any(finding.code == "LS006" for finding in report.findings)
    return noticed, max(a.advantage or 0.0 for a in report.attacks), curve.max_advantage


def _with(privacy: DPSGDConfig, noise: float) -> DPSGDConfig:
    """The same with this noise."""
    return replace(privacy, target_epsilon=None, noise_multiplier=noise)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
