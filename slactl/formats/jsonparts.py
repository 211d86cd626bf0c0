"""Pieces that the JSON report repeats: numbers, reasons, spans, accounts of seconds.

The one rule: an exact figure becomes the nearest float, and one that is no finite number is refused.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from slactl.formats.texts import reason_text
from slactl.formats.times import utc

if TYPE_CHECKING:
    from fractions import Fraction

    from slactl.formats.language import Language
    from slactl.model.report import Bracket, Seconds
    from slactl.model.span import Span
    from slactl.model.status import Reason

Object = dict[str, object]


def number(value: Fraction | None) -> float | int | None:
    """The nearest float, whole numbers as such.

    Raises:
        ValueError: if there is no finite one.
    """
    if value is None:
        return None
    if value.denominator == 1 and abs(value.numerator) < 2**53:
        return value.numerator
    nearest = float(value)
    if not math.isfinite(nearest):
        raise ValueError(f"no finite number is near {value}")
    return nearest


def reason_object(reason: Reason, language: Language) -> Object:
    """A code with its text and the figures behind it."""
    return {"code": reason.code.value, "text": reason_text(reason, language), "figures": dict(reason.figures)}


def span_object(span: Span | None) -> Object | None:
    """The two ends of a half-open span."""
    return {"start": utc(span.start), "end": utc(span.end)} if span else None


def seconds_object(seconds: Seconds) -> Object:
    """The account of seconds; its parts sum to the span."""
    return {
        "up": seconds.up,
        "down": seconds.down,
        "no_traffic": seconds.no_traffic,
        "excluded": seconds.excluded,
        "unknown": seconds.unknown,
        "not_yet": seconds.not_yet,
    }


def bracket_object(bracket: Bracket | None) -> Object | None:
    """A percentile's bracket in milliseconds."""
    return {"low": number(bracket.low), "high": number(bracket.high)} if bracket else None
