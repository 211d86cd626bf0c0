"""Instants and amounts as files have them: RFC 3339 in UTC, and plain numbers.

The one rule: what is read is what was written; plans of before, with seconds since the epoch and fractions as text, are
read as well.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fractions import Fraction

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_RATIO = re.compile(r"\d+(/[1-9]\d*)?")


def written_instant(instant: int) -> str:
    """Seconds since the epoch as ``2026-10-14T08:30:00Z``."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(kept: object) -> int:
    """Seconds since the epoch.

    Raises:
        TypeError, ValueError: if it is no instant.
    """
    if isinstance(kept, str) and _INSTANT.fullmatch(kept):
        return int(datetime.fromisoformat(kept).timestamp())
    if isinstance(kept, int) and not isinstance(kept, bool):
        return kept
    raise TypeError(f"{kept!r} is no instant such as 2026-10-14T08:30:00Z")


def written_amount(amount: Fraction) -> int | float:
    """An amount of money, whose places are few: ``3.2``."""
    return int(amount) if amount.denominator == 1 else float(amount)


def read_amount(kept: object) -> Fraction:
    """The decimal that is written.

    Raises:
        TypeError, ValueError: if it is no amount.
    """
    if isinstance(kept, str) and _RATIO.fullmatch(kept):
        return Fraction(kept)
    if isinstance(kept, int | float) and not isinstance(kept, bool):
        return Fraction(repr(kept))
    raise TypeError(f"{kept!r} is no amount")
