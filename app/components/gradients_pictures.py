"""Truths and reconstructions beside each other: in the page, and as one sheet to take away."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from app import escape
from app.components import gradients_words as words
from app.components.inversion_pictures import image, uri
from ppml_core.auditing.gradients_report import (
    GradientCell,
    GradientsReport,
    Recovered,
    SharedPicture,
)
from ppml_core.auditing.pictures import Picture

COLUMNS = ("Truth", "Reconstruction", "Nearest other")
TILE, GAP, LEFT = 112, 12, 16
_INK, _PAPER = "#17252a", "#ffffff"


def pairs(report: GradientsReport, cell: GradientCell) -> list[tuple[SharedPicture, Recovered]]:
    """Each shown picture with what the cell makes of it."""
    return [(report.pictures[one.of], one) for one in cell.reconstructions]


def sheet(report: GradientsReport, cell: GradientCell | None) -> str:
    """All shown pictures as HTML; the place of what is not computed yet stays empty."""
    found = {one.of: one for one in cell.reconstructions} if cell else {}
    cards = "".join(
        _card(report, number, shown, found.get(number))
        for number, shown in enumerate(report.pictures)
    )
    return f'<div class="grad-sheet" role="list">{cards}</div>'


def _card(report: GradientsReport, number: int, shown: SharedPicture, one: Recovered | None) -> str:
    """One picture: the truth, what the gradient gave, and what needs no gradient."""
    tiles = [
        _tile(shown.truth, "Truth", f"What client {shown.client + 1} had"),
        _tile(one.picture, "From the gradient", "What was reconstructed", own=True)
        if one
        else '<figure class="grad-own"><div class="grad-empty"></div>'
        "<figcaption>Not computed yet</figcaption></figure>",
        _tile(shown.nearest_auxiliary, "Nearest other", "The attacker's most similar picture"),
    ]
    told = ""
    if one:
        mark = "✓ " if one.rank == 1 else ""
        told = (
            f"<strong>{mark}{escape.html(words.place(one, report.line_up))}</strong><br>"
            f"{one.psnr:.1f} dB (nearest other {shown.nearest_psnr:.1f})"
        )
    title = f"Picture {number + 1} · label {shown.label}"
    if report.batch > 1:
        title += f" · client {shown.client + 1}"
    return (
        f'<div class="grad-card" role="listitem"><p class="grad-title">{escape.html(title)}</p>'
        f'<div class="grad-tiles">{"".join(tiles)}</div><p class="grad-told">{told}</p></div>'
    )


def _tile(shown: Picture, title: str, alt: str, *, own: bool = False) -> str:
    """A picture with its caption."""
    return (
        f"<figure{' class=grad-own' if own else ''}>"
        f'<img class="grad-pixels" src="{uri(shown)}" alt="{escape.html(alt)}">'
        f"<figcaption>{escape.html(title)}</figcaption></figure>"
    )


def png(report: GradientsReport, cell: GradientCell) -> bytes:
    """The same as one PNG: a row a picture."""
    found = pairs(report, cell)
    top, step = 84, TILE + GAP
    size = (LEFT + 3 * step + 330, top + len(found) * step + LEFT)
    made = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(made)
    draw.text((LEFT, 12), f"{report.dataset.name}: {words.setting(cell)}", _INK, _font(18))
    draw.text(
        (LEFT, 38),
        words.METHODS[report.method] + ". " + words.verdict(cell, report.chance)[0] + ".",
        _INK,
        _font(14),
    )
    for place, name in enumerate(COLUMNS):
        draw.text((LEFT + place * step, top - 20), name, _INK, _font(13))
    for number, (shown, one) in enumerate(found):
        y = top + number * step
        for place, picture in enumerate((shown.truth, one.picture, shown.nearest_auxiliary)):
            made.paste(_enlarged(picture), (LEFT + place * step, y))
        lines = (shown.label[:30], words.place(one, report.line_up), f"{one.psnr:.1f} dB")
        for line, text in enumerate(lines):
            draw.text((LEFT + 3 * step, y + 8 + 22 * line), text, _INK, _font(15))
    target = io.BytesIO()
    made.save(target, format="PNG", optimize=True)
    return target.getvalue()


def _enlarged(shown: Picture) -> Image.Image:
    """Crisp pixels in a square tile, proportions kept."""
    scale = TILE / max(shown.width, shown.height)
    size = max(1, round(shown.width * scale)), max(1, round(shown.height * scale))
    return image(shown).convert("RGB").resize(size, Image.Resampling.NEAREST)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with pillow."""
    return ImageFont.load_default(size)
