"""The contact sheet as a picture: truth, reconstruction and nulls, a row a person."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from ppml_core.auditing.inversion_report import InversionReport
from ppml_core.auditing.pictures import Picture, pixels
from ppml_core.cli.invert import TITLES

if TYPE_CHECKING:
    from PIL.Image import Image

HEADS = (
    "Truth",
    "Reconstruction",
    "Auxiliary mean",
    "Nearest auxiliary",
    "Model without",
    "Prior sample",
    "Verdict",
)
TILE, GAP, HEAD, WORDS, TITLE = 112, 12, 34, 170, 46
"""In pixels: a picture's side, the space between, the column heads, the verdict's width."""

INK, PAPER, SOFT = (26, 30, 36), (255, 255, 255), (92, 99, 110)


def contact_sheet(report: InversionReport) -> bytes:
    """PNG of the first setting."""
    from PIL import Image, ImageDraw

    rows = list(zip(report.people, report.cells[0].reconstructions, strict=True))
    width = GAP + 6 * (TILE + GAP) + WORDS
    height = TITLE + HEAD + len(rows) * (TILE + GAP) + GAP
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, GAP), _title(report), fill=INK, font=_font(15))
    for column, head in enumerate(HEADS):
        draw.text((_left(column), TITLE + 8), head, fill=SOFT, font=_font(12))
    for number, (person, seen) in enumerate(rows):
        top = TITLE + HEAD + number * (TILE + GAP)
        shown = (
            person.truth,
            seen.picture,
            person.auxiliary_mean,
            person.nearest_auxiliary,
            seen.model_without,
            seen.prior_sample,
        )
        for column, each in enumerate(shown):
            sheet.paste(_tile(each), (_left(column), top))
        words = f"{person.title}\ncorrelation {seen.correlation:.2f}\n{TITLES[seen.verdict]}"
        draw.text((_left(len(shown)), top + TILE // 3), words, fill=INK, font=_font(12))
    out = io.BytesIO()
    sheet.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _title(report: InversionReport) -> str:
    """What the sheet shows."""
    swap = report.cells[0].swap
    return (
        f"{report.dataset.name}, {report.attack} attack: swap test {swap.wins} of {swap.pairs}, "
        f"{TITLES[report.cells[0].verdict]}"
    )


def _left(column: int) -> int:
    """Where a column begins."""
    return GAP + column * (TILE + GAP)


def _tile(shown: Picture) -> Image:
    """A picture enlarged without smoothing, in a square."""
    from PIL import Image

    made = Image.fromarray(pixels(shown)).convert("RGB")
    scale = TILE / max(made.size)
    size = (max(1, round(made.width * scale)), max(1, round(made.height * scale)))
    tile = Image.new("RGB", (TILE, TILE), PAPER)
    tile.paste(made.resize(size, Image.Resampling.NEAREST), (0, 0))
    return tile


def _font(size: int):  # type: ignore[no-untyped-def]
    """Pillow's own, so that the sheet looks alike everywhere."""
    from PIL import ImageFont

    return ImageFont.load_default(size)
