"""No place is forgotten: the sources are read for text that reaches a page unescaped.

A text is ours where it is a constant, or made of constants and numbers. Everything else
must go through ``app/escape.py``, or stand in a list below with what it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((*(ROOT / "app").rglob("*.py"), *(ROOT / "pages").rglob("*.py")))

MARKDOWN = {
    *("title", "header", "subheader", "markdown", "write", "caption", "text", "badge"),
    *("error", "warning", "info", "success", "toast", "spinner", "status", "exception"),
    *("button", "download_button", "link_button", "page_link", "popover", "expander", "tabs"),
    *("selectbox", "multiselect", "radio", "pills", "segmented_control", "checkbox", "toggle"),
    *("slider", "select_slider", "number_input", "text_input", "text_area", "file_uploader"),
    *("metric", "dialog", "form_submit_button", "data_editor", "section", "menu_button"),
}
"""Functions of Streamlit, and of ours, that read what they show as Markdown."""

TEXTS = {"label", "body", "text", "title", "help", "caption", "value"}
OPTIONS = {"radio", "pills", "segmented_control"}
"""Their options are Markdown too."""

OURS = {
    "attack_form": {
        "' '.join((f'{formats.attack_title(a)}: {glossary.help_for(a)}' for a in ATTACKS))"
    },
    "attribute_view": {"label", "value"},
    "cancel": {"_why(others)"},
    "data_card": {"state"},
    "data_catalogue": {"_short(entry)", "entry.title"},  # of the catalogue
    "data_choices": {
        *("lambda form: DATES[form]", "lambda key: MISSING[key]"),
        "missing_words(preview.missing)",
    },
    "data_form": {"label"},
    "data_roles": {"session.get(base)"},  # cells are shown as they are
    "data_split": {"label"},
    "data_upload": {"limit"},
    "defend_form": {
        "lambda text: 'no DP (no noise)' if text == NO_DP else text",
        "NO_DP_HELP",
        "' '.join((f'{formats.attack_title(a)}: {glossary.help_for(a)}' for a in ATTACKS))",
    },
    "defend_view": {
        "label",
        "lambda option: titles[option]",
        "values.METRICS[choice.metric].label",
    },
    "gradients_form": {"label", "lambda method: words.METHODS[method]"},
    "gradients_view": {
        "label",
        "words.METHODS[method]",
        "words.METHOD_LINES[method]",
        "lambda key: values.MEASURES[key].label",
    },
    "grid_slider": {"label", "options[0]", "told", "start"},  # of the settings of a grid
    "guarantee_card": {"said", "meaning", "note", "title"},
    "heading": {"title"},  # by its callers, which are read as well
    "inversion_form": {"lambda way: choices.PRIVACY[way]"},
    "inversion_person": {"report.unit", "report.unit.capitalize()"},  # class, record or person
    "inversion_sheet": {"report.unit", "words.several(report.unit)"},
    "ladder_form": {"choices.with_epsilon"},
    "ladder_view": {"choice.unit", "RUNG_TITLES[rung.name]"},
    "metric": {"label", "value"},
    "runs_list": {"title", "name"},  # "Now" and "Earlier"; escaped where it is made
    "start": {"label"},
    "states": {"title", "waiting_words(before)"},  # of a kind of run; a number
    "submit": {"label"},
}
"""What is read as Markdown and holds nothing from a file, a form, a run or an address."""

PARTS = {
    *("head", "body", "items", "listed", "cards", "notes", "missing", "told", "counts"),
    *("''.join(items)", "''.join(cells)", "''.join(tiles)", "''.join(rows)"),
    *("mark", "tone", "share", "uri(shown)", "pictures.tag(shown, alt)"),
}
"""Markup that was made a line before, of escaped parts; marks and numbers."""

MARKUP = {
    "attribute_auc": {"name"},  # members or non-members
    "attribute_shares": {"name"},  # of a guesser
    "data_card": {"name", "value"},  # counts and what they count
    "data_catalogue": {"tag", "facts", "_STATES.get(entry.needs or '', 'not installed')"},
    "data_preview": {"''.join((_cell(value) for value in row))"},
    "findings": {"_NAMES[tone]"},
    "frontier": {
        *("where", "_short(cell)", "values.METRICS[choice.metric].label"),
        "values.number_text(measured.value, choice.metric)",
        "values.interval_text(measured.ci, choice.metric)",
    },
    "frontier_values": {
        *("where", "METRICS[metric].label", "number_text(measured.value, metric)"),
        "interval_text(measured.ci, metric)",
    },
    "frontier_grid": {"_STYLE", "base.tint(hue, 0.06 + 0.3 * share)", "text", "_head(epsilon)"},
    "gradients_curve": {
        *("_name(cell.clip)", "values.MEASURES[measure].label"),
        *("values.number(found.value, measure)", "values.interval(found, measure)"),
    },
    "inversion_curves": {"where", "name", "ci", "one.n", "one.unit"},
    "inversion_person": {"verdict_tag(one.verdict)"},
    "inversion_sheet": {
        *("verdict_tag(one.verdict)", "said.tone", "said.mark", "kind", "number"),
        "words.correlation(value)",
    },
    "inversion_view": {"inversion_sheet.verdict_tag(cell.verdict)"},
    "ladder_curve": {"name", "RUNG_TITLES[name]"},
    "learning": {"pattern"},
    "records_sheet": {"pictures"},
    "roc": {"title"},  # of an attack
    "runs_words": {"opened", "run.state", "word", "text"},
    "scores": {"name"},
    "scripts": {"script"},  # our own
    "split": {"group.name"},  # members, non-members, auxiliary
    "states": {"role"},
    "tables": {"_wide_row(row, columns)"},
}

NUMBERS = {"len", "min", "max", "count", "percent", "decimal", "rate", "duration", "epsilon"}
CONSTANTS = ("glossary.help_for", "formats.attack_title")
OTHERS = ("draw", "self", "escape", "formats", "runs_words", "values", "words")
"""Modules and objects with functions of the same names that show nothing."""


def dotted(node: ast.expr) -> str:
    return ast.unparse(node)


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """(file, call, last part of the function's name) of every call in the sources."""
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield name, node, node.func.attr


def shown(call: ast.Call, function: str) -> Iterator[ast.expr]:
    """The arguments that are read as Markdown."""
    first = 1 if function == "page_link" else 0  # the page comes before
    yield from call.args[first : first + 1]
    if function in OPTIONS:
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "format_func")
    yield from (keyword.value for keyword in call.keywords if keyword.arg in TEXTS)


