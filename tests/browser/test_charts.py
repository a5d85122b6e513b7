"""Every chart can be heard and read as well as seen."""

from __future__ import annotations

import pytest
from places import NAMES, PLACES

pytestmark = pytest.mark.browser

WITH_CHARTS = {
    ("start", "finished"): 1,
    ("data", "empty"): 2,
    ("data", "finished"): 3,
    ("train", "finished"): 1,
    ("membership", "finished"): 3,
    ("inversion", "finished"): 2,
    ("gradients", "finished"): 1,
    ("defend", "finished"): 1,
}
"""At least so many."""


@pytest.mark.parametrize(("page", "state"), PLACES, ids=NAMES)
def test_charts_have_a_name_and_a_table(places, page, state):
    found = places.look(page, state)
    assert len(found.charts) >= WITH_CHARTS.get((page, state), 0)
    for chart in found.charts:
        assert chart["role"] in ("figure", "img") and len(chart["name"]) > 40, chart
    assert len(found.twins) >= len(found.charts)
    assert all(rows >= 1 for rows in found.twins)
