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


SURVEY = ("test_accessibility", "test_layout", "test_charts")


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests stay together on two of the test processes, because each needs a server.

    One group looks at every page in every state, the other goes on journeys. They mostly
    wait, and so are handed out first, while the third process works through the rest.
    """
    for item in items:
        if "browser" in item.path.parts:
            group = "survey" if item.path.stem in SURVEY else "journeys"
            item.add_marker(pytest.mark.xdist_group(group))
