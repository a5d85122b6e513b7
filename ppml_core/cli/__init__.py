"""The command line: ``ppml datasets``, ``ppml audit``, ``ppml frontier``."""

from __future__ import annotations

from ppml_core.cli.main import main

__all__ = ["main"]
