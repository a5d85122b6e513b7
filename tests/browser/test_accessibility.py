"""axe-core finds nothing to object to, on any page, in any dress."""

from __future__ import annotations

import pytest
from places import NAMES, PLACES
from survey import violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("page", "state"), PLACES, ids=NAMES)
def test_no_violations(places, page, state):
    looks = places.look(page, state).looks
    assert {dress: look.violations for dress, look in looks.items() if look.violations} == {}


def test_the_checker_would_find_some(lab, visit):
    tab = visit(lab).open()
    tab.page.evaluate("() => document.querySelector('h1').insertAdjacentHTML('afterend', '<img>')")
    assert any(found.startswith("image-alt") for found in violations(tab))


def test_no_violations_before_anything_was_ever_run(own_lab, visit):
    tab = visit(own_lab).open("runs")
    tab.see("No runs yet")
    assert violations(tab) == []
