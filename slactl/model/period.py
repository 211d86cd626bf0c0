"""Reporting periods: calendar months and agreement years in the agreement's time zone.

The one rule: a month runs from the first instant whose local date is the 1st to the first instant
whose local date is the next 1st, so October 2026 in Europe/Rome has 745 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from slactl.model.span import Span


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, without a zone."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-10``.

        Raises:
            ValueError: if the text is no month.
        """
        if len(text) != len("YYYY-MM"):
            raise ValueError(f"a month is written YYYY-MM, not {text!r}")
        found = date.fromisoformat(f"{text}-01")
        return cls(found.year, found.month)

    @property
    def label(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def next(self) -> Month:
        return self.shift(1)

    def shift(self, months: int) -> Month:
        """The month so many months later (earlier, if negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def span(self, zone: ZoneInfo) -> Span:
        """The month's instants in the zone."""
        return Span(day_start(self.first, zone), day_start(self.next.first, zone))


@lru_cache(maxsize=4096)
def day_start(day: date, zone: ZoneInfo) -> int:
    """First instant (seconds since the epoch) whose local date is ``day``.

    Where midnight does not exist or exists twice, the first instant with that date counts.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    low = int(midnight.astimezone(UTC).timestamp()) - 4 * 3600
    high = low + 28 * 3600
    while low < high:
        middle = (low + high) // 2
        if local_date(middle, zone) >= day:
            high = middle
        else:
            low = middle + 1
    return low


def local_date(instant: int, zone: ZoneInfo) -> date:
    """The local calendar date at an instant."""
    return datetime.fromtimestamp(instant, UTC).astimezone(zone).date()


def local_days(span: Span, zone: ZoneInfo) -> tuple[tuple[date, Span], ...]:
    """The local days that a span touches, each clipped to it; days have 23 to 25 hours."""
    days, day = [], local_date(span.start, zone)
    while True:
        following = day + timedelta(days=1)
        whole = Span(day_start(day, zone), day_start(following, zone))
        part = whole.clip(span)
        if part:
            days.append((day, part))
        if whole.end >= span.end:
            return tuple(days)
        day = following


def weeks_earlier(instant: int, weeks: int, zone: ZoneInfo) -> int:
    """The instant with the same local weekday and wall time so many weeks before."""
    local = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    wall = local.replace(tzinfo=None) - timedelta(weeks=weeks)
    return int(wall.replace(tzinfo=zone, fold=local.fold).astimezone(UTC).timestamp())


def agreement_year(month: Month, starts: tuple[int, int], zone: ZoneInfo) -> Span:
    """The agreement year that holds a month's first day; ``starts`` is (month, day)."""
    begin = date(month.year, *starts)
    if begin > month.first:
        begin = date(month.year - 1, *starts)
    after = date(begin.year + 1, *starts)
    return Span(day_start(begin, zone), day_start(after, zone))


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period as it stands at the moment of the report.

    ``settled_until`` is the instant up to which slices are settled (the period's end, unless it
    still runs); ``final`` is true when all of it was read at least 72 hours after its end. ``untold``
    is true when it is over for so long, and nothing of any service can be read: then it is never final.
    """

    label: str
    span: Span
    timezone: str
    settled_until: int
    final: bool
    month: Month
    untold: bool = False

    @property
    def running(self) -> bool:
        return self.settled_until < self.span.end

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def elapsed(self) -> Span | None:
        """What is settled of the period; None when nothing is yet."""
        return Span(self.span.start, self.settled_until) if self.settled_until > self.span.start else None
