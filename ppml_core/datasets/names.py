"""Names from files, short enough to be stored, listed and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ppml_core import limits


def shorten(text: str, length: int = limits.NAME_LENGTH) -> str:
    """The text, cut with an ellipsis where it is longer than ``length``.

    >>> shorten("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def short_names(names: Iterable[str], length: int = limits.NAME_LENGTH) -> tuple[str, ...]:
    """All of them shortened. Different names stay different: those that begin alike are
    numbered.

    >>> short_names(["abcdef", "abcdeg", "ab"], 4)
    ('abc…', 'abc… (2)', 'ab')
    """
    names = list(names)
    taken = {name for name in names if len(name) <= length}
    return tuple(_one(name, taken, length) for name in names)


def _one(name: str, taken: set[str], length: int) -> str:
    """A short name that no other has yet."""
    if len(name) <= length:
        return name
    short, number = shorten(name, length), 1
    while (told := short if number == 1 else f"{short} ({number})") in taken:
        number += 1
    taken.add(told)
    return told


def short_texts(texts: Sequence[str]) -> tuple[str, ...]:
    """Sentences that repeat something from a file, each of bounded length."""
    return tuple(shorten(text, limits.SENTENCE_LENGTH) for text in texts)
