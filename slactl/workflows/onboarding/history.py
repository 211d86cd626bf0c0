"""Since when there are data.

The one rule: a first day counts only where an empty day that is still kept lies before it; what begins
with the oldest kept day may well be older.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from slactl.model.metric import Query, Series, Stream
from slactl.model.period import day_start, local_date
from slactl.model.span import Span
from slactl.ports import MetricReader
from slactl.reading.retention import kept_from

HOUR, DAY = 3_600, 86_400


def first_hours(reader: MetricReader, streams: Sequence[Stream], now: int) -> list[int | None]:
    """The first whole hour (its start) with a request of each stream that is still kept; None without any."""
    start, end = -(-kept_from(now) // DAY) * DAY, now // HOUR * HOUR
    whole = Span(start, max(start + DAY, end // DAY * DAY))
    days = _first(reader, streams, [whole] * len(streams), DAY)
    spans = [Span(day, day + DAY) if day is not None else _today(whole, end) for day in days]
    return _first(reader, streams, spans, HOUR)


def _today(whole: Span, end: int) -> Span:
    """The running day, for what began today."""
    return Span(whole.end, max(whole.end + HOUR, end))


def _first(reader: MetricReader, streams: Sequence[Stream], spans: Sequence[Span], period: int) -> list[int | None]:
    queries = [
        Query((stream.requests,), stream.request_stat, period, span)
        for stream, span in zip(streams, spans, strict=True)
    ]
    return [_earliest(series) for series in reader.read(queries)]


def _earliest(series: Series) -> int | None:
    return min((start for start, value in series.points.items() if value > 0), default=None)


def is_beginning(first: int, now: int) -> bool:
    """Whether the data begin there, and not only what is still kept of them."""
    return first >= kept_from(now) + 2 * DAY


def first_whole_day(first: int, zone: ZoneInfo) -> date:
    """The first local day that is wholly behind the first hour with requests."""
    day = local_date(first, zone)
    return day if first < day_start(day, zone) + HOUR else day + timedelta(days=1)
