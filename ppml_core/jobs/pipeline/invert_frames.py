"""Of whom the optimisation is kept, so that a report stays small enough to be read at once."""

from __future__ import annotations

from ppml_core.attacks.inversion.attack import Inverted
from ppml_core.auditing.pictures import Picture, picture

FRAMES = 10
"""Pictures on the way, first and last included."""

PEOPLE_MAX = 6
NUMBERS_MAX = 4_000_000
"""Most people who have them, and most numbers (pixels times channels) in all settings."""


def people_with_frames(number: int, settings: int, numbers: int) -> int:
    """How many people have frames in setting ``number`` of ``settings``, a picture being
    ``numbers`` long: the same in all settings, or, where that is too much even for one
    person, everybody in the first.

    >>> [people_with_frames(k, 9, 625) for k in (0, 8)]
    [6, 6]
    >>> [people_with_frames(k, 200, 12_288) for k in (0, 1)]
    [6, 0]
    """
    everywhere = min(PEOPLE_MAX, NUMBERS_MAX // (settings * FRAMES * numbers))
    return everywhere if everywhere or number else PEOPLE_MAX


def frames_of(sheet: Inverted, slot: int, people: int) -> tuple[Picture, ...]:
    """The optimisation of the shown model at a slot, where it is kept."""
    if sheet.frames is None or slot >= people:
        return ()
    return tuple(picture(frame) for frame in sheet.frames[0, slot])
