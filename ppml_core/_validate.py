"""Argument checks. Each returns the value, or raises ``InvalidValue`` naming it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sized
from numbers import Integral, Real
from typing import Any, TypeVar

from ppml_core.errors import InvalidValue

Number = TypeVar("Number", int, float)
T = TypeVar("T")


def whole(name: str, value: Any) -> int:
    """A whole number as an int; True and 2.0 are none.

    >>> whole("epochs", 2.5)
    Traceback (most recent call last):
    ...
    ppml_core.errors.InvalidValue: Expected epochs a whole number, got 2.5
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise InvalidValue(name, "a whole number", value)
    return int(value)


def real(name: str, value: Any) -> float:
    """A number as a float, so that equal settings are written alike (1 and 1.0, 0.0 and -0.0).

    >>> real("learning_rate", 1)
    1.0
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InvalidValue(name, "a number", value)
    try:
        return float(value) + 0.0
    except OverflowError:
        raise InvalidValue(name, "a finite number", value) from None


def instance(name: str, value: T, cls: type) -> T:
    """An instance of ``cls``."""
    if not isinstance(value, cls):
        raise InvalidValue(name, f"of type {cls.__name__}", value)
    return value


def sequence(name: str, value: Any) -> tuple[Any, ...]:
    """A tuple, or a list as one."""
    if not isinstance(value, (tuple, list)):
        raise InvalidValue(name, "as a tuple", value)
    return tuple(value)


def settle(record: object, *, wholes: Collection[str] = (), reals: Collection[str] = ()) -> None:
    """Check the named fields of a frozen dataclass and keep them as int or float."""
    for name in wholes:
        object.__setattr__(record, name, whole(name, getattr(record, name)))
    for name in reals:
        object.__setattr__(record, name, real(name, getattr(record, name)))


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


def distinct(name: str, value: Collection[T]) -> None:
    """No element twice."""
    if len(set(value)) < len(value):
        raise InvalidValue(name, "without repetition", value)


def same_length(**named: Sized) -> None:
    """All of the named arguments have one length."""
    lengths = {name: len(value) for name, value in named.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidValue(" and ".join(lengths), "of one length", lengths)
