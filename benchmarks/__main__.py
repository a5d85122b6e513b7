"""``python -m benchmarks``: speed against what one would otherwise run; ``growth``: how it grows.

Every task is measured in rounds, all contestants in each round, so that a slow
spell of the machine meets all of them. A ratio is the median over rounds, with
the smallest and largest beside it.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import ppml_core  # noqa: F401  (sets the environment of torch's threads)

HERE = Path(__file__).parent


def main() -> None:
    """Run one benchmark and write its table beside this file."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("speed", "growth"), default="speed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--only", default="", help="tasks whose title contains this")
    options = parser.parse_args()
    import torch

    torch.set_num_threads(options.threads)
    if options.what == "growth":
        from benchmarks.growth import measure

        measure(HERE)
    else:
        from benchmarks.speed import measure_all

        measure_all(options.rounds, options.epochs, options.only, HERE / "speed.md")


if __name__ == "__main__":
    main()
