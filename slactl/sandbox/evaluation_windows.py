"""When an alarm is evaluated, and which datapoints it then looks at.

The one rule: a sliding window ends at the minute of the evaluation, one longer than a day at the last full hour; a
wall-clock window ends where a period of its time zone ended, whatever the minute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from slactl.sandbox.buckets import DAY, HOUR
from slactl.sandbox.evaluation_rule import MORE_POINTS
from slactl.sandbox.requests import Int64s

WALL_PERIODS = (60, 300, HOUR, DAY, 7 * DAY)
_OFFSET = re.compile(r"(?:UTC)?([+-])(\d\d):(\d\d)")
_WEEK_BEGINS = 0


@dataclass(frozen=True, slots=True)
class Look:
    """Evaluations and the datapoints of each, the newest first; all times in seconds since the epoch.

    Attributes:
        instants: when; ascending.
        starts: where each datapoint begins, one row an evaluation.
        ends: where each ends.
    """

    instants: Int64s
    starts: Int64s
    ends: Int64s


@dataclass(frozen=True, slots=True)
class Window:
    """How an alarm's datapoints lie; ``zone`` is set where they follow the wall clock."""

    period: int
    periods: int
    zone: tzinfo | None = None

    @property
    def points(self) -> int:
        """How many datapoints an evaluation fetches; calendar periods are not made up for by older ones."""
        return self.periods if self.zone else self.periods + MORE_POINTS

    def look(self, first: int, last: int) -> Look:
        """The evaluations from one full minute to another, both included."""
        if self.zone:
            return self._wall(first, last)
        hourly = self.period * self.periods > DAY
        grid = HOUR if hourly else 60
        whole = np.arange(-(-first // grid) * grid, last + 1, grid, dtype=np.int64)
        instants = np.union1d(whole, [first]).astype(np.int64)
        ends = (instants // grid * grid)[:, None] - self.period * np.arange(self.points, dtype=np.int64)
        return Look(instants, ends - self.period, ends)

    def _wall(self, first: int, last: int) -> Look:
        assert self.zone is not None
        edges = boundaries(self.period, self.zone, first - self.period * (self.periods + 2), last)
        inside = edges[edges > first]
        instants = np.concatenate([[first], inside]).astype(np.int64)
        at = np.searchsorted(edges, instants, side="right") - 1
        numbers = at[:, None] - np.arange(self.points)
        return Look(instants, edges[numbers - 1], edges[numbers])


def boundaries(period: int, zone: tzinfo, first: int, last: int) -> Int64s:
    """Where periods of the wall clock begin, from one second to another, both included."""
    if period < HOUR:
        return np.arange(-(-first // period) * period, last + 1, period, dtype=np.int64)
    if period == HOUR:
        times = range(-(-first // 300) * 300, last + 1, 300)
        return np.array([time for time in times if not (time + _offset(time, zone)) % HOUR], dtype=np.int64)
    days = _dates(datetime.fromtimestamp(first, zone).date(), datetime.fromtimestamp(last, zone).date())
    kept = [day for day in days if period == DAY or day.weekday() == _WEEK_BEGINS]
    found = [int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) for day in kept]
    return np.array([time for time in found if first <= time <= last], dtype=np.int64)


def _dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _offset(time: int, zone: tzinfo) -> int:
    away = datetime.fromtimestamp(time, UTC).astimezone(zone).utcoffset()
    return int(away.total_seconds()) if away else 0


@lru_cache(maxsize=64)
def zone_of(text: str) -> tzinfo | None:
    """The time zone of an IANA name or an offset (``+05:30``, ``UTC+05:30``); None where it is none."""
    found = _OFFSET.fullmatch(text)
    if found:
        sign, hours, minutes = found.groups()
        away = timedelta(hours=int(hours), minutes=int(minutes))
        whole = away <= timedelta(hours=14) and not int(minutes) % 5 and int(minutes) < 60
        return timezone(-away if sign == "-" else away) if whole else None
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
