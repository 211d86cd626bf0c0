"""Counts that may be partly unknown: exact bounds that add up.

The one rule: an amount is an interval of what the truth may be; where everything was read its ends
are equal, and only the row that is judged rounds it to a whole number (rule 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

Number = int | Fraction
NEARLY = Fraction(1, 1_000_000)


def exact(value: float) -> Number:
    """The exact number of a double: an int where it is whole."""
    return int(value) if value.is_integer() else Fraction(value)


@lru_cache(maxsize=4096)
def as_written(value: float) -> Fraction:
    """The decimal that a double is written with: 1999.999 is exactly 1999.999, as a threshold is."""
    return Fraction(repr(value))


def whole_down(value: Number) -> int:
    """Rounded down, unless it lies within a millionth of a whole number."""
    if isinstance(value, int):
        return value
    nearest: int = round(value)
    return nearest if abs(Fraction(value) - nearest) <= NEARLY else floor(value)


def whole_up(value: Number) -> int:
    """Rounded up, unless it lies within a millionth of a whole number."""
    if isinstance(value, int):
        return value
    nearest: int = round(value)
    return nearest if abs(Fraction(value) - nearest) <= NEARLY else ceil(value)


@dataclass(frozen=True, slots=True)
class Amount:
    """``low <= truth <= high``, both at least 0."""

    low: Number = 0
    high: Number = 0

    @classmethod
    def of(cls, value: Number) -> Amount:
        return cls(value, value)

    @property
    def known(self) -> bool:
        return self.low == self.high

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.low + other.low, self.high + other.high)

    def less(self, part: Amount) -> Amount:
        """What remains when a part of this amount is taken away; never negative."""
        return Amount(max(0, self.low - part.high), max(0, self.high - part.low))


def total(amounts: Iterable[Amount]) -> Amount:
    """The sum of amounts."""
    low: Number = 0
    high: Number = 0
    for amount in amounts:
        low += amount.low
        high += amount.high
    return Amount(low, high)
