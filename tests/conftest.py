"""For all tests: the library's settings of the environment, and no timed assertions."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Tests run beside one another: a thread that waits should leave its core to the next.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import ppml_core  # noqa: F401  (before anything imports torch)

# A slow machine is not a failure. In CI the examples are the same every time.
settings.register_profile("ppml", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ppml")

# Tests make stores of their own: never in a database that somebody works with.
os.environ.pop("PPML_DATABASE_URL", None)


SURVEY = ("test_accessibility", "test_layout", "test_charts")


def together(nodeid: str) -> str:
    """Tests of one name run in one process, after one another: they share what is dear.

    Browser tests share a server: one group looks at every page in every state, the other
    goes on journeys. Tests of the store share a PostgreSQL. All others go by file.

    >>> together("tests/browser/test_charts.py::test_x[a/b]"), together("tests/a/test_b.py::c")
    ('survey', 'tests/a/test_b.py')
    """
    file = Path(nodeid.split("::")[0])
    if file.parts[:2] == ("tests", "browser"):
        return "survey" if file.stem in SURVEY else "journeys"
    return "tests/storage" if file.parts[:2] == ("tests", "storage") else str(file)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests first: they take longest, and mostly wait."""
    items.sort(key=lambda item: ("journeys", "survey").count(together(item.nodeid)), reverse=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Groups by :func:`together`. (xdist's own marker for groups does not reach pytest 9.2.)"""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return Together(config, log)
