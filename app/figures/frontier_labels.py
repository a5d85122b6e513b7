"""Where the words in the frontier's picture go, so that none covers another or a marker.

Boxes are measured in pixels of a narrow plot; a wider one only has more room.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WIDTH, HEIGHT = 290.0, 330.0
_LETTER, _LINE = 6.6, 14.0
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

SIDES: dict[str, tuple[float, float]] = {
    "top center": (0, 1),
    "bottom center": (0, -1),
    "middle right": (1, 0),
    "middle left": (-1, 0),
}
"""Plotly's names of the places beside a point, best first, and their directions."""
CORNERS = ((1, -1), (1, 1), (-1, 1), (-1, -1))
"""The places of the chosen point's label, best first."""


@dataclass(kw_only=True)
class Board:
    """A plot of the given axis ranges, and what is written on it so far."""

    x_range: list[float]
    y_range: list[float]
    taken: list[Box] = field(default_factory=list)

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """A point of the axes, counted from the lower left corner."""
        (left, right), (low, high) = self.x_range, self.y_range
        return WIDTH * (x - left) / (right - left), HEIGHT * (y - low) / (high - low)

    def mark(self, x: float, y: float, size: float) -> None:
        """A marker is here."""
        across, up = self.pixels(x, y)
        self.taken.append(_box(across, up, size, size))

    def bar(self, x: float, low: float, high: float) -> None:
        """A vertical error bar is here."""
        across, bottom = self.pixels(x, low)
        self.taken.append((across - 3, bottom, across + 3, self.pixels(x, high)[1]))

    def write(self, text: str, *, across: float, up: float, must: bool = False) -> bool:
        """Take the place of ``text`` centred there if it is free, or in any case."""
        size = _size(text)
        box = _box(across, up, *size)
        fits = must or (box[0] > -8 and box[2] < WIDTH + 8 and not self.covered(box))
        if fits:
            self.taken.append(box)
        return fits

    def covered(self, box: Box) -> bool:
        """Whether something is there already."""
        return any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in self.taken
        )

    def beside(self, x: float, y: float, text: str) -> str | None:
        """The side of a point on which there is room for ``text``, as plotly calls it."""
        across, up = self.pixels(x, y)
        width, height = _size(text)
        for side, (right, above) in SIDES.items():
            place = across + right * (width / 2 + 9), up + above * (height / 2 + 7)
            if self.write(text, across=place[0], up=place[1]):
                return side
        return None

    def corner(self, x: float, y: float, text: str) -> tuple[int, int]:
        """The shift in pixels of the chosen point's label; the first corner if none is free."""
        across, up = self.pixels(x, y)
        shifts = [(right * (_size(text)[0] / 2 + 12), above * 18) for right, above in CORNERS]
        for right, above in shifts:
            if self.write(text, across=across + right, up=up + above):
                return round(right), round(above)
        right, above = shifts[0]
        self.write(text, across=across + right, up=up + above, must=True)
        return round(right), round(above)

    def end_of_rule(self, y: float, text: str) -> str:
        """``right`` or ``left``: the end under which the words of a level line fit best."""
        _, up = self.pixels(self.x_range[0], y)
        half = _size(text)[0] / 2 + 4
        for end, across in (("right", WIDTH - half), ("left", half)):
            if self.write(text, across=across, up=up - _LINE / 2 - 3):
                return end
        self.write(text, across=WIDTH - half, up=up - _LINE / 2 - 3, must=True)
        return "right"


def _size(text: str) -> tuple[float, float]:
    """Width and height of a line of text."""
    return _LETTER * len(text) + 4, _LINE


def _box(across: float, up: float, width: float, height: float) -> Box:
    """The box around a centre."""
    return across - width / 2, up - height / 2, across + width / 2, up + height / 2
