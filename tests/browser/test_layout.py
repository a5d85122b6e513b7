"""Nothing sticks out, complains in the console, leaves the machine or shows its insides."""

from __future__ import annotations

import pytest
from places import NAMES, PLACES
from survey import machine_words, overflow

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("page", "state"), PLACES, ids=NAMES)
def test_no_sideways_scrolling(places, page, state):
    looks = places.look(page, state).looks
    assert {dress: look.overflow for dress, look in looks.items() if look.overflow} == {}


@pytest.mark.parametrize(("page", "state"), PLACES, ids=NAMES)
def test_quiet_console_and_no_request_outside(places, page, state):
    found = places.look(page, state)
    assert found.console_errors == []
    assert found.outside == []
    assert machine_words(found.text) == []


def test_the_watch_would_notice(lab, visit):
    tab = visit(lab).open()
    tab.page.evaluate(
        """() => {
          document.querySelector('h1').insertAdjacentHTML(
            'afterend', '<div style="width: 3000px">wide</div>');
          console.error('seen');
          fetch('http://example.invalid/').catch(() => 0);
        }"""
    )
    tab.page.wait_for_timeout(200)
    assert overflow(tab)
    assert "seen" in tab.console_errors
    # The page may not even ask; the watch on requests is tried where hostile names are.
    assert tab.outside == []
    assert any("Content Security Policy" in error for error in tab.console_errors)
    assert machine_words('File "/tmp/x.py", line 1') and not machine_words("no DP / 8 of 24")
