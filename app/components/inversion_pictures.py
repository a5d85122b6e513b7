"""Pictures of a report as PNG: in the page, and as one contact sheet to take away."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from app import escape
from app.components import inversion_words as words
from app.figures import inversion_values as values
from ppml_core.auditing.inversion_report import (
    NULLS,
    InversionCell,
    InversionReport,
    Person,
    Reconstruction,
)
from ppml_core.auditing.pictures import Picture, pixels

TILE, GAP, LEFT, TEXT = 112, 10, 150, 250
"""Pixels of the contact sheet: a picture, the space between, the columns of words."""
_INK, _QUIET, _PAPER = "#17252a", "#55666b", "#ffffff"


@lru_cache(maxsize=4096)
def uri(shown: Picture) -> str:
    """A picture as a data URI."""
    target = io.BytesIO()
    image(shown).save(target, format="PNG")
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()


def image(shown: Picture) -> Image.Image:
    """A picture as pillow has it."""
    return Image.fromarray(pixels(shown))


def tag(shown: Picture, alt: str) -> str:
    """An ``img`` in crisp pixels."""
    return f'<img class="inv-pixels" src="{uri(shown)}" alt="{escape.html(alt)}">'


def of(person: Person, one: Reconstruction) -> list[tuple[str, Picture, float | None]]:
    """(title, picture, correlation with the truth) of a row, from left to right."""
    nulls = {
        "auxiliary-mean": person.auxiliary_mean,
        "nearest-auxiliary": person.nearest_auxiliary,
        "model-without": one.model_without,
        "prior-sample": one.prior_sample,
    }
    return [
        ("Truth", person.truth, None),
        ("Reconstruction", one.picture, one.correlation),
        *((words.NULLS[name].title, nulls[name], one.baselines.get(name)) for name in NULLS),
    ]


def rows(report: InversionReport, cell: InversionCell) -> list[tuple[Person, Reconstruction]]:
    """Each person with what the cell shows of them, in the report's order."""
    shown = {one.slot: one for one in cell.reconstructions}
    return [(person, shown[person.slot]) for person in report.people if person.slot in shown]


def contact_sheet(report: InversionReport, cell: InversionCell) -> bytes:
    """All people of a cell with truth, reconstruction, nulls and verdict, as PNG."""
    people = rows(report, cell)
    top = 96
    width = LEFT + 6 * (TILE + GAP) + TEXT
    sheet = Image.new("RGB", (width, top + len(people) * (TILE + GAP + 18) + 20), _PAPER)
    draw = ImageDraw.Draw(sheet)
    _head(draw, report, cell, top)
    for number, (person, one) in enumerate(people):
        _row(sheet, draw, top + number * (TILE + GAP + 18), person, one)
    target = io.BytesIO()
    sheet.save(target, format="PNG", optimize=True)
    return target.getvalue()


def _head(
    draw: ImageDraw.ImageDraw, report: InversionReport, cell: InversionCell, top: int
) -> None:
    """What the sheet shows, the verdict, and the columns' names."""
    setting = values.told(values.setting_of(cell))
    title = f"{report.dataset.name}: {words.attack_title(report.attack)}, {setting}"
    draw.text((GAP, 12), title, fill=_INK, font=_font(18))
    verdict = words.told(cell).title
    draw.text((GAP, 38), _fit(draw, f"{verdict}. {cell.evidence}", 900, 14), _INK, _font(14))
    names = ["Truth", "Reconstruction", *(words.NULLS[name].title for name in NULLS)]
    for place, name in enumerate(names):
        draw.text((LEFT + place * (TILE + GAP), top - 22), name, fill=_QUIET, font=_font(14))


def _row(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, y: int, person: Person, one: Reconstruction
) -> None:
    """One person."""
    draw.text((GAP, y + 4), _fit(draw, person.title, LEFT - 2 * GAP, 14), _INK, _font(14))
    for place, (_, shown, value) in enumerate(of(person, one)):
        x = LEFT + place * (TILE + GAP)
        sheet.paste(_enlarged(shown), (x, y))
        if value is not None:
            draw.text((x, y + TILE + 1), f"{value:.2f}", fill=_QUIET, font=_font(13))
    x = LEFT + 6 * (TILE + GAP)
    draw.text((x, y + 4), words.verdict(one.verdict).title, fill=_INK, font=_font(15))
    told = words.evidence(one).replace("−", "-")  # the font has no minus
    for line, text in enumerate(_wrapped(draw, told, TEXT - GAP, 13)):
        draw.text((x, y + 28 + 17 * line), text, fill=_QUIET, font=_font(13))


def _enlarged(shown: Picture) -> Image.Image:
    """Crisp pixels in a square tile, proportions kept."""
    scale = TILE / max(shown.width, shown.height)
    size = max(1, round(shown.width * scale)), max(1, round(shown.height * scale))
    return image(shown).convert("RGB").resize(size, Image.Resampling.NEAREST)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with pillow."""
    return ImageFont.load_default(size)


def _fit(draw: ImageDraw.ImageDraw, text: str, width: int, size: int) -> str:
    """The text, cut with an ellipsis where it is too long."""
    lines: Sequence[str] = _wrapped(draw, text, width, size)
    return lines[0] + ("…" if len(lines) > 1 else "") if lines else ""


def _wrapped(draw: ImageDraw.ImageDraw, text: str, width: int, size: int) -> list[str]:
    """The text in lines of at most ``width`` pixels."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and draw.textlength(longer, font=_font(size)) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
