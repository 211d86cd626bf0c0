"""Which buckets an answer has: ages, rounding, retention and anchoring.

The one rule: the age of the *start time asked for* decides the grid; a period off that grid is no
error, its answer is silently empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from slactl.sandbox.requests import Int64s

Anchoring = Literal["start", "epoch"]

HOUR = 3600
DAY = 86400
MINUTES_KEPT = 15 * DAY
FIVE_MINUTES_KEPT = 63 * DAY
HOURS_KEPT = 455 * DAY


@dataclass(frozen=True, slots=True)
class Buckets:
    """Buckets of one length, one after the other; all times in milliseconds since the epoch.

    Only samples within ``[lo, hi)`` can be seen in them.
    """

    first: int
    step: int
    count: int
    lo: int
    hi: int

    def edges(self) -> Int64s:
        """The ``count + 1`` edges, clipped to what can be seen."""
        ends = self.first + self.step * np.arange(self.count + 1, dtype=np.int64)
        return np.clip(ends, self.lo, max(self.lo, self.hi))


def grid_of(time: float, now: float) -> int:
    """Seconds between the points still kept of that time: 60, 300 or 3600."""
    age = now - time
    if age <= MINUTES_KEPT:
        return 60
    return 300 if age <= FIVE_MINUTES_KEPT else HOUR


def oldest_kept(now: float) -> int:
    """The first second of which anything is kept; a whole hour."""
    return -int(-(now - HOURS_KEPT) // HOUR) * HOUR


def buckets_for(
    start: float, end: float, period: int, now: float, anchoring: Anchoring, known_from: float | None = None
) -> Buckets | None:
    """The buckets of a read, or None where the period is off the grid of the start's age.

    With ``start`` anchoring the last bucket ends at the end asked for (rounded up to the grid of its
    own age). With ``epoch`` anchoring buckets are whole: the first may begin before the start asked
    for, the last may end after the end, and both hold all their data.

    Args:
        start: the StartTime asked for, in seconds since the epoch.
        end: the EndTime asked for.
        period: the length of a bucket in seconds.
        now: the sandbox's clock.
        anchoring: where buckets begin.
        known_from: nothing before this time is known.
    """
    grid = grid_of(start, now)
    if period % grid:
        return None
    rounded = int(start // grid) * grid
    end_grid = grid_of(end, now)
    last = -int(-end // end_grid) * end_grid
    first = rounded // period * period if anchoring == "epoch" else rounded
    count = -((first - last) // period)
    hi = first + count * period if anchoring == "epoch" else last
    lo = max(oldest_kept(now), known_from or 0)
    return Buckets(first * 1000, period * 1000, count, int(lo * 1000), int(min(hi, now) * 1000))
