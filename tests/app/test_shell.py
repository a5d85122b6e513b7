"""The shell: six flat pages, the run in the URL, the sidebar, texts for every term."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.components import glossary

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("start", "data", "train", "membership", "defend", "runs")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_keeps_the_run_in_the_url(open_page, bench, audit_request, page):
    bench.add("r", audit_request, "failed", error="No.")
    shown = open_page(page, run="r")
    assert shown.query_params["run"] == "r"
    assert not shown.exception


def test_the_sidebar_names_the_open_run_and_closes_it(open_page, bench, audit_request):
    bench.add("r", audit_request, "failed", error="No.")
    page = open_page("train", run="r")
    page.button(key="close-run").click().run()
    assert "run" not in page.query_params
    assert not page.sidebar.button


def test_only_the_session_module_touches_session_state_and_query_params():
    users = [
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"st\.(session_state|query_params)", path.read_text(encoding="utf-8"))
    ]
    assert users == ["app/session.py"]


def test_every_term_used_has_an_explanation():
    for path in [*(ROOT / "app").rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        for term in re.findall(r"""help_for\(\s*"(\w+)"\s*\)""", path.read_text(encoding="utf-8")):
            assert glossary.help_for(term), term


def test_explanations_are_sentences():
    for term, text in glossary.TERMS.items():
        assert not text[0].islower(), term
        assert text.endswith("."), term


def test_nothing_is_fetched_from_outside():
    for path in (*(ROOT / "assets").rglob("*.css"), *(ROOT / "assets").rglob("*.svg")):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text, path
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "http" not in config
