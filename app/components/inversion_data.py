"""The group "Data" of page Inversion: only pictures can be looked at."""

from __future__ import annotations

from app import escape, session
from app.components import data_form, data_waiting, formats, heading
from app.service import workbench
from ppml_core import limits
from ppml_core.datasets.catalogue import CATALOGUE, availability
from ppml_core.errors import PPMLError

START = "faces"


def draw() -> None:
    """Picker of picture sets, a line on the chosen one, and the way to bring one's own."""
    heading.section("Data")
    titles = options()
    now = chosen()
    data_form.picker("Pictures", titles, now, key="invert.picked")
    asked = session.links().get("data")
    if asked is not None and asked != now:
        heading.small(
            f"{_title(asked)} is a table. Only pictures are reconstructed here; what can be "
            f"inferred about people in tables is another question. So this starts with "
            f"{titles[now]}."
        )
    heading.small(_describe(now))
    data_waiting.show(now, "image")
    data_form.link()


def chosen() -> str:
    """The dataset that is used: the session's if it has pictures, else the faces."""
    asked = session.links().get("data")
    return asked if asked is not None and _is_pictures(asked) else START


def most_records() -> int:
    """Records that a class can hold, as far as is known before the pictures are read.

    Each of the faces is a person with one picture, so there it is one.
    """
    ref = chosen()
    if ref == START:
        return 1
    card = workbench().ready_card(ref)
    return limits.RECORDS_PER_CLASS_MAX if card is None else max(1, max(card.class_counts))


def options() -> dict[str, str]:
    """Ref to title of every set of pictures that can be chosen in this session."""
    titles = {
        entry.name: entry.title
        for entry in CATALOGUE
        if entry.kind == "image" and availability(entry.name) is None
    }
    for card in workbench().uploads(session=session.session_id()):
        if card.kind == "image":
            titles[card.ref] = f"{card.title} (yours)"
    now = chosen()
    titles.setdefault(now, _title(now))
    first = {START: titles[START]} if START in titles else {}
    return first | titles


def _is_pictures(ref: str) -> bool:
    """Whether a dataset has pictures; what is not here is left to the run to say."""
    for entry in CATALOGUE:
        if entry.name == ref:
            return entry.kind == "image"
    try:
        return workbench().card(ref).kind == "image"
    except PPMLError:
        return False


def _title(ref: str) -> str:
    """The title of a dataset, however it came here."""
    for entry in CATALOGUE:
        if entry.name == ref:
            return entry.title
    try:
        return workbench().card(ref).title
    except PPMLError:
        return f"{escape.plain(ref)[:24]} (not available)"


def _describe(ref: str) -> str:
    """One line on the chosen pictures."""
    for entry in CATALOGUE:
        if entry.name == ref:
            return f"{entry.description} {formats.count(entry.n)} pictures."
    try:
        return f"{formats.count(workbench().card(ref).n)} pictures of your own."
    except PPMLError as error:
        return str(error)
