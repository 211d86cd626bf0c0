"""Local calendars turned into instants: months, agreement years, weeks before.

Decides where a month begins. The one rule: everything returned is in epoch seconds, and the
length of anything is a difference of those (rule 6).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from .spans import Span


@cache
def first_instant(day: date, zone: str) -> int:
    """The first instant whose local date is the given day, found by walking minute by minute."""
    there = ZoneInfo(zone)
    second = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) - 15 * 3600
    while datetime.fromtimestamp(second, there).date() != day:
        second += 60
    return second


def month_after(label: str) -> str:
    """The label of the next month."""
    year, month = int(label[:4]), int(label[5:7])
    return f"{year + 1:04d}-01" if month == 12 else f"{year:04d}-{month + 1:02d}"


def month_before(label: str) -> str:
    """The label of the month before."""
    year, month = int(label[:4]), int(label[5:7])
    return f"{year - 1:04d}-12" if month == 1 else f"{year:04d}-{month - 1:02d}"


def month_span(label: str, zone: str) -> Span:
    """The reporting period of a month such as ``2026-10``."""
    first = date.fromisoformat(f"{label}-01")
    return first_instant(first, zone), first_instant(date.fromisoformat(f"{month_after(label)}-01"), zone)


def year_months(label: str, year_starts: str) -> list[str]:
    """The twelve months of the agreement year that holds the given month."""
    start_month, start_day = year_starts.split("-")
    if start_day != "01":
        raise ValueError("the oracle knows only agreement years that start with a month")
    year = int(label[:4]) - (1 if label[5:7] < start_month else 0)
    months = [f"{year:04d}-{start_month}"]
    while len(months) < 12:
        months.append(month_after(months[-1]))
    return months


def readings(local: datetime, zone: str) -> tuple[int, int]:
    """Both readings of a local time; they differ where it exists twice or not at all."""
    there = ZoneInfo(zone)
    first, second = (int(local.replace(tzinfo=there, fold=fold).timestamp()) for fold in (0, 1))
    return first, second


def instant(text: str, zone: str) -> int:
    """A written time: with its own offset, or in the given zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return int(moment.timestamp())
    return readings(moment, zone)[0]


def weeks_away(second: int, weeks: int, zone: str) -> int:
    """The same weekday and local time so many weeks later (or, negative, before)."""
    local = datetime.fromtimestamp(second, ZoneInfo(zone))
    return int((local + timedelta(days=7 * weeks)).timestamp())


@dataclass(frozen=True)
class Stretch:
    """A reporting period as one service sees it, with what can be known of it.

    ``owed_from``: its ``since``, or the period's start. ``settled_to``: what ended later is
    ``not_yet``. ``hours_before``: of what lies before, only hours are kept.
    """

    start: int
    end: int
    owed_from: int
    settled_to: int
    hours_before: int
    zone: str
    since: int | None

    @property
    def owed(self) -> list[Span]:
        """What is owed of the period: all of it, or what lies after ``since``."""
        return [(self.owed_from, self.end)] if self.owed_from < self.end else []

    @property
    def running(self) -> bool:
        """Whether some of it is not settled yet."""
        return self.settled_to < self.end
