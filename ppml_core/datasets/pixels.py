"""One picture as bytes: grey or coloured, upright, without transparency, at its own scale."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from ppml_core.errors import UploadRejected

ORIENTATION = 0x0112
"""The EXIF tag that says how a camera was held."""

TRANSPARENT = "are transparent in places and shown on white"
TURNED = "were turned upright as their EXIF orientation says"
SEVERAL = "hold several frames or pages, of which the first is used"


def size(picture: Image.Image) -> tuple[int, int]:
    """Width and height once it stands upright."""
    width, height = picture.size
    return (height, width) if _orientation(picture) >= 5 else (width, height)


def coloured(picture: Image.Image) -> bool:
    """Whether it is more than shades of grey."""
    return picture.mode not in ("1", "L", "LA", "La", "F") and picture.mode[0] != "I"


def remarks(picture: Image.Image) -> tuple[str, ...]:
    """What is done to it on the way in, for people."""
    found = []
    if picture.has_transparency_data:
        found.append(TRANSPARENT)
    if _orientation(picture) > 1:
        found.append(TURNED)
    if getattr(picture, "is_animated", False) and picture.format != "MPO":  # a photo's preview
        found.append(SEVERAL)
    return tuple(found)


def flat(picture: Image.Image, name: str, depth: int) -> Image.Image:
    """Mode ``L`` for ``depth`` 1 and ``RGB`` for 3. Raises ``UploadRejected``.

    Sixteen bits a pixel are scaled by their largest value (Pillow stretches a PGM's own
    to it), floats must lie in [0, 1]; other ranges are not known and not guessed.
    """
    upright = ImageOps.exif_transpose(picture)
    if upright.mode == "F" or upright.mode[0] == "I":
        upright = _eight_bits(upright, picture.format, name)
    if upright.has_transparency_data:
        over = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return upright.convert("RGB" if depth == 3 else "L")


def _eight_bits(picture: Image.Image, form: str | None, name: str) -> Image.Image:
    """Grey of more than eight bits."""
    deep = np.asarray(picture, dtype=np.float64)
    if picture.mode == "F":
        if not (np.isfinite(deep).all() and deep.min() >= 0 and deep.max() <= 1):
            raise _unknown_range(name, "floating-point numbers outside of 0 to 1")
        return Image.fromarray(np.rint(deep * 255).astype(np.uint8))
    if picture.mode == "I" and form not in ("PPM", "PNG"):
        raise _unknown_range(name, "32-bit whole numbers")
    return Image.fromarray(np.rint(np.clip(deep / 257, 0, 255)).astype(np.uint8))


def _unknown_range(name: str, what: str) -> UploadRejected:
    """For numbers of which nobody knows what is black and what is white."""
    return UploadRejected(
        f"A picture is of {what}, whose black and white are not known",
        where=f"entry {name!r}",
        fix="Save it with 8 or 16 bits a pixel, or as numbers in an NPZ.",
    )


def _orientation(picture: Image.Image) -> int:
    """1 upright, 2 to 8 turned or mirrored."""
    found = picture.getexif().get(ORIENTATION, 1)
    return found if isinstance(found, int) and 1 <= found <= 8 else 1
