"""Names that want to be pictures, links and scripts, on every page: they stay names.

The content security policy is switched off here, so that the escaping is seen alone; that
nothing on any page needs what the policy forbids is seen by the tests of quiet consoles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lab import wait_for
from listener import Listener
from tab import PAGES
from test_upload import bring, prepare

from app.session import COOKIE
from ppml_core.jobs.requests import AttributesRequest, AuditRequest, TrainRequest
from ppml_core.training.recipe import TrainingRecipe

pytestmark = pytest.mark.browser

QUICK = TrainingRecipe(epochs=2)
_FOUND = """host => [...document.querySelectorAll('img, a, iframe, object, embed, script, link')]
  .map(e => e.src || e.href || e.data || '').filter(to => to.includes(host)
    || to.startsWith('javascript:'))"""


@pytest.fixture
def elsewhere() -> Iterator[Listener]:
    """Where a name would like the browser to go."""
    made = Listener()
    yield made
    made.close()


def payloads(host: str) -> list[str]:
    """One name each; the slashes of the first are entities, as a file name must have them."""
    return [
        f"![a](http:&#47;&#47;{host}&#47;entity.png)",
        f"![b](http://{host}/markdown.png)",
        f"<img src=http://{host}/html.png>",
        f"<a href=http://{host}/figure>go</a>",
        f"[c](javascript:fetch('http://{host}/js')) :material/home: :red[d] $e^2$ `f` www.g.org",
    ]


def table(names: list[str]) -> str:
    """Columns, categories and classes with hostile names."""
    quoted = [f'"{name}"' for name in names]
    head = ["age", *quoted[1:4], "label"]
    rows = [
        [str(20 + i), quoted[i % 3], str(i * i % 17), quoted[i % 2 + 2], quoted[i % 5 // 2]]
        for i in range(120)
    ]
    return "\n".join(",".join(row) for row in [head, *rows]) + "\n"


def check(tab, elsewhere, where: str) -> None:
    """Nothing was asked for, nothing waits to be, and the cookie is out of reach."""
    assert elsewhere.asked == [], where
    assert tab.page.evaluate(_FOUND, elsewhere.host) == [], where
    assert [url for url in tab.outside if not url.startswith("about:")] == [], where
    assert tab.console_errors == [], where
    assert COOKIE not in tab.page.evaluate("document.cookie"), where


def test_hostile_names_stay_names_on_every_page(lab, visit, elsewhere, tmp_path):
    names = payloads(elsewhere.host)
    path = tmp_path / f"{names[0]}.csv"
    path.write_text(table(names))
    tab = visit(lab, bypass_csp=True).open("data")
    bring(tab, path)
    told = tab.see(re.compile("What is in")).inner_text().replace("\u2060", "")
    assert told == f"What is in {path.name}"
    ref = prepare(tab)
    check(tab, elsewhere, "data")
    column = lab.bench.card(ref).columns[1]
    split = {"dataset": ref, "recipe": QUICK}
    asked = {
        "train": TrainRequest(**split),
        "membership": AuditRequest(**split, shadows=8, attacks=("loss",)),
        "attributes": AttributesRequest(
            dataset=ref, sensitive=column, target="forest", trees=5, models=4, shadows=2
        ),
    }
    runs = {page: lab.finished(request)[0] for page, request in asked.items()}
    for page in PAGES:
        tab.open(page, data=ref, run=runs.get(page, runs["train"]))
        check(tab, elsewhere, page)
    link = tab.page.get_by_test_id("stSidebar").get_by_role("link").last
    assert names[0] in link.inner_text().replace("\u2060", "")


def test_hostile_addresses_stay_text_on_every_page(lab, visit, elsewhere):
    tab = visit(lab, bypass_csp=True)
    for page in PAGES:
        for name in payloads(elsewhere.host)[1:3]:
            tab.open(page, data=name, run=name)
            check(tab, elsewhere, page)


def test_the_watch_would_notice(lab, visit, elsewhere):
    tab = visit(lab, bypass_csp=True).open("runs")
    tab.page.evaluate(f"() => {{ new Image().src = 'http://{elsewhere.host}/x.png' }}")
    wait_for(lambda: elsewhere.asked, "the picture is asked for")
    assert [path for path, _ in elsewhere.asked] == ["/x.png"]
    assert all(COOKIE in cookies for _, cookies in elsewhere.asked)  # a port is no other site
    guarded = visit(lab).open("runs")
    guarded.page.evaluate(f"() => {{ new Image().src = 'http://{elsewhere.host}/y.png' }}")
    guarded.settle()
    assert [path for path, _ in elsewhere.asked] == ["/x.png"]  # the policy holds it back
