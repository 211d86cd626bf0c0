"""What any metric's samples come to, computed from single samples.

The one rule: this imports nothing of slactl; a figure is what the words of the agreement say of the samples, one by
one, and what may be either way is told as two ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

Samples = Sequence[tuple[int, float]]
"""Instants (seconds since the epoch) with a value each."""
Span = tuple[int, int]
HOUR = 3600


@dataclass(frozen=True)
class Count:
    """One count of a ratio: its samples, what one of them adds up to, and whether their absence is a zero."""

    samples: Samples
    zero: bool = False
    scale: Fraction = Fraction(1)

    def hours(self, span: Span, excluded: Sequence[Span]) -> dict[int, Fraction]:
        """Sums by the hour since the start of the span, of hours in which anything was counted."""
        found: dict[int, Fraction] = {}
        for at, value in self.samples:
            if inside(at, span, excluded):
                hour = (at - span[0]) // HOUR
                found[hour] = found.get(hour, Fraction(0)) + _exact(value) * self.scale
        return found


def _exact(value: float) -> Fraction:
    """The decimal that a sample is written with."""
    return Fraction(int(value)) if value == int(value) else Fraction(str(value))


def inside(at: int, span: Span, excluded: Iterable[Span]) -> bool:
    """Whether an instant counts."""
    return span[0] <= at < span[1] and not any(start <= at < end for start, end in excluded)


@dataclass(frozen=True)
class Share:
    """The least and the most of a part, and the total; ``said`` is what was told of the part."""

    low: Fraction
    high: Fraction
    total: Fraction
    said: Fraction

    def __add__(self, other: Share) -> Share:
        sums = (self.low + other.low, self.high + other.high, self.total + other.total, self.said + other.said)
        return Share(*sums)

    def held(self, *, good: bool = False) -> Share | None:
        """With no more than there are: of bad ones each was asked for; None where more good ones were told."""
        if good and self.said > self.total:
            return None
        total = max(self.total, self.low)
        return Share(self.low, min(self.high, total), total, self.said)


def ratio(
    parts: Sequence[Count],
    totals: Sequence[Count],
    span: Span,
    excluded: Sequence[Span] = (),
    *,
    good: bool = False,
    owes: bool = False,
) -> Share:
    """The least and the most of the part, and the total.

    Where a part is not told in an hour it may be all or none. What is bad is counted wherever it was told; what is
    good makes up for another hour's lack or does not. Whoever ``owes`` is judged by what its pace would have brought.
    """
    told = [one.hours(span, excluded) for one in parts]
    whole = [one.hours(span, excluded) for one in totals]
    low = high = total = said = Fraction(0)
    for hour in sorted({hour for one in (*told, *whole) for hour in one}):
        here = sum((one.get(hour, Fraction(0)) for one in whole), Fraction(0))
        total += here
        if any(hour not in one and not count.zero for one, count in zip(told, parts, strict=True)):
            high += here
            continue
        part = sum((one.get(hour, Fraction(0)) for one in told), Fraction(0))
        said += part
        low += min(part, here) if good else part
        high += part
    if owes:
        every = [one.hours(span, ()) for one in (*parts, *totals)]
        heard = {hour for one in every for hour in one}
        fullest = max(sum(one.get(hour, Fraction(0)) for one in every[len(parts) :]) for hour in heard)
        owed = ceil(fullest * silent_hours(heard, span, excluded))
        total, high = total + owed, high + owed
    return Share(low, high, total, said)


def silent_hours(heard: set[int], span: Span, excluded: Sequence[Span] = ()) -> Fraction:
    """How many of its usual hours somebody missed, who was heard in these (by number), but for what is excluded."""
    ordered, last = sorted(heard), -(-(span[1] - span[0]) // HOUR)
    steps = [after - before for before, after in pairwise(ordered)]
    step = min(steps, key=lambda one: (-steps.count(one), one)) if steps else 1
    missed = Fraction(0)
    for before, after in zip([-1, *ordered], [*ordered, last], strict=True):
        held = after - before - 1
        edge = before == -1 or after == last
        lacking = held // step if edge else max(0, int(Fraction(held + 1, step) + Fraction(1, 2)) - 1)
        stretch = range(span[0] + (before + 1) * HOUR, span[0] + after * HOUR, 60)
        counted = sum(inside(at, span, excluded) for at in stretch)
        missed += Fraction(lacking * counted, len(stretch)) if lacking else 0
    return missed


@dataclass(frozen=True)
class Mean:
    """An average of shares as far as it is known: both ends of values times weights, and of values without one."""

    low: Fraction
    high: Fraction
    weight: Fraction
    loose: tuple[Fraction, ...] = ()

    def __add__(self, other: Mean) -> Mean:
        return Mean(
            self.low + other.low, self.high + other.high, self.weight + other.weight, (*self.loose, *other.loose)
        )

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """The least and the greatest average."""
        found = [self.low / self.weight, self.high / self.weight, *self.loose]
        return min(found), max(found)


NO_MEAN = Mean(Fraction(0), Fraction(0), Fraction(0))
Widths = Callable[[int], int]
"""How long the bucket is that an instant lies in."""


def weighted(
    values: Samples,
    weights: Samples,
    span: Span,
    width: Widths,
    excluded: Sequence[Span] = (),
    scale: Fraction = Fraction(1),
    *,
    owes: bool = False,
) -> Mean:
    """A weighted average of shares: of a bucket anything from its least to its greatest value, if it has any.

    ``scale`` takes a value to a share; one beyond nothing and all may be any.
    """
    heavy, known = _buckets(weights, span, width, excluded), _buckets(values, span, width, excluded)
    found = NO_MEAN
    for bucket in heavy.keys() | known.keys():
        here = [one * scale for one in known.get(bucket, ())]
        sure = here and min(here) >= 0 and max(here) <= 1
        low, high = (min(here), max(here)) if sure else (Fraction(0), Fraction(1))
        held = sum(heavy.get(bucket, ()), Fraction(0))
        found += Mean(low * held, high * held, held) if bucket in heavy else _loose(low, high)
    if owes:
        hours = {(at - span[0]) // HOUR for at, _ in (*values, *weights) if inside(at, span, ())}
        each = Count(weights).hours(span, ())
        owed = Fraction(ceil(max(each.values()) * silent_hours(hours, span, excluded)))
        found += Mean(Fraction(0), owed, owed)
    return found


def _loose(low: Fraction, high: Fraction) -> Mean:
    """A value without a weight."""
    return Mean(Fraction(0), Fraction(0), Fraction(0), (low, high))


def _buckets(
    samples: Samples, span: Span, width: Widths, excluded: Sequence[Span]
) -> Mapping[tuple[int, int], list[Fraction]]:
    found: dict[tuple[int, int], list[Fraction]] = {}
    for at, value in samples:
        if inside(at, span, excluded):
            found.setdefault((width(at), (at - span[0]) // width(at)), []).append(_exact(value))
    return found


def kept_widths(now: int) -> Widths:
    """The buckets that are left of an instant: minutes for 15 days, five minutes for 63, less an hour; then hours."""
    lines = [-(-(now - days * 24 * HOUR + HOUR) // HOUR) * HOUR for days in (15, 63)]
    return lambda at: 60 if at >= lines[0] else 300 if at >= lines[1] else HOUR


def percentile(samples: Iterable[float], rank: Fraction) -> Fraction:
    """The value at the nearest rank."""
    ordered = sorted(Fraction(str(value)) for value in samples)
    return ordered[max(1, ceil(rank * len(ordered))) - 1]


def level(sign: str, share: Fraction, limit: Fraction) -> str:
    """How a share stands against a goal, as written: a quarter of what may be bad is the margin of a warning."""
    holds = {"<": share < limit, "<=": share <= limit, ">": share > limit, ">=": share >= limit}[sign]
    bad, allowed = (1 - share, 1 - limit) if sign in (">", ">=") else (share, limit)
    return "BREACHED" if not holds else "WARNING" if 4 * (allowed - bad) < allowed else "OK"