def is_ours(node: ast.expr, allowed: set[str], escapes: tuple[str, ...]) -> bool:
    """Whether the expression is escaped, or holds nothing foreign."""
    if isinstance(node, ast.Constant) or dotted(node) in (*CONSTANTS, *allowed):
        return True
    if isinstance(node, ast.JoinedStr):
        return all(is_ours(part, allowed, escapes) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return node.format_spec is not None or is_ours(node.value, allowed, escapes)
    if isinstance(node, ast.IfExp):
        return all(is_ours(part, allowed, escapes) for part in (node.body, node.orelse))
    if isinstance(node, ast.BinOp):
        return all(is_ours(part, allowed, escapes) for part in (node.left, node.right))
    if isinstance(node, ast.Call):
        name = dotted(node.func)
        return name in escapes or name.split(".")[-1] in NUMBERS
    return False


def test_what_streamlit_reads_as_markdown_is_ours_or_escaped():
    forgotten = [
        f"{file}:{node.lineno}: {function}({dotted(node)})"
        for file, call, function in calls()
        if function in MARKDOWN and dotted(call.func).split(".")[0] not in OTHERS
        for node in shown(call, function)
        if not is_ours(node, OURS.get(Path(file).stem, set()), (*CONSTANTS, "escape.markdown"))
    ]
    assert forgotten == []


def markup(path: Path) -> Iterator[ast.JoinedStr]:
    """Texts with tags in them, whether for a page or for a figure."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            literal = "".join(p.value for p in node.values if isinstance(p, ast.Constant))
            if "</" in literal or "<img" in literal or "<p " in literal:
                yield node


def test_markup_holds_what_is_ours_or_escaped():
    forgotten = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {dotted(part)}"
        for path in SOURCES
        for node in markup(path)
        for part in node.values
        if not is_ours(
            part, MARKUP.get(path.stem, set()) | PARTS, (*CONSTANTS, "escape.html", "escape.plotly")
        )
    ]
    assert forgotten == []


def test_only_one_module_escapes():
    users = [path.name for path in SOURCES if "from html import" in path.read_text("utf-8")]
    assert users == ["escape.py"]
    assert not [path for path in SOURCES if "import html" in path.read_text("utf-8").split("\n")]


def test_the_reading_would_notice():
    call = ast.parse("st.header(f'In use: {card.title}')", mode="eval").body
    assert not is_ours(next(shown(call, "header")), set(), ("escape.markdown",))
    call = ast.parse("st.header(f'In use: {escape.markdown(card.title)}')", mode="eval").body
    assert is_ours(next(shown(call, "header")), set(), ("escape.markdown",))
