"""Every page in every dress, looked at once: what the tests of looks then judge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from tab import Tab

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
DRESSES = (("light", 1280), ("dark", 390))
"""Both themes and both widths: contrast does not depend on the width, nor overflow on colours."""

_AXE_RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  v => `${v.id}: ${v.help}: ` + v.nodes.slice(0, 4).map(
    n => n.target.join(' ') + ' ' + n.html.slice(0, 160)
         + ' ' + n.any.concat(n.all, n.none).map(c => c.message).join('; ')).join(' | '))"""

# Whatever is wider than the window and not inside something that scrolls by itself.
_OVERFLOW = """() => {
  const limit = document.documentElement.clientWidth;
  const clipped = element => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      if (at.dataset && ['stMain', 'stAppViewContainer', 'stApp'].includes(at.dataset.testid))
        return false;
      if (getComputedStyle(at).overflowX !== 'visible') return true;
    }
    return false;
  };
  const main = document.querySelector('[data-testid="stMain"]');
  const wide = [...main.querySelectorAll('*')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.right > limit + 1 && !clipped(element);
  }).map(element => element.tagName + '.' + element.className + ' '
                    + Math.round(element.getBoundingClientRect().right));
  for (const part of [document.documentElement, main])
    if (part.scrollWidth > part.clientWidth + 1)
      wide.push(`scrolls sideways: ${part.scrollWidth} > ${part.clientWidth}`);
  return wide.slice(0, 6);
}"""

_CHARTS = """() => [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].map(chart => ({
  role: chart.getAttribute('role'), name: chart.getAttribute('aria-label') || ''}))"""

_TWINS = """() => [...document.querySelectorAll('[data-testid="stExpander"]')].filter(
  twin => twin.querySelector('summary').innerText.includes('The same as a table')
).map(twin => twin.querySelectorAll('tbody tr').length)"""

_OPEN_ALL = """() => document.querySelectorAll(
  '[data-testid="stMain"] details:not([open]) > summary').forEach(summary => summary.click())"""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One page in one dress."""

    violations: list[str]
    overflow: list[str]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One page in all dresses."""

    looks: dict[str, Look]
    charts: list[dict[str, str]]
    twins: list[int]
    console_errors: list[str]
    outside: list[str]
    text: str


@cache
def axe_source() -> str:
    """The checker, from its package."""
    return AXE.read_text(encoding="utf-8")


def violations(tab: Tab) -> list[str]:
    """What axe-core objects to in the page as it is."""
    if not tab.page.evaluate("() => 'axe' in window"):
        tab.page.evaluate(axe_source())
    return list(tab.page.evaluate(_AXE_RUN))


def overflow(tab: Tab) -> list[str]:
    """What sticks out to the right."""
    return list(tab.page.evaluate(_OVERFLOW))


def look_at(tab: Tab, *, live: bool = False) -> Finding:
    """Look at the page that ``tab`` shows, folded parts opened."""
    looks = {}
    for theme, width in DRESSES:
        tab.page.emulate_media(color_scheme=theme)
        tab.page.set_viewport_size({"width": width, "height": 900})
        tab.settle()
        tab.page.evaluate(_OPEN_ALL)
        tab.settle()
        seen = Look(violations=violations(tab), overflow=overflow(tab))
        looks[f"{theme}-{width}"] = seen
    return Finding(
        looks=looks,
        charts=tab.page.evaluate(_CHARTS),
        twins=tab.page.evaluate(_TWINS),
        console_errors=list(tab.console_errors),
        outside=list(tab.outside),
        text=tab.main_text(),
    )


def machine_words(text: str) -> list[str]:
    """Parts of a traceback or a path of this machine in what a visitor reads."""
    return re.findall(r"Traceback|File \".*\"|(?:/tmp|/home|/usr|/root|/work)/\S+", text)


Survey = dict[tuple[str, str], Any]
