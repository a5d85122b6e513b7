"""For all tests: the library's settings of the environment, and no timed assertions."""

import os

from hypothesis import settings

import ppml_core  # noqa: F401  (before anything imports torch)

# A slow machine is not a failure. In CI the examples are the same every time.
settings.register_profile("ppml", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ppml")
