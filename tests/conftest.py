"""For all tests: the library's settings of the environment, and no timed assertions."""

import os

import pytest
from hypothesis import settings

import ppml_core  # noqa: F401  (before anything imports torch)

# A slow machine is not a failure. In CI the examples are the same every time.
settings.register_profile("ppml", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ppml")

# Tests make stores of their own: never in a database that somebody works with.
os.environ.pop("PPML_DATABASE_URL", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser tests stay together on one of the two test processes: they share a server.

    They are many and mostly wait, and so are handed out first, while the other process
    works through the rest.
    """
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("browser"))
