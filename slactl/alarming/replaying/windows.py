"""At which instants an alarm looks, and at which windows then.

The one rule: a window is made of whole bins, or there is none; a sliding alarm is looked at as often as there are
bins, one that looks further back than a day every full hour, one by the wall clock when a period of its zone is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from slactl.alarming.replaying.bins import Grid, Window
from slactl.alarming.replaying.deciding import OLDER
from slactl.model.alarm import MetricAlarm
from slactl.model.period import local_date
from slactl.model.replay import Unfit
from slactl.model.span import Span

HOUR, DAY, WEEK = 3600, 86_400, 604_800


@dataclass(frozen=True, slots=True)
class Layout:
    """The windows, and at which of them each instant looks first.

    An instant is an instant in seconds and the number of its newest window; the one before lies ``back`` windows
    before, and ``points`` are looked at in all; windows before ``least`` are not all on the grid. ``step`` is how
    far instants lie apart, 0 where CloudWatch looks at the very same ones.
    """

    windows: Sequence[Window]
    instants: Sequence[tuple[int, int]]
    back: int
    points: int
    step: int
    least: int = 0


def reach(alarm: MetricAlarm) -> int:
    """How far back it may look, in seconds."""
    return alarm.period * (alarm.evaluation_periods + (1 if alarm.timezone else OLDER))


def layout(alarm: MetricAlarm, grid: Grid, month: Span) -> Layout | Unfit:
    """How an alarm goes through a month; the grid begins before it."""
    if alarm.period % grid.width:
        what = f"its windows of {alarm.period} s are not made of the {grid.width} s in which the month is known"
        return Unfit("resolution", what)
    return _by_wall(alarm, alarm.timezone, grid, month) if alarm.timezone else _sliding(alarm, grid, month)


def _sliding(alarm: MetricAlarm, grid: Grid, month: Span) -> Layout:
    length = alarm.period // grid.width
    hourly = alarm.period * alarm.evaluation_periods > DAY
    step = max(grid.width, HOUR) if hourly else grid.width
    windows = [(max(0, end - length), end) for end in range(grid.bins + 1)]
    first = month.start // step * step
    instants = [(max(at, month.start), grid.number(at)) for at in range(first, month.end, step)]
    return Layout(windows, instants, length, alarm.evaluation_periods + OLDER, 0 if hourly else step, length)


def _by_wall(alarm: MetricAlarm, zone: str, grid: Grid, month: Span) -> Layout | Unfit:
    edges = _edges(alarm.period, ZoneInfo(zone), grid.span)
    if any((edge - grid.span.start) % grid.width for edge in edges):
        return Unfit("resolution", f"its periods in {zone} are not made of the {grid.width} s that are known")
    windows = [(grid.number(start), grid.number(end)) for start, end in pairwise(edges)]
    ended = [(edge, number) for number, edge in enumerate(edges[1:]) if edge < month.end]
    late = max((place for place, (edge, _) in enumerate(ended) if edge <= month.start), default=0)
    instants = [(max(edge, month.start), number) for edge, number in ended[late:]]
    return Layout(windows, instants, 1, alarm.evaluation_periods, 0)


def _edges(period: int, zone: ZoneInfo, span: Span) -> list[int]:
    """Where periods of the wall clock begin; weeks on Mondays."""
    if period < HOUR:
        return list(range(-(-span.start // period) * period, span.end + 1, period))
    if period == HOUR:
        quarters = range(-(-span.start // 300) * 300, span.end + 1, 300)
        return [at for at in quarters if not datetime.fromtimestamp(at, zone).minute and not at % 60]
    first, last = local_date(span.start, zone), local_date(span.end, zone)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    starts = [_midnight(day, zone) for day in days if period != WEEK or day.weekday() == 0]
    return [at for at in starts if span.start <= at <= span.end]


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
