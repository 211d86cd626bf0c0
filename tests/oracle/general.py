"""What any metric's samples come to, computed from single samples.

The one rule: this imports nothing of slactl; a figure is what the words of the agreement say of the samples, one by
one, and what may be either way is told as two ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

Samples = Sequence[tuple[int, float]]
"""Instants (seconds since the epoch) with a value each."""
HOUR = 3600


@dataclass(frozen=True)
class Count:
    """One count of a ratio: its samples, what one of them adds up to, and whether their absence is a zero."""

    samples: Samples
    zero: bool = False
    scale: Fraction = Fraction(1)

    def hours(self, span: tuple[int, int], excluded: Sequence[tuple[int, int]]) -> dict[int, Fraction]:
        """Sums by the hour since the start of the span, of hours in which anything was counted."""
        found: dict[int, Fraction] = {}
        for at, value in self.samples:
            if inside(at, span, excluded):
                hour = (at - span[0]) // HOUR
                found[hour] = found.get(hour, Fraction(0)) + Fraction(str(value)) * self.scale
        return found


def inside(at: int, span: tuple[int, int], excluded: Iterable[tuple[int, int]]) -> bool:
    """Whether an instant counts."""
    return span[0] <= at < span[1] and not any(start <= at < end for start, end in excluded)


def ratio(
    parts: Sequence[Count], totals: Sequence[Count], span: tuple[int, int], excluded: Sequence[tuple[int, int]] = ()
) -> tuple[Fraction, Fraction, Fraction]:
    """The least and the most of the part, and the total: where a part is not told in an hour it may be all or none."""
    told = [one.hours(span, excluded) for one in parts]
    whole = [one.hours(span, excluded) for one in totals]
    low = high = total = Fraction(0)
    for hour in sorted({hour for one in (*told, *whole) for hour in one}):
        here = sum((one.get(hour, Fraction(0)) for one in whole), Fraction(0))
        missing = any(hour not in one and not count.zero for one, count in zip(told, parts, strict=True))
        part = min(here, sum((one.get(hour, Fraction(0)) for one in told), Fraction(0)))
        total += here
        low += 0 if missing else part
        high += here if missing else part
    return low, high, total


def weighted(
    pairs: Iterable[tuple[Samples, Samples]],
    span: tuple[int, int],
    width: int,
    excluded: Sequence[tuple[int, int]] = (),
    scale: Fraction = Fraction(1),
) -> tuple[Fraction, Fraction, Fraction] | None:
    """The least and the greatest average of shares, and the weight of all; a weight without a value may have any.

    ``scale`` takes a value to a share.
    """
    low = high = weight = Fraction(0)
    for values, weights in pairs:
        heavy, known = _buckets(weights, span, width, excluded), _buckets(values, span, width, excluded)
        for bucket, held in heavy.items():
            here = sum(held, Fraction(0))
            mean = scale * sum(known[bucket], Fraction(0)) / len(known[bucket]) if bucket in known else None
            weight += here
            low += 0 if mean is None else mean * here
            high += here if mean is None else mean * here
    return None if not weight else (low / weight, high / weight, weight)


def _buckets(
    samples: Samples, span: tuple[int, int], width: int, excluded: Sequence[tuple[int, int]]
) -> Mapping[int, list[Fraction]]:
    found: dict[int, list[Fraction]] = {}
    for at, value in samples:
        if inside(at, span, excluded):
            found.setdefault((at - span[0]) // width, []).append(Fraction(str(value)))
    return found


def percentile(samples: Iterable[float], rank: Fraction) -> Fraction:
    """The value at the nearest rank."""
    ordered = sorted(Fraction(str(value)) for value in samples)
    return ordered[max(1, ceil(rank * len(ordered))) - 1]


def level(sign: str, share: Fraction, limit: Fraction) -> str:
    """How a share stands against a goal, as written: a quarter of what may be bad is the margin of a warning."""
    holds = {"<": share < limit, "<=": share <= limit, ">": share > limit, ">=": share >= limit}[sign]
    bad, allowed = (1 - share, 1 - limit) if sign in (">", ">=") else (share, limit)
    return "BREACHED" if not holds else "WARNING" if 4 * (allowed - bad) < allowed else "OK"
