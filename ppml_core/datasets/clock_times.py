"""Times of day and durations, as seconds."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ppml_core.datasets.plain_writing import plain
from ppml_core.datasets.texts import to_floats

UNIT = "seconds"
_SHAPES = {
    "times (hours:minutes:seconds)": r"^(?P<minus>-)?(?:(?P<days>[0-9]+) ?d(?:ays?)?,? ?)?"
    r"(?P<hours>[0-9]{1,4}):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9](?:[.,][0-9]+)?))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?$",
    "durations (ISO 8601)": r"^(?P<minus>-)?P(?:(?P<days>[0-9]+)D)?(?:T(?:(?P<hours>[0-9]+)H)?"
    r"(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:[.,][0-9]+)?)S)?)?$",
    "durations (hours and minutes)": r"^(?P<minus>-)?(?:(?P<hours>[0-9]+) ?h)"
    r"(?: ?(?P<minutes>[0-9]{1,2}) ?(?:m|min)?)?(?: ?(?P<seconds>[0-9]{1,2}) ?s)?$",
}


def read_times(levels: pa.Array, counts: np.ndarray) -> tuple[np.ndarray, str]:
    """Seconds ``(k,)``, NaN for what is no time in the writing of most cells, and its name.

    ``14:30`` are hours and minutes, as a clock shows them.

    >>> read_times(pa.array(["14:30", "0:00:01.5", "x"], pa.large_string()), np.ones(3))[0].tolist()
    [52200.0, 1.5, nan]
    """
    simple = plain(levels)
    read = {form: _seconds(pc.extract_regex(simple, shape)) for form, shape in _SHAPES.items()}
    form = max(read, key=lambda name: float(counts[~np.isnan(read[name])].sum()))
    return read[form], form if not np.isnan(read[form]).all() else ""


def _seconds(parts: pa.Array) -> np.ndarray:
    """The parts added up."""
    known = pc.is_valid(parts).to_numpy(zero_copy_only=False)
    days, hours, minutes, seconds = (
        _number(parts, name) for name in ("days", "hours", "minutes", "seconds")
    )
    half = _text(parts, "half").to_numpy(zero_copy_only=False)
    noon = np.char.lower(half.astype(str)) if len(half) else half
    known &= ~((noon != "") & (hours > 12))
    hours = np.where(noon == "", hours, hours % 12 + 12 * (noon == "p"))
    total = days * 86_400 + hours * 3600 + minutes * 60 + seconds
    minus = pc.equal(_text(parts, "minus"), "-").to_numpy(zero_copy_only=False)
    return np.where(known, np.where(minus, -total, total), np.nan)


def _text(parts: pa.Array, name: str) -> pa.Array:
    if parts.type.get_field_index(name) < 0:
        return pa.array([""] * len(parts), pa.large_string())
    return pc.fill_null(pc.struct_field(parts, name), "").cast(pa.large_string())


def _number(parts: pa.Array, name: str) -> np.ndarray:
    texts = _text(parts, name)
    zero = pa.scalar("0", pa.large_string())
    filled = pc.if_else(pc.equal(texts, ""), zero, texts)
    return to_floats(pc.replace_substring(filled, ",", "."))
