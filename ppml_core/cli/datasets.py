"""``ppml datasets``."""

from __future__ import annotations

import argparse

from ppml_core.cli.text import columns
from ppml_core.datasets import catalogue


def show_datasets(arguments: argparse.Namespace) -> None:
    """The catalogue, and what is not at hand just now."""
    rows = [("NAME", "RECORDS", "FEATURES", "CLASSES", "KIND", "AVAILABLE", "WHAT IT IS")]
    missing = []
    for row in catalogue.CATALOGUE:
        reason = catalogue.availability(row.name)
        numbers = (f"{row.n:,}", f"{row.n_features:,}", f"{row.n_classes:,}")
        rows.append((row.name, *numbers, row.kind, "no" if reason else "yes", row.title))
        missing += [reason] if reason else []
    print(columns(rows, right=(1, 2, 3)))
    for reason in missing:
        print(f"* {reason}")
