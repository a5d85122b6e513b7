"""All pages in the two states in which a visitor finds them: nothing yet, and a finished run."""

from __future__ import annotations

from survey import Finding, look_at
from tab import PAGES, Tab

EMPTY, FINISHED = "empty", "finished"
DIALOG = "deletion asked for"
PLACES = [
    *((page, state) for page in PAGES for state in (EMPTY, FINISHED)),
    ("runs", DIALOG),
]
NAMES = [f"{page}, {state}" for page, state in PLACES]


class Places:
    """Looks at each place once, when first asked for it; one visitor sees them all."""

    def __init__(self, tab: Tab, runs: dict[str, str]) -> None:
        self._tab, self._runs = tab, runs
        self._seen: dict[tuple[str, str], Finding] = {}

    def look(self, page: str, state: str) -> Finding:
        """What is there to see in that place."""
        if (page, state) not in self._seen:
            self._seen[page, state] = self._look(page, state)
        return self._seen[page, state]

    def _look(self, page: str, state: str) -> Finding:
        tab = self._tab
        tab.console_errors.clear()
        tab.outside.clear()
        query = {} if state == EMPTY or page == "data" else {"run": self._runs[page]}
        if page == "data":
            query = {"data": "digits" if state == EMPTY else "breast-cancer"}
        tab.open(page, **query)
        if state == DIALOG:
            tab.button("Delete").first.click()
            tab.page.get_by_role("dialog").wait_for()
            tab.settle()
        return look_at(tab)
