"""Quantities as people write them: durations, shares, goals, thresholds, percentiles.

The one rule: a number is read exactly as written, a unit is always written, and a number without
its unit or its sign is refused rather than guessed.
"""

from __future__ import annotations

import re
from fractions import Fraction

from slactl.configuration.mistakes import Refused, one_of
from slactl.model.goal import Comparison, Goal, Threshold

NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,12})?"

DURATION_UNITS = {
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86400),
}
LATENCY_UNITS = {"ms": Fraction(1), "s": Fraction(1000)}
LONGEST_DURATION = 3660 * 86400
SMALLEST_LATENCY = Fraction(1, 100)

_WRITTEN = re.compile(r"(?P<sign>[^0-9.,\s]*)\s*(?P<number>[0-9.,]+)\s*(?P<unit>[^0-9\s]*)", re.ASCII)
_LOOKALIKES = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="}


def duration(text: str) -> Fraction:
    """Seconds of ``90s``, ``1.5h``, ``500ms``.

    Raises:
        Refused: if it is not a number with one of the units ms, s, m, h, d, or longer than ten years.
    """
    found = re.fullmatch(rf"({NUMBER})(ms|s|m|h|d)", text)
    if not found:
        raise Refused("must be a duration such as 90s, 5m, 48h or 2d", _duration_hint(text))
    seconds = Fraction(found[1]) * DURATION_UNITS[found[2]]
    if seconds > LONGEST_DURATION:
        raise Refused("must not be longer than 3660d")
    return seconds


def _duration_hint(text: str) -> str | None:
    bare = re.fullmatch(NUMBER, text)
    if bare:
        return f"write the unit: {text}m is minutes, {text}h is hours"
    if "," in text:
        return "decimals are written with a point"
    return "the units are ms, s, m, h and d, in small letters and without a space"


def whole_seconds(text: str) -> int:
    """A duration in whole seconds.

    Raises:
        Refused: if it is no duration, or has a fraction of a second.
    """
    seconds = duration(text)
    if seconds.denominator != 1:
        raise Refused("must be whole seconds")
    return int(seconds)


def duration_text(seconds: Fraction | int) -> str:
    """The shortest spelling that ``duration`` reads back exactly; a decimal fraction of a millisecond at worst."""
    exact = Fraction(seconds)
    for unit, size in reversed(DURATION_UNITS.items()):
        if (exact / size).denominator == 1 and (exact or unit == "s"):
            return f"{exact / size}{unit}"
    return f"{_decimal(exact / DURATION_UNITS['ms'])}ms"


def _decimal(value: Fraction) -> str:
    """An exact decimal with at most twelve places."""
    scaled = value * 10**12
    if scaled.denominator != 1:
        raise ValueError(f"{value} has no exact decimal of twelve places")
    whole, rest = divmod(int(scaled), 10**12)
    return f"{whole}.{rest:012d}".rstrip("0").rstrip(".")


def slice_length(text: str) -> int:
    """A slice: whole minutes that divide an hour, in seconds.

    Raises:
        Refused: for anything else.
    """
    seconds = whole_seconds(text)
    if not seconds or seconds % 60 or 3600 % seconds:
        raise Refused("must be whole minutes that divide an hour", "usual are 1m and 5m")
    return seconds


def settle_time(text: str) -> int:
    """How long after its end a slice settles, in seconds.

    Raises:
        Refused: if it is no duration of at most a day.
    """
    seconds = whole_seconds(text)
    if seconds > 86400:
        raise Refused("must not be longer than 1d")
    return seconds


def share(text: str) -> Fraction:
    """The ratio of ``25%``.

    Raises:
        Refused: if it is not a number with %, from 0 to 100.
    """
    found = re.fullmatch(rf"({NUMBER})%", text)
    if not found:
        raise Refused("must be a share such as 25%", _share_hint(text))
    ratio = Fraction(found[1]) / 100
    if ratio > 1:
        raise Refused("must lie between 0% and 100%")
    return ratio


def _share_hint(text: str) -> str | None:
    if re.fullmatch(NUMBER, text):
        return f"write {_per_cent(text)}"
    return "decimals are written with a point" if "," in text else None


def _per_cent(number: str) -> str:
    """What a number without unit meant, as a share: up to 1 it was a ratio."""
    ratio = Fraction(number)
    return f"{_decimal(ratio * 100)}%" if ratio <= 1 else f"{number}%"


def open_share(text: str) -> Fraction:
    """A share strictly between 0 % and 100 %.

    Raises:
        Refused: for anything else.
    """
    ratio = share(text)
    if ratio in (0, 1):
        raise Refused("must lie between 0% and 100%, both left out")
    return ratio


