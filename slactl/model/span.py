"""Half-open spans of time and their arithmetic, in whole seconds since the epoch (UTC).

The one rule: local time never enters here, so a night in which the clocks go back is four real
hours wherever its wall clock says three.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """``[start, end)`` in seconds since the epoch; never empty.

    Raises:
        ValueError: if the end does not lie after the start.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a span must end after it starts: {self.start}..{self.end}")

    @property
    def seconds(self) -> int:
        """Length in seconds, at least 1."""
        return self.end - self.start

    def meets(self, other: Span) -> bool:
        """Whether the two share at least a second."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """Whether the other lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end

    def clip(self, other: Span) -> Span | None:
        """The part of this span inside the other, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def shrink(self, grid: int) -> Span | None:
        """The largest span on multiples of ``grid`` seconds inside this one, or None."""
        start, end = -(-self.start // grid) * grid, self.end // grid * grid
        return Span(start, end) if start < end else None


Spans = tuple[Span, ...]
"""Disjoint spans in order of time, none touching the next."""


def union(spans: Iterable[Span]) -> Spans:
    """The connected parts of all the spans, in order."""
    parts: list[Span] = []
    for span in sorted(spans):
        if parts and span.start <= parts[-1].end:
            parts[-1] = Span(parts[-1].start, max(parts[-1].end, span.end))
        else:
            parts.append(span)
    return tuple(parts)


def intersect(left: Iterable[Span], right: Iterable[Span]) -> Spans:
    """What lies in both, in order."""
    a, b, found, i, j = union(left), union(right), [], 0, 0
    while i < len(a) and j < len(b):
        common = a[i].clip(b[j])
        if common:
            found.append(common)
        if a[i].end <= b[j].end:
            i += 1
        else:
            j += 1
    return tuple(found)


def subtract(whole: Iterable[Span], holes: Iterable[Span]) -> Spans:
    """What lies in ``whole`` and in none of the holes, in order."""
    cuts, left = union(holes), []
    for span in union(whole):
        start = span.start
        for hole in cuts:
            if hole.end <= start or hole.start >= span.end:
                continue
            if start < hole.start:
                left.append(Span(start, hole.start))
            start = hole.end
        if start < span.end:
            left.append(Span(start, span.end))
    return tuple(left)


def seconds(spans: Iterable[Span]) -> int:
    """Seconds covered by the union of the spans."""
    return sum(span.seconds for span in union(spans))
