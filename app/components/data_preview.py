"""Records to look at: a table that keeps to its place, or a contact sheet of pictures."""

from __future__ import annotations

from collections.abc import Sequence

from app import escape


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, label: str) -> str:
    """A scrollable HTML table that keyboards and screen readers can walk.

    Everything shown comes from somebody's file and is escaped.
    """
    head = "".join(f'<th scope="col">{escape.html(name)}</th>' for name in columns)
    body = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows)
    return (
        f'<div class="data-scroll" tabindex="0" role="region" aria-label="{escape.html(label)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: str) -> str:
    """One value; an empty one is said to be missing."""
    if value == "":
        return '<td class="data-missing">missing</td>'
    return f'<td title="{escape.html(value)}">{escape.html(value)}</td>'


def contact_sheet(thumbnails: Sequence[str], labels: Sequence[str]) -> str:
    """Small pictures with their labels; ``thumbnails`` are base64 PNGs."""
    items = "".join(
        f'<li><img src="data:image/png;base64,{escape.html(image)}" '
        f'alt="A record of class {escape.html(label)}"><span>{escape.html(label)}</span></li>'
        for image, label in zip(thumbnails, labels, strict=True)
    )
    return f'<ul class="data-sheet">{items}</ul>'
