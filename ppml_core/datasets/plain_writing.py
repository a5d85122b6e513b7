"""Digits and signs of any script as the plain ones of ASCII."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

DECIMAL = "\ue000"
"""Stands for a decimal mark that can be nothing else (U+066B)."""

_INVISIBLE = "\u200b\u200e\u200f\u061c\u2060\ufeff" + "".join(map(chr, range(0x202A, 0x202F)))
_SIGNS = {
    "-": "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d",
    "+": "\uff0b\ufe62",
    " ": "\u00a0\u1680\u202f\u205f\u3000\t" + "".join(map(chr, range(0x2000, 0x200B))),
    "'": "\u2019\u2018\u02bc\uff07\u00b4`\u066c",
    DECIMAL: "\u066b",
    ".": "\uff0e",
    ",": "\uff0c\u3001",
    "%": "\u066a\ufe6a\uff05",
    "(": "\uff08",
    ")": "\uff09",
    ":": "\uff1a",
    "/": "\uff0f\u2044",
    "$": "\uff04\ufe69",
    "£": "\uffe1",
    "¥": "\uffe5",
    "₩": "\uffe6",
}


@cache
def _table() -> dict[int, str | None]:
    """What becomes what: 760 digits, and the signs above."""
    table: dict[int, str | None] = {ord(sign): None for sign in _INVISIBLE}
    for plain, others in _SIGNS.items():
        table |= {ord(other): plain for other in others}
    for point in range(0x80, sys.maxunicode + 1):
        if (digit := unicodedata.decimal(chr(point), None)) is not None:
            table[point] = str(digit)
    return table


def plain(levels: pa.Array) -> pa.Array:
    """The texts with plain digits, signs and blanks, and without blanks around them.

    >>> plain(pa.array(["٣٫٥", "１，２３４", "\u2212\u202f5"], pa.large_string())).to_pylist()
    ['3\\ue0005', '1,234', '- 5']
    """
    if pc.all(pc.string_is_ascii(levels)).as_py() is not False:
        return pc.utf8_trim_whitespace(levels)
    # One long text is translated at once: a text at a time would take ten times as long.
    # A zero byte parts them, which no text file has and no number needs.
    whole = "\0".join(text.replace("\0", "\x01") for text in levels.to_pylist())
    return pc.utf8_trim_whitespace(
        pa.array(whole.translate(_table()).split("\0"), pa.large_string())
    )
