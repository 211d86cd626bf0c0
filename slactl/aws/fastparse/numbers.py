"""What is taken out of an answer.

The one rule: a list of times and its list of values have the same length, times are whole seconds of
years 1970 to 9999, values are numbers; anything else is odd.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Numbers = tuple[list[int], list[float]]
"""Seconds since the epoch, and values; NaN and infinities are told as they came."""

FOREVER = 253_402_300_800
_NUMERIC = frozenset({int, float})


class Odd(Exception):
    """An answer that does not look exactly as expected."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The body with its lists of numbers emptied, and the numbers of each result, in order."""

    rest: bytes
    numbers: list[Numbers]


class Checker:
    """Checks the results of one answer; most of them tell the same times, which are then one list."""

    def __init__(self) -> None:
        self._stamps: list[Any] = []
        self._seconds: list[int] = []

    def checked(self, stamps: list[Any], values: list[Any]) -> Numbers:
        """Times and values of one result.

        Raises:
            Odd: if they are not what they should be.
        """
        if len(stamps) != len(values) or not _numeric(values):
            raise Odd
        if stamps != self._stamps:
            self._stamps, self._seconds = stamps, _whole(stamps)
        return self._seconds, values


def _whole(stamps: list[Any]) -> list[int]:
    if not _numeric(stamps):
        raise Odd
    seconds = list(map(int, stamps))
    if seconds and (seconds != stamps or min(seconds) < 0 or max(seconds) >= FOREVER):
        raise Odd
    return seconds


def _numeric(found: Iterable[object]) -> bool:
    return _NUMERIC.issuperset(map(type, found))


def seconds(stamps: Sequence[Any]) -> Sequence[int]:
    """``Timestamps`` as whole seconds, whoever parsed them."""
    return stamps if not stamps or type(stamps[0]) is int else [int(stamp.timestamp()) for stamp in stamps]
