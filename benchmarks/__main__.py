"""Prints seconds a model for us and for what one would otherwise run, side by side.

Every task is measured in rounds, all contestants in each round, so that a slow
spell of the machine meets all of them. The ratio is the median over rounds, with
the smallest and largest beside it.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable

import torch

from benchmarks.contestants import PLAIN, PRIVATE, stacked
from benchmarks.work import Work, tasks


def main() -> None:
    """Run all tasks and print one table each."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"torch {torch.__version__}, {options.threads} threads, {platform.machine()}")
    for work in tasks():
        _compare(work, options.rounds)


def _compare(work: Work, rounds: int) -> None:
    """One task: warm up, measure in rounds, print."""
    rivals = PRIVATE if work.recipe.privacy else PLAIN
    stacked(work, 2)
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        ours.append(_seconds_a_model(stacked, work, work.models))
        for name, rival in rivals.items():
            theirs[name].append(_seconds_a_model(rival, work, work.few))
    print(f"\n{work.title}, {len(work.dataset) // 2:,} records a model")
    print(f"  {'stacked, ' + str(work.models) + ' models':28} {_median(ours):9.4f} s a model")
    for name, seconds in theirs.items():
        ratios = [other / own for other, own in zip(seconds, ours, strict=True)]
        spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
        print(f"  {name:28} {_median(seconds):9.4f} s a model  {_median(ratios):6.1f}x  ({spread})")


def _seconds_a_model(train: Callable[[Work, int], None], work: Work, models: int) -> float:
    """Wall-clock seconds of training, divided by the models."""
    start = time.perf_counter()
    train(work, models)
    return (time.perf_counter() - start) / models


def _median(values: list[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main()
