"""How time and memory grow with models, records and parameters.

Each point is measured in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.dataset import Dataset
from ppml_core.models.architecture import Architecture
from ppml_core.models.network import build_network
from ppml_core.training.membership import balanced_membership
from ppml_core.training.population import train_population
from ppml_core.training.recipe import TrainingRecipe

SERIES: dict[str, tuple[int, ...]] = {
    "models": (1, 4, 16, 64, 256, 1024),
    "records": (1_000, 2_000, 5_000, 15_000, 60_000),
    "hidden": (8, 32, 128, 512, 2048),
}
TITLES = {
    "models": "models (digits, MLP 64-32-10, 20 epochs)",
    "records": "records (fashion-mnist, 4 models of MLP 784-64-10, 2 epochs)",
    "hidden": "parameters (digits, 4 models of MLP 64-h-10, 20 epochs)",
}


@dataclass(frozen=True)
class Point:
    """``size`` is what varies: models, records, or parameters."""

    size: int
    seconds: float
    megabytes: float
    """Peak of the process beyond what it held before it trained."""


def measure(folder: Path) -> None:
    """Measure all series; write ``growth.md`` and ``growth.png``."""
    found = {name: [_apart(name, size) for size in sizes] for name, sizes in SERIES.items()}
    text = "".join(_table(name, points) for name, points in found.items())
    print(text)
    (folder / "growth.md").write_text(text, encoding="utf-8")
    _plot(found, folder / "growth.png")


def exponent(sizes: Iterable[float], values: Iterable[float]) -> float:
    """Slope of the least-squares line through the upper half of the points, log over log.

    >>> round(exponent([1, 10, 100, 1000], [5, 6, 60, 600]), 3)
    1.0
    """
    x, y = np.log(list(sizes)), np.log(list(values))
    half = len(x) // 2
    return float(np.polyfit(x[half:], y[half:], 1)[0])


def _apart(name: str, size: int) -> Point:
    """One point, in its own process."""
    command = [sys.executable, "-m", "benchmarks.growth", name, str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Point(**json.loads(done.stdout))


def _measure_here(name: str, size: int) -> dict[str, float]:
    """Train, and say how long it took and how much memory it needed."""
    data, recipe, models = _task(name, size)
    membership = balanced_membership(len(data), len(data) // 2, max(models, 2), seed=0)[:models]
    train_population(data, membership[:1], replace(recipe, epochs=1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    train_population(data, membership, recipe)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    network = build_network(recipe.architecture, data.features.shape[1:], data.n_classes)
    shown = network.n_parameters if name == "hidden" else size
    return {"size": shown, "seconds": seconds, "megabytes": (after - before) / 1024}


def _task(name: str, size: int) -> tuple[Dataset, TrainingRecipe, int]:
    """Data, recipe and number of models of a point."""
    hidden = size if name == "hidden" else 64 if name == "records" else 32
    architecture = Architecture(hidden=(hidden,))
    recipe = TrainingRecipe(architecture=architecture, epochs=20, learning_rate=1e-3)
    if name != "records":
        return load_dataset("digits"), recipe, size if name == "models" else 4
    data = load_dataset("fashion-mnist")
    rows = np.arange(min(size, len(data)))
    part = replace(
        data,
        features=data.features[rows],
        labels=data.labels[rows],
        record_ids=data.record_ids[rows],
    )
    return part, replace(recipe, epochs=2, batch_size=128), 4


def _table(name: str, points: list[Point]) -> str:
    """Markdown, with the fitted exponents."""
    rows = "".join(f"| {p.size:,} | {p.seconds:.3f} | {p.megabytes:.0f} |\n" for p in points)
    time_grows = exponent([p.size for p in points], [p.seconds for p in points])
    return (
        f"**{TITLES[name].capitalize()}**: time grows with exponent {time_grows:.2f} "
        f"(upper half of the points).\n\n| {name if name != 'hidden' else 'parameters'} "
        f"| seconds | peak memory beyond the start, MB |\n| --- | --- | --- |\n{rows}\n"
    )


def _plot(found: dict[str, list[Point]], path: Path) -> None:
    """Three panels, log over log."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(found), figsize=(12, 3.6), layout="constrained")
    for axis, (name, points) in zip(axes, found.items(), strict=True):
        axis.loglog([p.size for p in points], [p.seconds for p in points], "o-", color="#12868d")
        axis.set(xlabel=TITLES[name].split(" (")[0], ylabel="seconds")
        axis.set_title(TITLES[name].split("(")[1].rstrip(")"), fontsize=9)
        axis.grid(alpha=0.3)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    print(json.dumps(_measure_here(sys.argv[1], int(sys.argv[2]))))
