r"""Foreign text, made harmless for the place where it is shown. The only module that escapes.

Foreign is whatever somebody else wrote: names of files, columns, classes, datasets and
people, values, parameters of the address, and every message that repeats one of them.
Choose the function by the place::

    st.header(f"In use: {escape.markdown(card.title)}")      # st labels, headers, errors,
    st.error(escape.markdown(str(error)))                    # spinners, toasts, links, help
    st.html(f"<p>{escape.html(card.title)}</p>")             # st.html, attributes included
    go.Bar(y=[escape.plotly(name)])                          # every text of a figure
    st.download_button(..., escape.file_name("audit", card.name, end=".csv"))
    escape.cell(value)                                       # a cell of a CSV file

Options of ``st.selectbox``, cells of ``st.data_editor``, ``st.code`` and ``alt=`` are shown
as they are and take :func:`plain`. ``tests/app/test_escape_everywhere.py`` reads the
sources for places that were forgotten.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape as _escape

FILE_NAME_LENGTH = 60

_JOINER = "\u2060"
"""Has no width. Parts what Streamlit would find in a text that is escaped already."""

# What is looked for in the text *after* backslashes are gone: :emoji:, :material/icons:,
# addresses (https://, www., a@b.c), and arrows or dashes that stand alone.
_FOUND_LATE = re.compile(
    r"(?<=:)(?=\S)|(?<=\bwww)(?=\.)|(?<=@)|(?<=[-<>=~])(?=[-<>=~])", re.IGNORECASE
)
# What has a meaning anywhere in a line, and what has one where a line begins.
_MARKS = re.compile(r"[\\`*_\[\]<>&$~|!{}^@]|:(?=\S)|^[#+\-=]")
_NUMBERED = re.compile(r"^(\d+)([.)])")

# Direction marks can show a name backwards; the other formats have no shape at all.
_UNSEEN = frozenset(("Cc", "Cs", "Co", "Cn", "Zl", "Zp"))
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# A sign of a formula, narrow or wide, where a cell begins; blanks before it are skipped.
_COMPUTED = re.compile(
    r"(?:^|(?<=[;\t\r\n]))"
    r"(?=[\t\r\n]|[ \"\u00a0\u3000\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212])"
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s?%?|[+-]?inf|nan")


def plain(text: object) -> str:
    r"""One line without characters that cannot be seen or that turn it round.

    >>> plain("a\tb\r\n c\u202etxt.exe")
    'a b ctxt.exe'
    """
    return " ".join(_seen(text).split())


def markdown(text: object) -> str:
    r"""For whatever Streamlit reads as Markdown: it shows ``text`` and nothing else.

    Marks are escaped, entities too; what Streamlit looks for in the text that is left
    (icons, addresses) is parted by a character without width.

    >>> markdown("![x](y), R&D: 5 > 3")
    '\\!\\[x\\](y), R\\&D: 5 \\> 3'
    """
    parted = _FOUND_LATE.sub(_JOINER, plain(text))
    return _NUMBERED.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", parted))


def html(text: object) -> str:
    """For ``st.html``: between tags, and inside attributes in double or single quotes.

    >>> html('<img src="x">')
    '&lt;img src=&quot;x&quot;&gt;'
    """
    return _escape(_seen(text), quote=True)


def plotly(text: object) -> str:
    """For names, ticks, annotations and hover texts of a figure, and for its templates.

    plotly reads a part of HTML, decodes entities, fills in ``%{...}`` and hands what stands
    between dollars to a typesetter.

    >>> plotly("<a href='x'>R&D</a> %{x} $y$")
    "&lt;a href='x'&gt;R&amp;D&lt;/a&gt; &#37;{x} &#36;y&#36;"
    """
    shown = _escape(_seen(text), quote=False)
    return shown.replace("%{", "&#37;{").replace("$", "&#36;")


def file_name(*parts: object, end: str) -> str:
    r"""A name under which a browser stores a download: letters, digits, ``-``, ``_`` and ``.``.

    >>> file_name("audit", "../a b\n", "0af3", end=".csv")
    'audit-a_b-0af3.csv'
    """
    kept = [re.sub(r"[^\w.-]+", "_", plain(part)).strip("._-") for part in parts]
    return "-".join(part[:FILE_NAME_LENGTH] for part in kept if part) + end


def cell(value: str | float | int | None) -> str | float | int | None:
    r"""A cell of a CSV file. A text that a spreadsheet would compute gets an apostrophe in
    front, which says that it is text; numbers, negative ones too, stay as they are.

    Where semicolons part the cells, a part of a text can become a cell of its own.

    >>> cell("=HYPERLINK(1)"), cell("-3.5"), cell(-3.5), cell("-a"), cell("\t=1"), cell("a;=1")
    ("'=HYPERLINK(1)", '-3.5', -3.5, "'-a", "'\t'=1", "a;'=1")
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return _COMPUTED.sub("'", value)


def _seen(text: object) -> str:
    """The text as it can be seen; blanks of any kind but the no-break one become spaces."""
    return "".join(
        (character if character == "\u00a0" else " ") if character.isspace() else character
        for character in str(text)
        if character.isspace()
        or (unicodedata.category(character) not in _UNSEEN and character not in _DIRECTIONS)
    )
