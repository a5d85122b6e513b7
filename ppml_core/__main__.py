"""``python -m ppml_core`` is ``ppml``."""

from __future__ import annotations

import sys

from ppml_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