def rank(text: str) -> Fraction:
    """The rank of ``p99.9`` as a ratio.

    Raises:
        Refused: if it is not ``p`` with a number between 0 and 100.
    """
    found = re.fullmatch(r"p([0-9]{1,2}(?:\.[0-9]{1,3})?)", text)
    if not found or not Fraction(found[1]):
        raise Refused("must be a percentile such as p50, p95, p99 or p99.9", _rank_hint(text))
    return Fraction(found[1]) / 100


def _rank_hint(text: str) -> str | None:
    bare = re.fullmatch(r"[Pp]?([0-9]{1,2}(?:\.[0-9]{1,3})?)%?", text)
    return f"write p{bare[1]}" if bare and Fraction(bare[1]) else None


def share_of_good(text: str) -> Goal:
    """A goal for availability, a latency share, coverage: ``>=`` or ``>`` a share.

    Raises:
        Refused: for any other sign, unit or range.
    """
    goal = _share_goal(text, (Comparison.AT_LEAST, Comparison.ABOVE), "more is better here")
    if goal.comparison is Comparison.ABOVE and goal.limit == 1:
        raise Refused("can never be met", 'write ">= 100%"')
    return goal


def share_of_bad(text: str) -> Goal:
    """A goal for an error rate: ``<`` or ``<=`` a share.

    Raises:
        Refused: for any other sign, unit or range.
    """
    goal = _share_goal(text, (Comparison.BELOW, Comparison.AT_MOST), "less is better here")
    if goal.comparison is Comparison.BELOW and goal.limit == 0:
        raise Refused("can never be met", 'write "<= 0%"')
    return goal


def slice_goal(text: str) -> Goal:
    """What a slice needs to be up: ``>=`` or ``>`` a share between 0 % and 100 %, both left out.

    Raises:
        Refused: for anything else.
    """
    goal = _share_goal(text, (Comparison.AT_LEAST, Comparison.ABOVE), "a slice is up when its share is at least this")
    if goal.limit in (0, 1):
        hint = "1/(1 - slice_goal) requests are enough to judge a slice"
        raise Refused("must lie between 0% and 100%, both left out", hint)
    return goal


def latency_goal(text: str) -> Goal:
    """A percentile's goal: ``<`` or ``<=`` a latency; the limit is in milliseconds.

    Raises:
        Refused: for any other sign or unit, or less than 0.01ms.
    """
    sign, number, unit = signed(text, (Comparison.BELOW, Comparison.AT_MOST), "less is better here", "< 1000ms")
    return Goal(sign, _latency(number, unit), f"{sign} {number}{unit}")


def threshold(text: str) -> Threshold:
    """A latency threshold, in milliseconds: ``< 1000ms`` or ``<= 1s``.

    Raises:
        Refused: without a sign or unit, or with another sign.
    """
    hint = "the sign decides whether a request of exactly the limit is fast"
    sign, number, unit = signed(text, (Comparison.BELOW, Comparison.AT_MOST), hint, "< 1000ms")
    return Threshold(_latency(number, unit), sign is Comparison.AT_MOST)


def _share_goal(text: str, signs: tuple[Comparison, ...], reason: str) -> Goal:
    sign, number, unit = signed(text, signs, reason, f"{signs[0]} 99.9%")
    if unit != "%":
        raise Refused("needs a per cent sign", f'write "{sign} {_share_meant(sign, number)}"')
    limit = Fraction(number) / 100
    if limit > 1:
        raise Refused("must lie between 0% and 100%")
    return Goal(sign, limit, f"{sign} {number}%")


def _share_meant(sign: Comparison, number: str) -> str:
    """A small number is a ratio where much is wanted; where little is wanted it may well be per cent."""
    return _per_cent(number) if sign.wants_high else f"{number}%"


def _latency(number: str, unit: str) -> Fraction:
    if unit not in LATENCY_UNITS:
        raise Refused("needs a unit, ms or s", f"write {number}ms or {number}s" if not unit else None)
    limit = Fraction(number) * LATENCY_UNITS[unit]
    if not SMALLEST_LATENCY <= limit <= LONGEST_DURATION:
        raise Refused("must be a latency of 0.01ms or more")
    return limit


def signed(text: str, signs: tuple[Comparison, ...], reason: str, example: str) -> tuple[Comparison, str, str]:
    """The sign, the number and the unit of a goal; ``example`` shows how one is written."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found:
        raise Refused(f'must be written like "{example}"')
    sign, number, unit = found["sign"], found["number"], found["unit"]
    if not re.fullmatch(NUMBER, number):
        raise Refused("needs a plain number", "decimals are written with a point" if "," in number else None)
    if not sign:
        raise Refused(
            "needs a comparison sign", f'write "{signs[0]} {number}{unit}"' if unit else f'write it like "{example}"'
        )
    if sign not in signs:
        meant = _LOOKALIKES.get(sign)
        raise Refused(f"must use {one_of(signs)}", f"write {meant}" if meant in signs else reason)
    return Comparison(sign), number, unit
