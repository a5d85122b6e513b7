"""Numbers as people and spreadsheets write them: ``1.234,50 EUR``, ``(12)``, ``5 %``.

How a column writes its numbers is decided by all of it: one sign of currency or unit,
one mark for thousands, one for decimals. What does not agree is not read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ppml_core.datasets import currencies
from ppml_core.datasets.plain_writing import DECIMAL, plain
from ppml_core.datasets.separators import Marks, choose_marks
from ppml_core.datasets.texts import matches, to_floats

_UNIT = r"°[CFK]?|[a-zµμΩ][\pL°²³/µμ·]{0,11}|kWh|Hz|N|W|V|Ω|MB|GB|kB"
_SHAPE = (
    r"^(?P<open>\()? ?(?P<before>[+-])? ?"
    rf"(?P<money>{currencies.PATTERN})? ?(?P<after>[+-])? ?"
    rf"(?P<body>[0-9.,'{DECIMAL}](?:[0-9.,' {DECIMAL}]*[0-9.{DECIMAL}])?)"
    r"(?P<power>[eE][+-]?[0-9]{1,3})?"
    rf" ?(?P<unit>[%‰]|{currencies.PATTERN}|{_UNIT})?(?P<last>[+-])? ?(?P<close>\))?$"
)
_NOTHING = pa.scalar("", pa.large_string())
_FEW_UNITS = 10
"""Of no more different texts, ``2wd`` and ``4wd`` are categories."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Dressed:
    """What was made of the levels of a column, each ``(k,)``.

    ``values``: float64, NaN where a level does not agree with the rest. ``alike``: bool,
    levels that are numbers in some writing, if not in that of the column. ``form``:
    what the writing was. ``marks``: how thousands and decimals are told.
    """

    values: np.ndarray
    alike: np.ndarray
    form: tuple[str, ...] = ()
    marks: Marks = field(default_factory=Marks)


def undress(levels: pa.Array, counts: np.ndarray, hint: str = "") -> Dressed:
    """Read texts as numbers in one writing.

    ``counts``: cells of each level, int ``(k,)``; the writing of most cells is that of
    the column. ``hint``: the decimal mark of other columns, which decides where a column
    does not tell (``1,234``).

    >>> dressed = undress(pa.array(["1.234,5 €", "12,0 €"], pa.large_string()), np.ones(2))
    >>> dressed.values.tolist(), dressed.form
    ([1234.5, 12.0], ('currency €', 'thousands separators (point)', 'decimal commas'))
    """
    simple = plain(levels)
    parts = pc.extract_regex(simple, _SHAPE)
    part = {name: _strings(parts, name) for name in _GROUPS}
    shaped = _balanced(part) & pc.is_valid(parts).to_numpy(zero_copy_only=False)
    shaped &= matches(part["body"], ".*[0-9].*")
    affix, same, known = _one_affix(part, shaped, counts)
    marks, fits, numeric = choose_marks(part["body"], counts, same, shaped & known, hint)
    power = matches(part["power"], ".+")
    fits &= ~(power & matches(part["body"], ".*[,' ].*") & (marks.group != ""))
    values = np.full(len(levels), np.nan)
    values[fits] = _values(part, fits, marks)
    form = (*affix, *marks.form(), *_writing(part, levels, simple, fits))
    return Dressed(values=values, alike=numeric, form=form, marks=marks)


_GROUPS = ("open", "before", "money", "after", "body", "power", "unit", "last", "close")


def _strings(parts: pa.Array, name: str) -> pa.Array:
    """One group of the expression, empty where it is not there."""
    return pc.fill_null(pc.struct_field(parts, name), "").cast(pa.large_string())


def _there(texts: pa.Array) -> np.ndarray:
    return pc.not_equal(texts, "").to_numpy(zero_copy_only=False)


def _balanced(part: dict[str, pa.Array]) -> np.ndarray:
    """Both brackets or none, one sign at most, money on one side only."""
    brackets = _there(part["open"])
    signs = sum(_there(part[name]).astype(int) for name in ("before", "after", "last"))
    both = _there(part["money"]) & _there(part["unit"])
    return (brackets == _there(part["close"])) & (signs + brackets <= 1) & ~both


def _one_affix(
    part: dict[str, pa.Array], shaped: np.ndarray, counts: np.ndarray
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """The sign that goes with most numbers; where it stands; where any known sign does.

    A bare zero agrees with every sign.
    """
    affixes = pc.binary_join_element_wise(part["money"], part["unit"], _NOTHING)
    found = pc.dictionary_encode(affixes)
    names, code = found.dictionary.to_pylist(), found.indices.to_numpy()
    weight = np.bincount(code[shaped], weights=counts[shaped], minlength=len(names))
    chosen = int(np.argmax(weight)) if len(weight) else 0
    name = names[chosen] if names else ""
    money = matches(found.dictionary, f"|[%‰]|{currencies.PATTERN}")
    if name and not money[chosen] and (shaped & (code == chosen)).sum() <= _FEW_UNITS:
        name, chosen = "", names.index("") if "" in names else -1
    known = (money | (np.arange(len(names)) == chosen))[code]
    zero = matches(part["body"], r"0+(?:[.,]0*)?") & ~_there(affixes)
    same = shaped & ((code == chosen) | zero)
    return _affix_form(name, bool(money[chosen]) if name else False), same, known


def _affix_form(name: str, money: bool) -> tuple[str, ...]:
    if not name:
        return ()
    if name in "%‰":
        return ("percent signs" if name == "%" else "per mille signs",)
    return (f"currency {name}" if money else f"unit {name}",)


def _values(part: dict[str, pa.Array], fits: np.ndarray, marks: Marks) -> np.ndarray:
    """The levels that fit, as float64."""
    mask = pa.array(fits)
    body = marks.to_plain(part["body"].filter(mask))
    number = to_floats(pc.binary_join_element_wise(body, part["power"].filter(mask), _NOTHING))
    return np.where(_negative(part)[fits], -number, number)


def _negative(part: dict[str, pa.Array]) -> np.ndarray:
    """Where there is a minus or a bracket."""
    minus = [matches(part[name], "-") for name in ("before", "after", "last")]
    return np.logical_or.reduce([*minus, _there(part["open"])])


def _writing(
    part: dict[str, pa.Array], levels: pa.Array, simple: pa.Array, fits: np.ndarray
) -> tuple[str, ...]:
    """Other habits worth saying."""
    said = []
    if (_there(part["open"]) & fits).any():
        said.append("brackets for minus")
    if (matches(part["last"], "-") & fits).any():
        said.append("minus behind the number")
    if (matches(levels, r".*[\x{2212}\x{2010}-\x{2013}\x{FE63}\x{FF0D}].*") & fits).any():
        said.append("typographic minus signs")
    if (matches(levels, r".*[\p{Nd}].*") & fits & ~matches(levels, r".*[0-9].*")).any():
        said.append("digits of another script")
    return tuple(said)
