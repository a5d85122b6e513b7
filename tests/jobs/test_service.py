from __future__ import annotations

import pytest
from conftest import request, wait_for, wait_for_state  # type: ignore[import-not-found]
