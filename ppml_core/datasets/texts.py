"""The cells of one column as the file has them, each different text kept once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, kw_only=True, eq=False)
class Texts:
    """``codes``: int32 ``(n,)``, positions in ``levels``, -1 where the file says "no value".

    ``levels`` are the different texts, blanks around them included, in the order in
    which they are met; an Arrow array, which takes a tenth of the memory of Python's
    texts. ``typed``: the file itself says that this is text (Parquet, NPZ), so a number
    in it is a code.
    """

    codes: np.ndarray
    levels: pa.Array
    typed: bool = False

    def counts(self) -> np.ndarray:
        """How many cells hold each level, int64 ``(len(levels),)``."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))

    def trimmed(self) -> pa.Array:
        """The levels without blanks around them."""
        return pc.utf8_trim_whitespace(self.levels)

    def empty(self) -> np.ndarray:
        """Bool ``(n,)``: where there is nothing, or nothing but blanks."""
        blank = pc.equal(self.trimmed(), "").to_numpy(zero_copy_only=False)
        return np.append(blank, True)[self.codes]

    def keep(self, rows: np.ndarray) -> Texts:
        """Some of the cells (bool ``(n,)``); levels that are no longer met go."""
        codes = self.codes[rows]
        used, renumbered = np.unique(codes, return_inverse=True)
        none = int(len(used) > 0 and used[0] < 0)
        levels = self.levels.take(pa.array(used[none:], pa.int64()))
        return Texts(codes=(renumbered - none).astype(np.int32), levels=levels, typed=self.typed)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """One value a level to one a cell; NaN where there is no value."""
        return np.append(values, np.nan)[self.codes]


def from_chunks(chunks: Iterable[Any], *, typed: bool = False) -> Texts:
    """From Arrow arrays of text (plain or dictionary-encoded), chunk by chunk."""
    kind = pa.dictionary(pa.int32(), pa.large_string())
    encoded = [chunk.cast(kind) if _is_dictionary(chunk) else _encode(chunk) for chunk in chunks]
    whole = pa.chunked_array(encoded, type=kind).unify_dictionaries()
    codes = [part.indices.fill_null(-1).to_numpy(zero_copy_only=False) for part in whole.chunks]
    levels = whole.chunk(0).dictionary if codes else pa.array([], pa.large_string())
    joined = np.concatenate(codes) if codes else np.empty(0, dtype=np.int32)
    return Texts(codes=joined, levels=levels, typed=typed)


def from_cells(cells: Sequence[str | None], *, typed: bool = False) -> Texts:
    """From Python texts; None is "no value".

    >>> from_cells(["a", "b", "a", None]).codes.tolist()
    [0, 1, 0, -1]
    """
    return from_chunks([pa.array(list(cells), pa.large_string())], typed=typed)


def _is_dictionary(chunk: Any) -> bool:
    return bool(pa.types.is_dictionary(chunk.type))


def _encode(chunk: Any) -> Any:
    """Each different text once."""
    if not pa.types.is_large_string(chunk.type):
        chunk = chunk.cast(pa.large_string())
    return chunk.dictionary_encode()


def matches(levels: pa.Array, pattern: str) -> np.ndarray:
    """Bool ``(len(levels),)``: which match the regular expression (RE2) as a whole."""
    found = pc.match_substring_regex(levels, f"^(?:{pattern})$")
    return found.fill_null(False).to_numpy(zero_copy_only=False)


def to_floats(levels: pa.Array) -> np.ndarray:
    """Plain numbers as the nearest float64."""
    return pc.cast(levels, pa.float64()).to_numpy(zero_copy_only=False)


def at(levels: pa.Array, where: np.ndarray) -> list[str]:
    """The levels at some positions (or of a mask), as Python texts."""
    picked = np.flatnonzero(where) if where.dtype == bool else where
    return list(levels.take(pa.array(picked, pa.int64())).to_pylist())
