"""Counts in bins of one length, and what windows of many bins hold.

The one rule: a bin that was not read is marked, one that was read and holds nothing is None; only whole bins are
added up, so a window that the bins do not make up has no value here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from slactl.alarming.replaying.formula import Column
from slactl.model.span import Span, Spans, intersect

Window = tuple[int, int]
"""The numbers of the first bin of a window and of the first after it."""


@dataclass(frozen=True)
class Grid:
    """Bins of ``width`` seconds over a span that they fill; ``unread`` is what nobody read of it."""

    span: Span
    width: int
    unread: Spans = ()

    @property
    def bins(self) -> int:
        return self.span.seconds // self.width

    def number(self, instant: int) -> int:
        """The number of the bin that begins at an instant on the grid, or after the last one."""
        return (instant - self.span.start) // self.width

    @cached_property
    def gaps(self) -> list[int]:
        """How many bins before each were not read whole."""
        flags = [0] * self.bins
        for gap in intersect(self.unread, (self.span,)):
            last = -(-(gap.end - self.span.start) // self.width)
            first = self.number(gap.start)
            flags[first:last] = [1] * (last - first)
        return [0, *accumulate(flags)]

    def row(self, points: Mapping[int, float]) -> Column:
        """The values of points by the start of their bins."""
        get, start, width = points.get, self.span.start, self.width
        return [get(at) for at in range(start, start + self.bins * width, width)]


def added(row: Column, windows: Sequence[Window]) -> Column:
    """What the bins of each window add up to, None where none of them has anything."""
    some = [0, *accumulate(value is not None for value in row)]
    sums = [0.0, *accumulate(value or 0.0 for value in row)]
    return [sums[end] - sums[first] if some[end] > some[first] else None for first, end in windows]


def extreme(row: Column, windows: Sequence[Window], least: bool) -> Column:
    """The least or greatest of each window; the windows' ends must rise."""
    held: deque[tuple[int, float]] = deque()
    sign, at, found = 1.0 if least else -1.0, 0, Column()
    for first, end in windows:
        for number in range(at, end):
            value = row[number]
            if value is not None:
                while held and sign * held[-1][1] >= sign * value:
                    held.pop()
                held.append((number, value))
        at = max(at, end)
        while held and held[0][0] < first:
            held.popleft()
        found.append(held[0][1] if held else None)
    return found


def by_stat(stat: str) -> Callable[[Column, Sequence[Window]], Column] | None:
    """How bins of a statistic make up a window; None for one that they do not make up."""
    if stat in ("Sum", "SampleCount") or stat.startswith("TC("):
        return added
    if stat in ("Minimum", "Maximum"):
        return lambda row, windows: extreme(row, windows, stat == "Minimum")
    return None
