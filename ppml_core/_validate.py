"""Argument checks. Each returns the value, or raises ``InvalidValue`` naming it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sized
from typing import TypeVar

from ppml_core.errors import InvalidValue

Number = TypeVar("Number", int, float)
T = TypeVar("T")


def positive(name: str, value: Number) -> Number:
    """Finite and above zero.

    >>> positive("epochs", 3)
    3
    """
    if not (math.isfinite(value) and value > 0):
        raise InvalidValue(name, "> 0", value)
    return value


def non_negative(name: str, value: Number) -> Number:
    """Finite and zero or more."""
    if not (math.isfinite(value) and value >= 0):
        raise InvalidValue(name, ">= 0", value)
    return value


def in_range(name: str, value: Number, low: Number, high: Number) -> Number:
    """Within ``[low, high]``, ends included.

    >>> in_range("shadows", 1, 4, 1024)
    Traceback (most recent call last):
    ...
    ppml_core.errors.InvalidValue: Expected shadows in [4, 1024], got 1
    """
    if not (math.isfinite(value) and low <= value <= high):
        raise InvalidValue(name, f"in [{low}, {high}]", value)
    return value


def open_unit(name: str, value: float) -> float:
    """Strictly between 0 and 1."""
    if not 0 < value < 1:
        raise InvalidValue(name, "in (0, 1)", value)
    return value


def one_of(name: str, value: T, allowed: Collection[T]) -> T:
    """A member of ``allowed``."""
    if value not in allowed:
        raise InvalidValue(name, "one of " + ", ".join(map(str, allowed)), value)
    return value


def not_empty(name: str, value: Sized) -> None:
    """Has at least one element."""
    if len(value) == 0:
        raise InvalidValue(name, "with at least one element", value)


def same_length(**named: Sized) -> None:
    """All of the named arguments have one length."""
    lengths = {name: len(value) for name, value in named.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidValue(" and ".join(lengths), "of one length", lengths)
